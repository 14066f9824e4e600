"""The rules of a section that several write: assigned, submitted, sent back or taken, and then signed off.  Pure.

Each contributing organisation signs off each of its sections, or records its dissent, which readers see.  What it
signed is known by the hash of every text, with the numbers and the words of pictures that would be in print with it;
when one changes afterwards, the organisation is asked again.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from services.reports.reports.domain import Report, Section
from services.reports.templates.domain import Key
from services.reports.writing.printed import NEWEST, NOTHING, Beside, Printed, Version
from shared.ids import Id, new_id
from shared.model import Aggregate, Command, Language, LocalText, Model, Text, Time
from shared.problems import Conflict, FieldError, Invalid, Stale

HISTORY_KEPT = 100  # of one section: more rounds of review than any has had
DISSENT_CHARACTERS = 5_000  # in one language: two printed pages, for it is published in full
NOTE_CHARACTERS = 5_000

State = Literal["assigned", "submitted", "changes-requested", "accepted"]
Verdict = Literal["signed-off", "dissent"]
What = Literal["submitted", "taken-back", "changes-requested", "accepted", "signed-off", "dissent"]

OPEN: tuple[State, ...] = ("assigned", "changes-requested")
"""While its writers write."""


class RequestChanges(Command):
    """Send a section back to those who write it; ``note`` says what to change."""

    note: Annotated[Text, Field(min_length=1, max_length=NOTE_CHARACTERS)]


class SignOff(Command):
    """Sign a section off for one organisation, or record its dissent in its own words.

    ``seen`` names the revision that was read of each text, so that nobody signs what they have not seen.
    """

    organisation_id: Id | None = None
    """For whom, where one acts for several."""
    verdict: Verdict
    dissent: LocalText = Field(default_factory=dict)
    seen: dict[Language, int]
    digests: dict[Language, Annotated[str, Field(max_length=64)]] | None = None
    """The ``digests`` of what was read, numbers and pictures included; without them the texts alone are compared."""


class Signature(Model):
    """What one organisation says of a section, and of which texts: their hashes by language."""

    organisation_id: Id
    verdict: Verdict
    dissent: dict[Language, str] = Field(default_factory=dict)
    texts: dict[Language, str]
    version: Version = 1
    """Of what these are the hashes."""
    signed_at: Time
    signed_by: Id | None


class Moment(Model):
    """Something that happened to a section; ``note`` is what was asked for."""

    at: Time
    what: What
    by: Id | None
    organisation_id: Id | None = None
    note: str = ""


class SectionWork(Aggregate):
    """How far one section of a report is, in all its languages together."""

    report_id: Id
    key: Key
    state: State = "assigned"
    note: str = ""
    """What its editors ask for."""
    submitted_at: Time | None = None
    accepted_at: Time | None = None
    changed_at: Time
    signatures: list[Signature] = Field(default_factory=list)
    history: list[Moment] = Field(default_factory=list)

    def signature_of(self, organisation_id: str) -> Signature | None:
        """Return what an organisation said last of this section, if anything."""
        return next((each for each in reversed(self.signatures) if each.organisation_id == organisation_id), None)


def begin(report_id: str, key: str, *, now: datetime) -> SectionWork:
    """Return the beginning of a section: its writers know of it."""
    return SectionWork(id=new_id(), report_id=report_id, key=key, changed_at=now)


def texts_of(
    report: Report, sections: Iterable[Section], key: str, beside: Beside = NOTHING
) -> dict[Language, Printed]:
    """Return one section in the languages of the report, as far as it is written, with what stands beside it."""
    held = {each.language: each for each in sections if each.key == key and each.written}
    return {language: beside.printed(report, held[language]) for language in report.languages if language in held}


def changed_since(signature: Signature, texts: Mapping[Language, Printed]) -> tuple[Language, ...]:
    """Return the languages in which a section is not, or no longer, what was signed."""
    return tuple(
        language
        for language, printed in texts.items()
        if signature.texts.get(language) != printed.digest(signature.version)
    )


def is_signed(work: SectionWork, organisation_id: str, texts: Mapping[Language, Printed]) -> bool:
    """Return whether an organisation has signed these very texts, or dissents from them."""
    signature = work.signature_of(organisation_id)
    return signature is not None and not changed_since(signature, texts)


def submit(work: SectionWork, texts: Mapping[Language, Printed], *, by: Id, now: datetime) -> SectionWork:
    """Return ``work`` handed to the editors; as it was when it is.

    Raises `Invalid` (``nothing-written``) without a text, `Conflict` when the editors have taken it.
    """
    if work.state == "submitted":
        return work
    if work.state == "accepted":
        raise Conflict("accepted-already", "The editors have taken this section: ask one of them to open it again.")
    if not texts:
        raise Invalid("nothing-written", "Write the section in at least one language first.")
    return _moved(work, Moment(at=now, what="submitted", by=by), state="submitted", note="", submitted_at=now)


def take_back(work: SectionWork, *, by: Id, now: datetime) -> SectionWork:
    """Return ``work`` with its writers again.  Raises `Conflict` (``not-submitted``) unless it was submitted."""
    if work.state != "submitted":
        raise Conflict("not-submitted", "Only a section that waits for its editors can be taken back.")
    return _moved(work, Moment(at=now, what="taken-back", by=by), state="assigned")


def request_changes(work: SectionWork, command: RequestChanges, *, by: Id, now: datetime) -> SectionWork:
    """Return ``work`` sent back to its writers.  Raises `Conflict` (``not-submitted``) while they write it anyway."""
    if work.state in OPEN:
        raise Conflict("not-submitted", "Its writers have not submitted this section: leave them a comment.")
    moment = Moment(at=now, what="changes-requested", by=by, note=command.note)
    return _moved(work, moment, state="changes-requested", note=command.note)


def accept(work: SectionWork, texts: Mapping[Language, Printed], *, by: Id, now: datetime) -> SectionWork:
    """Return ``work`` taken by the editors, whoever wrote it; once more, where sign-offs are to be asked for again.

    Raises `Invalid` (``nothing-written``) without a text.
    """
    if not texts:
        raise Invalid("nothing-written", "There is nothing to take: the section is not written in any language.")
    return _moved(work, Moment(at=now, what="accepted", by=by), state="accepted", note="", accepted_at=now)


def sign_off(
    work: SectionWork,
    command: SignOff,
    texts: Mapping[Language, Printed],
    *,
    organisation_id: str,
    by: Id,
    now: datetime,
) -> SectionWork:
    """Return ``work`` with what an organisation says of it; as it was when it says the same of the same texts.

    Raises `Conflict` (``not-accepted``) before the editors took it, `Invalid` for a dissent without words or words
    without a dissent, `Stale` when a text was changed since it was read.
    """
    if work.state != "accepted":
        raise Conflict("not-accepted", "The editors have not taken this section yet: you will be asked when they have.")
    _check_words(command)
    _check_seen(command, texts)
    signature = Signature(
        organisation_id=organisation_id,
        verdict=command.verdict,
        dissent=_said(command),
        texts={language: printed.digest() for language, printed in texts.items()},
        version=NEWEST,
        signed_at=now,
        signed_by=by,
    )
    before = work.signature_of(organisation_id)
    same = {"verdict", "dissent", "texts", "version"}
    if before is not None and before.model_dump(include=same) == signature.model_dump(include=same):
        return work
    others = [each for each in work.signatures if each.organisation_id != organisation_id]
    moment = Moment(at=now, what=command.verdict, by=by, organisation_id=organisation_id)
    return _moved(work, moment, signatures=[*others, signature])


def check_open(work: SectionWork | None) -> None:
    """Raise `Conflict` (``section-under-review``) while its editors have a section: then its writers change nothing."""
    if work is not None and work.state not in OPEN:
        raise Conflict(
            "section-under-review",
            "This section is with its editors. Take it back, or ask them to send it back, and then change it.",
        )


def forget(work: SectionWork, person_id: str) -> SectionWork:
    """Return ``work`` without any trace of a person; what they signed was said by their organisation, and stays."""
    signatures = [
        each.model_copy(update={"signed_by": None}) if each.signed_by == person_id else each for each in work.signatures
    ]
    history = [
        each.model_copy(update={"by": None, "note": ""}) if each.by == person_id else each for each in work.history
    ]
    asked = next((each for each in reversed(work.history) if each.what == "changes-requested"), None)
    note = "" if asked is not None and asked.by == person_id else work.note
    return work.evolve(signatures=signatures, history=history, note=note)


def _check_words(command: SignOff) -> None:
    words = _said(command)
    if command.verdict == "dissent" and not words:
        raise _refused("dissent-missing", "Say in at least one language what your organisation holds against it.")
    if command.verdict == "signed-off" and words:
        raise _refused("dissent-not-meant", "Who signs off says nothing against the section: choose one of the two.")
    if any(len(text) > DISSENT_CHARACTERS for text in words.values()):
        raise _refused("dissent-too-long", f"Write at most {DISSENT_CHARACTERS} characters.")


def _refused(code: str, detail: str) -> Invalid:
    return Invalid(code, detail, errors=(FieldError(code=code, field="dissent", detail=detail),))


def _said(command: SignOff) -> dict[Language, str]:
    return {language: text for language, text in command.dissent.items() if text}


def _check_seen(command: SignOff, texts: Mapping[Language, Printed]) -> None:
    now = {language: printed.section.revision for language, printed in texts.items()}
    digests = {language: printed.digest() for language, printed in texts.items()}
    if command.seen != now or command.digests not in (None, digests):
        raise Stale(
            "changed-meanwhile",
            "A text, a number or a picture was changed since you read it: read it again, and then sign.",
        )


def _moved(work: SectionWork, moment: Moment, **values: object) -> SectionWork:
    history = [*work.history, moment][-HISTORY_KEPT:]
    return work.evolve(**values, history=history, changed_at=moment.at)
