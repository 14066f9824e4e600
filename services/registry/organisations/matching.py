"""Says which organisation a file means: known for certain, to be confirmed by a coordinator, or new.

What imports call, once for each batch of rows, inside the transaction of the batch::

    free_press = RegisterOrganisation(names={"en": "Free Press"}, country="PL")
    (match,) = await resolve_many(tx, [free_press], source="members.csv")
    match.organisation_id

- ``resolve_many(tx, commands, *, create=True, source=None, by=None)`` returns one `Match` for each command, in their
  order.  At most 1,000 commands; the same organisation may stand in many of them and is looked for once.  With
  ``create`` every match has an ``organisation_id``: who is unknown gets a record, and who is uncertain a provisional
  one, which is merged when a coordinator confirms whose name it is, so that nothing that was imported meanwhile is lost
  or done again.  Without ``create`` these two have none, and uncertain names still go to the review list.
  A record that begins here is for the narrowest audience of the commands of the batch that mean it; a coordinator
  widens it.  Its id tells when it began, which is when the activity began that names it: as long as the record is
  narrow, nobody else can compare the two; whoever widens a donor that is withheld somewhere tells that much of it.
- ``look_up_many(reader, commands)`` says the same and writes nothing: for a dry run.
- ``resolve(tx, command, …)`` is `resolve_many` of one.
- ``propose(reader, command)`` returns the likest organisations with scores and reasons: for people who type a name.
- ``Match.key`` is the same for two commands that mean the same: an import may keep matches of batches that have
  committed, by this key (``Mention(command).key``), and need not ask again.

A batch costs six reads, however many commands it has.  A command's identifiers and names decide, its country
helps; what was decided once (``organisation_decisions``) is never asked again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from pydantic import Field

from services.registry.audiences import Standing, narrowest
from services.registry.organisations import domain, history
from services.registry.organisations.domain import Identifier, Organisation, RegisterOrganisation
from services.registry.organisations.proposals import domain as proposing
from services.registry.organisations.proposals import store as proposal_store
from services.registry.organisations.proposals.domain import Candidate, Known, Mention, Proposal, Reason
from services.registry.organisations.proposals.store import Neighbours
from services.registry.organisations.store import organisations, survivors, with_ids
from shared.ids import Id, utc_now
from shared.model import Model
from shared.storage import Document, Reader, Tx, to_document

MAX_BATCH = 1_000  # commands in one call

How = Literal["certain", "decided", "proposed", "created", "unknown"]


class Match(Model):
    """What became of one command.

    ``certain``: an identifier or a whole name says so; ``decided``: a coordinator said so; ``proposed``: a coordinator
    must say so; ``created``: a new record; ``unknown``: would be a new record.
    """

    key: str
    how: How
    organisation_id: Id | None = None
    proposal_id: Id | None = None
    score: float | None = None
    reasons: list[Reason] = Field(default_factory=list)


async def propose(reader: Reader, command: RegisterOrganisation) -> list[Candidate]:
    """Return the organisations that ``command`` may mean, the likest first."""
    mention = Mention(command)
    found = await proposal_store.neighbours(reader, [mention])
    return proposing.best_of(mention.known, found.of(mention))


async def resolve(
    tx: Tx, command: RegisterOrganisation, *, create: bool = True, source: str | None = None, by: str | None = None
) -> Match:
    """Do for one command what `resolve_many` does for many."""
    (match,) = await resolve_many(tx, [command], create=create, source=source, by=by)
    return match


async def resolve_many(
    tx: Tx,
    commands: Sequence[RegisterOrganisation],
    *,
    create: bool = True,
    source: str | None = None,
    by: str | None = None,
) -> list[Match]:
    """Return whom each of ``commands`` means, begin records and ask coordinators as the first lines here say."""
    batch = await _read(tx, commands, create=create, source=source)
    await _write(tx, batch, by=by)
    return [batch.matches[each.key] for each in batch.mentions]


async def look_up_many(reader: Reader, commands: Sequence[RegisterOrganisation]) -> list[Match]:
    """Return what `resolve_many` would, but for records that do not exist yet, and change nothing."""
    batch = await _read(reader, commands, create=False, source=None)
    return [batch.matches[each.key].model_copy(update={"proposal_id": None}) for each in batch.mentions]


@dataclass(slots=True)
class _Batch:
    """What a batch means, and what is to be written of it."""

    mentions: list[Mention]
    create: bool
    source: str | None
    found: Neighbours
    pending: dict[str, Proposal]
    matches: dict[str, Match] = field(default_factory=dict)
    created: list[Organisation] = field(default_factory=list)
    proposed: list[Proposal] = field(default_factory=list)
    provided: list[Proposal] = field(default_factory=list)
    """Proposals of old that have a provisional record from now on."""
    identified: dict[str, list[Identifier]] = field(default_factory=dict)
    """Identifiers that organisations are known by from now on."""

    def settle(self, mention: Mention, apart: Sequence[str]) -> None:
        """Say whom ``mention`` means; ``apart`` are organisations that it was decided not to mean."""
        sure = proposing.certain(self._candidates(mention, self.found.namesakes(mention), apart))
        candidates = [] if sure else self._candidates(mention, self.found.of(mention), apart)
        if sure is not None:
            self._recognise(mention, sure)
        elif candidates := proposing.worth_a_look(candidates):
            self._propose(mention, candidates)
        else:
            id = self._begin(mention) if self.create else None
            self.matches[mention.key] = Match(
                key=mention.key, how="created" if self.create else "unknown", organisation_id=id
            )

    def _candidates(self, mention: Mention, known: Sequence[Known], apart: Sequence[str]) -> list[Candidate]:
        return proposing.best_of(mention.known, (each for each in known if each.id not in apart))

    def _recognise(self, mention: Mention, sure: Candidate) -> None:
        told = {"score": sure.score, "reasons": sure.reasons}
        self.matches[mention.key] = Match(key=mention.key, how="certain", organisation_id=sure.organisation_id, **told)
        self._narrow(sure.organisation_id, mention.command.audience)
        held = self.found.identifiers_of(sure.organisation_id)
        if new := [each for each in mention.command.identifiers if each.key not in held]:
            self.identified.setdefault(sure.organisation_id, []).extend(new)

    def _propose(self, mention: Mention, candidates: list[Candidate]) -> None:
        proposal = self.pending.get(mention.key)
        id = self._begin(mention) if self.create else None
        if proposal is None:
            proposal = proposing.propose(mention, candidates, provisional_id=id, source=self.source, now=utc_now())
            self.proposed.append(proposal)
        elif id is not None:
            proposal = proposal.evolve(provisional_id=id)
            self.provided.append(proposal)
        self.matches[mention.key] = Match(
            key=mention.key,
            how="proposed",
            organisation_id=id,
            proposal_id=proposal.id,
            score=candidates[0].score,
            reasons=candidates[0].reasons,
        )

    def _narrow(self, organisation_id: str, audience: Standing) -> None:
        """Let a record that begins with this batch be for no more than ``audience``."""
        for place, each in enumerate(self.created):
            if each.id == organisation_id:
                self.created[place] = each.model_copy(update={"audience": narrowest(each.audience, audience)})

    def _begin(self, mention: Mention) -> str:
        free = [each for each in mention.command.identifiers if not self.found.has_identifier(each.key)]
        command = mention.command.model_copy(update={"identifiers": free})
        organisation, _ = domain.register(command, now=utc_now())
        self.created.append(organisation)
        begun = Known(
            organisation.id, mention.names, mention.acronyms, frozenset(each.key for each in free), command.country
        )
        self.found.add(begun, mention.near_keys)
        return organisation.id


async def _read(
    reader: Reader, commands: Sequence[RegisterOrganisation], *, create: bool, source: str | None
) -> _Batch:
    if len(commands) > MAX_BATCH:
        raise ValueError(f"at most {MAX_BATCH} organisations at once")
    mentions = [Mention(each) for each in commands]
    distinct = _distinct(mentions)
    decided = await proposal_store.decisions(reader, distinct.keys())
    pending = await proposal_store.with_keys(reader, distinct.keys())
    batch = _Batch(mentions, create, source, Neighbours(), pending)
    for match in await _remembered(reader, decided, pending):
        batch.matches[match.key] = match
    rest = [each for key, each in distinct.items() if key not in batch.matches]
    batch.found = await proposal_store.neighbours(reader, rest)
    for mention in rest:
        batch.settle(mention, decided.get(mention.key, {}).get("apart", ()))
    return batch


def _distinct(mentions: Sequence[Mention]) -> dict[str, Mention]:
    """Return the first mention of each key, in their order, for the narrowest audience of all that have it."""
    found: dict[str, Mention] = {}
    for each in mentions:
        first = found.setdefault(each.key, each)
        audience = narrowest(first.command.audience, each.command.audience)
        if audience != first.command.audience:
            found[each.key] = Mention(first.command.model_copy(update={"audience": audience}))
    return found


async def _remembered(reader: Reader, decided: dict[str, Document], pending: dict[str, Proposal]) -> list[Match]:
    """Return what need not be asked again: decided, or waiting for a decision with a provisional record."""
    ids = {key: row["organisation_id"] for key, row in decided.items() if row["organisation_id"]}
    waiting = {
        key: each.provisional_id
        for key, each in pending.items()
        if each.state == "open" and each.provisional_id and key not in ids
    }
    standing = await survivors(reader, [*ids.values(), *waiting.values()])
    matches = [Match(key=key, how="decided", organisation_id=standing[id]) for key, id in ids.items() if id in standing]
    for key, id in waiting.items():
        if id in standing:
            asked = pending[key]
            told = {"score": asked.candidates[0].score, "reasons": asked.candidates[0].reasons}
            matches.append(Match(key=key, how="proposed", organisation_id=standing[id], proposal_id=asked.id, **told))
    return matches


async def _write(tx: Tx, batch: _Batch, *, by: str | None) -> None:
    now = utc_now()
    if batch.created:
        await organisations.add_many(tx, batch.created)
        await history.note_all(tx, batch.created, "registered", now=now, by=by)
        for each in batch.created:
            await tx.publish(domain.registered(each))
    await tx["organisation_proposals"].insert_many([to_document(each) for each in batch.proposed])
    for proposal in batch.provided:
        await proposal_store.proposals.put(tx, proposal)
    await _identify(tx, batch.identified, by=by)


async def _identify(tx: Tx, identified: dict[str, list[Identifier]], *, by: str | None) -> None:
    for before in await with_ids(tx, identified.keys()) if identified else []:
        after, event = domain.identify(before, identified[before.id])
        if event is not None:
            await organisations.put(tx, after)
            await history.note(tx, after, "identified", now=utc_now(), before=before, by=by)
            await tx.publish(event)
