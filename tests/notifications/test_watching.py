"""What an operator is called for about letters, and what not: real letters against the thresholds of the rules."""

from datetime import timedelta
from functools import partial
from typing import Any

from prometheus_client import REGISTRY

from services.notifications.deliveries import bundles
from services.notifications.deliveries.bundles import LETTERS
from services.notifications.deliveries.domain import KINDS
from services.notifications.fanouts.store import FANOUTS
from services.notifications.operations import jobs
from services.notifications.operations.store import HOLDS
from shared.ids import new_id, utc_now
from shared.storage.collections import Collection
from shared.testing.sink import Faults
from shared.testing.stack import until
from tests.alerting import RULES
from tests.notifications.builders import Office, people_invited, sign_in_requested
from tests.notifications.conftest import Opened
from tests.notifications.test_operations import act

URGENT, BULK = ({"lane": lane} for lane in bundles.BELLS.values())


async def look(office: Office) -> None:
    await jobs.look(office.running.context)


async def make_older(office: Office, collection: str, field: str, by: timedelta, **where: Any) -> None:
    """Let rows be as old as if they had waited for ``by``."""
    await office.running.storage.reader[collection].update_many(where, {"$set": {field: utc_now() - by}})


async def test_a_link_to_sign_in_that_waits_for_minutes_calls_somebody(quiet: Office) -> None:
    waits = partial(RULES["ZgodaUrgentLettersWait"].holds_for, **URGENT)
    (person_id,) = await quiet.knows(1)
    await quiet.hears(sign_in_requested(person_id))
    await look(quiet)
    assert waits() is False
    await make_older(quiet, LETTERS, "created_at", timedelta(minutes=4), recipient_id=person_id)
    await look(quiet)
    assert (waits(), RULES["ZgodaLettersWait"].holds_for(**BULK)) == (True, False)


async def test_letters_that_wait_for_hours_call_somebody_and_those_put_off_or_held_do_not(quiet: Office) -> None:
    waits = partial(RULES["ZgodaLettersWait"].holds_for, **BULK)
    event = people_invited(new_id(), await quiet.knows(2))
    await quiet.hears(event)
    await make_older(quiet, LETTERS, "created_at", timedelta(hours=2), about_id=event.meeting_id)
    found = []
    for what in ("people-invited", "relay"):
        await look(quiet)
        found.append(waits())
        await act(quiet, "PUT", f"/holds/{what}")
        await look(quiet)
        found.append(waits())
        await act(quiet, "DELETE", f"/holds/{what}")
    assert found == [True, False, True, False]
    letters, found = quiet.running.storage.reader[LETTERS], []
    for what, other, change in (
        ("relay-default", "relay-gov", {"$unset": {"route": ""}}),
        ("relay-gov", "relay-default", {"$set": {"route": "gov"}}),
    ):
        await letters.update_many({"about_id": event.meeting_id}, change)
        for held in (what, other):
            await act(quiet, "PUT", f"/holds/{held}")
            await look(quiet)
            found.append(waits())
            await act(quiet, "DELETE", f"/holds/{held}")
    assert found == [False, True, False, True]
    await letters.update_many({"about_id": event.meeting_id}, {"$set": {"state": "deferred"}})
    await look(quiet)
    assert waits() is False


async def test_letters_that_may_have_been_sent_call_somebody_where_a_person_decides(opened: Opened) -> None:
    undecided = partial(RULES["ZgodaLettersUndecided"].holds_for, state="ambiguous")
    async with opened(background=False) as dead:
        event = people_invited(new_id(), await dead.knows(3))
        await dead.hears(event)
        claim = await bundles.claim(dead.running.storage.reader, 1, now=utc_now(), holder="dead")
        assert claim is not None
        await bundles.start_transmitting(dead.running.storage.reader, claim, [row["_id"] for row in claim.rows])
        await look(dead)
        assert undecided() is False
    async with opened(letters_held_when_ambiguous=("people-invited",)) as office:
        await office.settled(3, "ambiguous", about_id=event.meeting_id)
        await look(office)
        assert REGISTRY.get_sample_value("zgoda_letters_undecided", {"state": "ambiguous"}) == 3
        assert undecided() is True
        await act(office, "POST", "/letters/sending-again", {"kind": "people-invited", "state": "ambiguous"})
        await look(office)
        assert undecided() is False


async def test_letters_that_cannot_be_encrypted_call_somebody_and_those_held_by_hand_do_not(quiet: Office) -> None:
    undecided = partial(RULES["ZgodaLettersUndecided"].holds_for, state="held")
    event = people_invited(new_id(), await quiet.knows(1))
    await quiet.hears(event)
    held = {"$set": {"state": "held", "error": {"code": "encryption-impossible key-expired", "text": ""}}}
    await quiet.running.storage.reader[LETTERS].update_many({"about_id": event.meeting_id}, held)
    await look(quiet)
    assert undecided() is True
    await act(quiet, "PUT", "/holds/people-invited")
    await look(quiet)
    assert undecided() is False
    await act(quiet, "DELETE", "/holds/people-invited")


async def test_a_hold_that_is_forgotten_calls_somebody(quiet: Office) -> None:
    forgotten = RULES["ZgodaHoldForgotten"].holds_for
    await act(quiet, "PUT", "/holds/report-published")
    await look(quiet)
    assert forgotten() is False
    await make_older(quiet, HOLDS, "held_at", timedelta(hours=13))
    await look(quiet)
    assert forgotten() is True
    await act(quiet, "DELETE", "/holds/report-published")
    await look(quiet)
    assert forgotten() is False


async def test_an_event_of_which_not_everybody_is_told_calls_somebody(quiet: Office) -> None:
    stuck, fanouts = RULES["ZgodaFanoutStuck"].holds_for, quiet.running.storage.reader[FANOUTS]
    await fanouts.update_one({"_id": new_id()}, {"$set": {"done_at": None, "created_at": utc_now()}}, upsert=True)
    await look(quiet)
    assert stuck() is False
    await make_older(quiet, FANOUTS, "created_at", timedelta(minutes=20), done_at=None)
    await look(quiet)
    assert stuck() is True
    await fanouts.delete_many({"done_at": None})


async def test_a_relay_that_is_away_calls_somebody_and_no_other_part_does(opened: Opened) -> None:
    async with opened() as office:
        office.sink.misbehave(Faults(busy=True))
        await office.hears(people_invited(new_id(), await office.knows(1)))
        away = partial(RULES["ZgodaMailRelayAway"].holds_for, part="relay for letters")
        await until(lambda: not office.running.context.health.ready, "the service says that it cannot send")
        assert away() is True
        assert [part for part in office.running.context.health.parts if part_good(part) == 0] == ["relay for letters"]
        office.sink.misbehave(Faults())
        await until(lambda: not away(), "it can")


def part_good(part: str) -> float | None:
    return REGISTRY.get_sample_value("zgoda_part_good", {"part": part})


def test_that_letters_fail_is_counted_from_the_first() -> None:
    for kind in KINDS:
        for state in ("sent", "failed"):
            assert REGISTRY.get_sample_value("zgoda_letters_total", {"kind": kind, "state": state}) is not None


async def test_watching_reads_an_index_and_no_more_than_it_needs(quiet: Office, monkeypatch: Any) -> None:
    asked: list[dict[str, Any]] = []
    find_one, count = Collection.find_one, Collection.count

    async def found(collection: Collection, where: Any, fields: Any, *, sort: Any) -> Any:
        asked.append({"find": collection._name, "filter": where, "sort": dict(sort), "limit": 1})
        return await find_one(collection, where, fields, sort=sort)

    async def counted(collection: Collection, where: Any, *options: Any) -> Any:
        asked.append({"count": collection._name, "query": where})
        return await count(collection, where, *options)

    monkeypatch.setattr(Collection, "find_one", found)
    monkeypatch.setattr(Collection, "count", counted)
    await look(quiet)
    assert sorted(str(each.get("find", each.get("count"))) for each in asked) == [FANOUTS, *[LETTERS] * 4]
    for command in asked:
        plan = await quiet.running.storage.database.command({"explain": command, "verbosity": "queryPlanner"})
        winning = str(plan["queryPlanner"]["winningPlan"])
        assert ("IXSCAN" in winning, "COLLSCAN" in winning, "'SORT'" in winning) == (True, False, False), command
