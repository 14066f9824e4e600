"""One letter as its reader gets it, for whoever answers a question about it: no link in it leads anywhere."""

import email
import email.policy
import re
from email.message import EmailMessage

from services.notifications.deliveries import bundles, store
from services.notifications.deliveries.domain import LetterKind
from services.notifications.deliveries.writing import Writer
from services.notifications.letters.preview import message
from services.notifications.operations.domain import Origin, Preview, RelayView, Sample
from services.notifications.settings import Settings
from shared.model import Language
from shared.problems import Conflict, NotFound
from shared.storage import Reader

_TOKEN = re.compile(r"(https?://[^\s\"<>]*?/[a-z-]+/)[\w-]+\.[\w.\-]+")


async def preview(reader: Reader, writer: Writer, letter_id: str, *, recipient_id: str | None = None) -> Preview:
    """Return the letter as it would be written now, to its reader or to ``recipient_id``.

    Raises `NotFound`, `Conflict` when it would not be written.
    """
    row = await store.find_row(reader, letter_id)
    if row is None:
        raise NotFound("letter-not-found", "There is no such letter.")
    if recipient_id is not None:
        row = {**row, "recipient_id": recipient_id, "language": None}
    written = await writer.write([row])
    if not written.mails:
        (_, change) = written.others[0]
        code = change.error.code if change.error else change.state
        raise Conflict("letter-not-written", f"This letter would not be written now ({code}).", reason=code)
    return _shown(written.mails[0].content)


def sample(kind: LetterKind, language: Language) -> Sample:
    """Return a kind of letters with invented content."""
    return Sample(kind=kind, **_shown(message(kind, language)).model_dump())


async def relays(reader: Reader, settings: Settings) -> list[RelayView]:
    """Return the relays, the one that takes all the rest first."""
    names = list(settings.smtp_routes)
    waiting = await bundles.count_by_route(reader)
    rest = sum(count for name, count in waiting.items() if name not in names)
    default = RelayView(
        name="", connections=settings.smtp_connections, per_minute=settings.smtp_per_minute, waiting=rest
    )
    others = (
        RelayView(
            name=name,
            domains=each.domains,
            connections=each.connections,
            per_minute=each.per_minute,
            waiting=waiting.get(name, 0),
        )
        for name, each in settings.smtp_routes.items()
    )
    return [default, *others]


def _shown(content: bytes) -> Preview:
    mail = email.message_from_bytes(content, _class=EmailMessage, policy=email.policy.default)
    return Preview(
        subject=str(mail["Subject"]),
        language=str(mail["Content-Language"] or ""),
        text=_harmless(_part(mail, "plain")),
        html=_harmless(_part(mail, "html")),
    )


def _part(mail: EmailMessage, subtype: str) -> str:
    part = mail.get_body((subtype,))
    return str(part.get_content()) if part is not None else ""


def _harmless(text: str) -> str:
    """Return ``text`` with the tokens of its links struck out: whoever looks must not be able to answer."""
    return _TOKEN.sub(r"\1…", text)


async def origin(reader: Reader, letter_id: str) -> Origin:
    """Return where a letter comes from; what no event led to, as a digest, comes from itself.  Raises `NotFound`."""
    letter = await store.get(reader, letter_id)
    row = (await store.facts_of(reader, [letter.event_id])).get(letter.event_id, {})
    known = row.get("origin")
    if known is None:
        raise NotFound("origin-not-known", "What this letter tells of is kept no longer.")
    itself = {"event_name": letter.kind, "subject_id": letter.about_id, "happened_at": letter.created_at}
    return Origin(event_id=letter.event_id, **(known or itself))
