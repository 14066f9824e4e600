"""What becomes of an agenda when its meeting is moved: it moves along, must still fit, or is given anew."""

from services.meetings.agenda import store
from services.meetings.meetings.model import Meeting
from shared.problems import FieldError, Invalid
from shared.storage import Tx


async def follow(tx: Tx, moved: Meeting, *, given_anew: bool) -> None:
    """Let the agenda of ``moved`` follow it.  Raises `Invalid` when a session would be after the meeting's end."""
    if given_anew:
        await store.remove(tx, moved.id)
        return
    agenda = await store.find(tx, moved.id)
    length = (moved.ends_at - moved.starts_at).total_seconds() / 60
    if agenda is not None and any(each.until_minutes > length for each in agenda.sessions):
        error = FieldError("outside-the-meeting", "Sessions of the agenda would be after the end.", field="ends_at")
        raise Invalid("meeting-not-valid", "The meeting cannot be held like this: see each field.", errors=(error,))
