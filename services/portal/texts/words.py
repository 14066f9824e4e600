"""The words of these pages for what the service calls by codes."""

from services.portal.languages import N_

STATES = {"open": N_("Not settled"), "resolved": N_("Settled")}
DONE = {
    "saved": N_("Saved. The text before it stays among the revisions."),
    "joined": N_("Saved. Your text and that of the others are joined."),
    "restored": N_("This revision is the text again. The one before it stays among the revisions."),
    "dropped": N_("What you had not saved is gone."),
    "commented": N_("Your comment is there."),
    "settled": N_("The thread is settled. It can be opened again."),
    "opened": N_("The thread is open again."),
    "described": N_("What is said of the picture is saved."),
    "added": N_("The picture is there, without place, camera and author. Now say what it shows."),
    "back": N_("The picture is back."),
}
TOO_LARGE = N_("This picture is larger than 8 MB. Make it smaller.")
REFUSALS = {
    "section-of-others": N_("Other organisations write this section. Leave them a comment instead."),
    "section-under-review": N_(
        "This section is with its editors now. Take it back, or ask them to send it back, and then change it."
    ),
    "image-of-others": N_("Other organisations sent or show this picture. Ask them, or an editor."),
    "thread-of-others": N_("Whoever writes the section, or began the thread, says when it is settled."),
    "too-many-remarks": N_("This thread is full. Settle it and begin another."),
    "too-many-images": N_("A report has room for 200 pictures. Take some away first."),
    "images-too-large": N_("The pictures of a report are at most 48 MB together. Send a smaller one."),
    "image-type-not-allowed": N_("Choose a picture as PNG, JPEG or WebP."),
    "image-not-valid": N_("This picture is damaged, or not what it says it is. Save it anew and send it again."),
    "image-too-many-pixels": N_("This picture has too many pixels. Make it smaller."),
    "image-moves": N_("Choose a picture that does not move."),
    "file-too-large": TOO_LARGE,
    "body-too-large": TOO_LARGE,
}
