"""Whose a name in a file may be, how sure that is and why; and what is decided of it, once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from services.registry.likeness import SURE, likeness, near_keys
from services.registry.organisations.domain import RegisterOrganisation
from shared.folding import fold, foldings
from shared.ids import Id, new_id
from shared.model import Aggregate, Command, Line, Model, Time
from shared.problems import Conflict

CERTAIN = 0.95
"""Score from which a match needs nobody's confirmation, where no other candidate comes near."""
REVIEW = 0.7
"""Score from which a match is worth a coordinator's look."""
MARGIN = 0.015  # by which the best must be ahead of the next to be certain
MAX_CANDIDATES = 5  # shown for one name

ReasonCode = Literal[
    "same-identifier",
    "same-name",
    "same-acronym",
    "same-words",
    "similar-name",
    "same-country",
    "other-country",
    "other-identifier",
]

WORDS: dict[ReasonCode, str] = {
    "same-identifier": "Has the same identifier.",
    "same-name": "Has the same name, but for case, accents or script.",
    "same-acronym": "Has the same short name.",
    "same-words": "Has a name of the same words, in another order or with another legal form.",
    "similar-name": "Has a name that differs by few letters or words.",
    "same-country": "Is in the same country.",
    "other-country": "Is in another country.",
    "other-identifier": "Has another number in the same register.",
}

_SCORES: dict[ReasonCode, float] = {"same-identifier": 1.0, "same-name": 0.96, "same-words": 0.9}
_SHIFTS: dict[ReasonCode, float] = {"same-country": 0.02, "other-country": -0.15, "other-identifier": -0.2}


class Reason(Model):
    """Why two may be one, or may not."""

    code: ReasonCode
    words: str


class Candidate(Model):
    """An organisation that may be meant."""

    organisation_id: Id
    score: float = Field(ge=0, le=1)
    reasons: list[Reason]


@dataclass(frozen=True, slots=True)
class Known:
    """What somebody is recognised by: folded names without acronyms, folded acronyms, identifiers, country."""

    id: str
    names: frozenset[str]
    acronyms: frozenset[str]
    identifiers: frozenset[str]
    country: str | None

    @property
    def registers(self) -> dict[str, str]:
        """Its identifiers by register."""
        return {_register(each): each for each in self.identifiers}


def _register(key: str) -> str:
    """Return the register of an `Identifier.key`: ``pl-krs`` of ``iati:pl-krs-0000163131``."""
    scheme, _, value = key.partition(":")
    parts = value.split("-")
    found = scheme == "iati" and len(parts) > 2 and len(parts[0]) == 2 and 2 <= len(parts[1]) <= 10
    return f"{parts[0]}-{parts[1]}" if found and parts[1].isalnum() else scheme


class Mention:
    """An organisation as a file names it, made ready for comparing."""

    __slots__ = ("acronyms", "command", "identifiers", "key", "names")

    def __init__(self, command: RegisterOrganisation) -> None:
        self.command = command
        full = [*command.names.values(), *command.other_names.values(), *command.aliases]
        short = [*([command.acronym] if command.acronym else []), *command.acronyms]
        self.names = frozenset(form for each in full for form in foldings(each))
        self.acronyms = frozenset(form for each in short for form in foldings(each))
        self.identifiers = frozenset(each.key for each in command.identifiers)
        self.key = _key(command, self.identifiers)

    @property
    def known(self) -> Known:
        """The same as something that others are compared with; it has no id yet."""
        return Known("", self.names, self.acronyms, self.identifiers, self.command.country)

    @property
    def near_keys(self) -> list[int]:
        """What it has in common with records of like names."""
        return near_keys(sorted(self.names))


def _key(command: RegisterOrganisation, identifiers: Iterable[str]) -> str:
    """Return what a decision is remembered by: the identifiers, else the names and the country, all folded."""
    if numbers := " ".join(sorted(identifiers)):
        return f"identifier {numbers}"
    names = sorted({fold(each) for each in command.names.values()} | {fold(each) for each in command.aliases})
    return f"name {command.country or ''} {' / '.join(each for each in names if each)}"


def compare(mention: Known, known: Known) -> Candidate | None:
    """Return how surely ``mention`` means ``known`` and why, or `None` when nothing speaks for it."""
    best = _likeness(mention, known)
    if best is None:
        return None
    score, code = best
    codes: list[ReasonCode] = [code]
    if code != "same-identifier":
        mine, theirs = mention.registers, known.registers
        if any(mine[each] != theirs[each] for each in mine.keys() & theirs.keys()):
            codes.append("other-identifier")
        if mention.country and known.country:
            codes.append("same-country" if mention.country == known.country else "other-country")
        score += sum(_SHIFTS[each] for each in codes if each in _SHIFTS)
    reasons = [Reason(code=each, words=WORDS[each]) for each in codes]
    return Candidate(organisation_id=known.id, score=round(min(max(score, 0.0), 1.0), 3), reasons=reasons)


def _likeness(mention: Known, known: Known) -> tuple[float, ReasonCode] | None:
    if mention.identifiers & known.identifiers:
        return _SCORES["same-identifier"], "same-identifier"
    if mention.names & known.names:
        return _SCORES["same-name"], "same-name"
    pairs = [likeness(one, other) for one in mention.names for other in known.names]
    best = max(pairs, default=0.0)
    if best >= 1:
        return _SCORES["same-words"], "same-words"
    if (mention.names | mention.acronyms) & known.acronyms or mention.acronyms & known.names:
        alone = len(mention.names | mention.acronyms) == 1  # it has no other name that could say otherwise
        return (0.95 if alone else 0.8), "same-acronym"
    return (0.45 + 0.45 * best, "similar-name") if best >= SURE else None


def best_of(mention: Known, candidates: Iterable[Known]) -> list[Candidate]:
    """Return the likest of ``candidates``, at most `MAX_CANDIDATES`, the likest first."""
    compared = [found for each in candidates if (found := compare(mention, each)) is not None]
    return sorted(compared, key=lambda each: (-each.score, each.organisation_id))[:MAX_CANDIDATES]


def certain(candidates: Sequence[Candidate]) -> Candidate | None:
    """Return the first of ``candidates``, likest first, when nobody needs to confirm it."""
    if not candidates or candidates[0].score < CERTAIN:
        return None
    if len(candidates) > 1 and candidates[0].score - candidates[1].score < MARGIN:
        return None
    return candidates[0]


def worth_a_look(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return those of ``candidates`` that a coordinator should see."""
    return [each for each in candidates if each.score >= REVIEW]


class Confirm(Command):
    """Say whose name it is: one of the candidates, or any other organisation."""

    organisation_id: Id


class Proposal(Aggregate):
    """A name of which somebody must say whose it is."""

    key: str
    """What the decision is remembered by."""
    name: Line
    """The name as the file has it."""
    command: RegisterOrganisation
    """All that the file says of it."""
    candidates: list[Candidate]
    provisional_id: Id | None = None
    """The record that stands for it until it is decided; merged into the one that is confirmed."""
    state: Literal["open", "confirmed", "rejected"] = "open"
    organisation_id: Id | None = None
    """Whose name it is, once that is decided."""
    merging_id: Id | None = None
    """The merge by which it was confirmed."""
    source: Line | None = None
    """Where it was read, as an import calls itself."""
    proposed_at: Time
    decided_at: Time | None = None
    decided_by: Id | None = None


def propose(
    mention: Mention,
    candidates: Sequence[Candidate],
    *,
    provisional_id: str | None,
    source: str | None,
    now: Time,
) -> Proposal:
    """Return the question whose name it is."""
    return Proposal(
        id=new_id(),
        key=mention.key,
        name=next(iter(mention.command.names.values())),
        command=mention.command,
        candidates=list(candidates),
        provisional_id=provisional_id,
        source=source,
        proposed_at=now,
    )


def confirm(proposal: Proposal, organisation_id: str, *, merging_id: str | None, by: str | None, now: Time) -> Proposal:
    """Return the proposal, decided: it is the name of that organisation.  Raises `Conflict`."""
    return _decide(proposal, state="confirmed", organisation_id=organisation_id, merging_id=merging_id, by=by, now=now)


def reject(proposal: Proposal, *, by: str | None, now: Time) -> Proposal:
    """Return the proposal, decided: it is the name of none of the candidates.  Raises `Conflict`."""
    return _decide(proposal, state="rejected", organisation_id=proposal.provisional_id, merging_id=None, by=by, now=now)


def _decide(proposal: Proposal, *, by: str | None, now: Time, **changes: Any) -> Proposal:
    if proposal.state != "open":
        raise Conflict("proposal-decided", "This has been decided already: open it again to decide otherwise.")
    return proposal.evolve(decided_by=by, decided_at=now, **changes)


def reopen(proposal: Proposal) -> Proposal:
    """Return the proposal as a question again.  Raises `Conflict` when it is one."""
    if proposal.state == "open":
        raise Conflict("proposal-open", "This has not been decided yet.")
    changes = {"organisation_id": None, "merging_id": None, "decided_at": None, "decided_by": None}
    return proposal.evolve(state="open", **changes)
