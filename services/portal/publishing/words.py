"""The words for what hinders publication, by its code, and for the state of a plan."""

from collections.abc import Sequence

from services.portal.languages import N_

POINTS = {
    "title-missing": N_("The title is missing."),
    "summary-missing": N_("The summary is missing."),
    "section-not-written": N_("This section is not written yet."),
    "section-not-accepted": N_("The editors have not taken this section yet."),
    "sign-off-missing": N_("An organisation has not signed this section off."),
    "sign-off-outdated": N_("An organisation has signed off an older text: ask it again."),
    "credit-missing": N_("It is not said by which name readers know a contributor."),
    "hidden-name-missing": N_(
        "It is not said what an organisation under a pseudonym is called: nobody can look for its name."
    ),
    "names-not-searched": N_("There are more protected names than can be searched for. Tell whoever runs this."),
    "image-missing": N_("The text shows a picture that is gone."),
    "alt-text-missing": N_("A picture is not described for those who do not see it."),
    "practice-title-missing": N_("A good practice has no title."),
    "practice-text-missing": N_("A good practice is not written yet."),
    "indicator-not-named": N_("An indicator has no title, or a row has no name."),
    "source-missing": N_("It is not said where the numbers come from."),
    "protected-name": N_("A protected name stands here. Take it out."),
    "claim-passage-gone": N_("A passage that is linked to evidence is no longer there. Link the new words."),
    "claim-without-source": N_("A passage rests on evidence without a source, or withdrawn. Name the source."),
}
OTHER_POINT = N_("Something here must be put right first.")
STATES = {
    "planned": N_("It will be published by itself."),
    "held": N_("It was held back when its time came."),
    "done": N_("It was published as planned."),
}
HELD = {
    "changed-since-planned": N_("The report was changed after it was planned. Look at it, and plan it anew."),
    "nothing-changed": N_("The latest edition says the same already."),
    "withdrawn": N_("The report was withdrawn after it was planned. Look at it, and plan it anew."),
    "planner-erased": N_("Whoever planned it is no longer here. Plan it anew."),
    "protected-name": N_("A protected name stands in the text."),
    "under-embargo": N_("The embargo had not ended."),
}
HELD_OTHERWISE = N_("Something was missing: see the list above.")
HELD_ON_THE_DESK = N_("Something was missing: its page of publication says what.")
DONE = {
    "corrected": N_("The correction is published, and everybody who was told of the report is being told."),
    "taken-back-report": N_("The report is withdrawn, and everybody who was told of it is being told."),
}
REFUSALS = {
    "nothing-changed": N_("The latest edition says the same already. Change a text first."),
    "report-not-complete": N_("Something is still missing in a language you chose: see the list."),
    "protected-name": N_("A protected name stands in the text: see the list."),
    "under-embargo": N_("The report is under an embargo. Wait until it ends, or change it."),
    "translation-not-there": N_("A translation and what it was made from must be two languages of the same edition."),
    "sections-changed": N_("The sections are others than in the last edition. Choose all of its languages again."),
    "time-is-over": N_("Choose a time to come, or publish now."),
    "before-the-embargo-ends": N_("Choose a time after the end of the embargo."),
    "erratum-missing": N_("Say what was wrong in each language in which it is corrected."),
    "not-published": N_("The report has no edition that readers can see."),
    "name-not-found": N_("No protected name stands there any more."),
    "too-many-cleared": N_("Too many lines are cleared already. Take the names out instead."),
}
NAMED = N_("A protected name stands in line %(line)s, word %(word)s. Say it without.")
OTHER_REFUSAL = N_("This cannot be accepted as it is.")


def why_held(codes: Sequence[str]) -> str:
    """Return the words for what held a report back, as the desk says it in a line."""
    return next((HELD[each] for each in codes if each in HELD), HELD_ON_THE_DESK)
