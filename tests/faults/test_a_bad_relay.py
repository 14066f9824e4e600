"""Fault 7: a relay that refuses 10 % for now and 2 % for good, and breaks off after 3 % of the mails it took."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest
import pytest_asyncio

from services.notifications.deliveries import domain
from services.notifications.main import create_app
from services.notifications.settings import Settings
from shared.ids import new_id
from shared.storage import Document
from shared.testing.sink import Faults, Sink
from shared.testing.stack import Stack, until
from tests.notifications.builders import Office, address_of, contact_changed, people_invited

LETTERS = 400
AT_ONCE = 50
BAD = Faults(temporary=0.10, permanent=0.02, cut_before_reply=0.03, seed=451)  # so often that each surely happens
SOON = (timedelta(milliseconds=300),) * 5  # instead of a minute, five, thirty …

pytestmark = pytest.mark.faults


@pytest_asyncio.fixture(loop_scope="session")
async def office(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    """A service whose relay is bad, and which tries again soon."""
    monkeypatch.setattr(domain, "BACKOFF", SOON)
    monkeypatch.setattr(domain, "AGAIN_WHEN_AMBIGUOUS", SOON[:3])
    async with Sink(BAD) as sink:
        settings = Settings(**stack.values("notifications", smtp_url=sink.url))
        async with stack.running(create_app, settings) as running:
            yield Office(running, sink)


async def _invited(office: Office) -> list[str]:
    """Make people known and invite them; return their ids."""
    people = [new_id() for _ in range(LETTERS)]
    for start in range(0, LETTERS, AT_ONCE):
        await asyncio.gather(*(office.hears(contact_changed(each)) for each in people[start : start + AT_ONCE]))
    for start in range(0, LETTERS, 500):
        await office.hears(people_invited(new_id(), people[start : start + 500]))
    return people


async def _settled(office: Office) -> list[Document]:
    """Wait until nothing is tried any more, and return all letters."""

    async def all_are() -> list[Document]:
        rows = await office.letters()
        return rows if all(row["state"] in ("sent", "failed") for row in rows) else []

    found: list[Document] = await until(all_are, "every letter is sent or failed", within=60)
    return found


async def test_every_letter_ends_in_the_state_that_the_relay_itself_recorded(office: Office) -> None:
    people = await _invited(office)
    rows = {address_of(row["recipient_id"]): row for row in await _settled(office)}
    assert sorted(rows) == sorted(address_of(each) for each in people)

    said: dict[str, list[int]] = defaultdict(list)
    for verdict in office.sink.said:
        said[verdict.recipient].append(verdict.code)
    assert {address: _account(row) for address, row in rows.items()} == {
        address: _account_of(said[address]) for address in rows
    }
    copies = Counter(mail.recipient for mail in office.sink.mails)
    assert copies == Counter({address: said[address].count(250) + said[address].count(0) for address in rows})

    codes = Counter(verdict.code for verdict in office.sink.said)
    states = Counter(row["state"] for row in rows.values())
    print(f"\nthe relay said {dict(codes)} (0: cut after the text); letters {dict(states)}")
    assert (codes[451] > 20, codes[550] > 0, codes[0] > 0) == (True, True, True)


Account = tuple[str, int, int, list[str]]


def _account(row: Document) -> Account:
    """Return what we wrote down of a letter: its state, how often it was tried and doubted, and what went wrong."""
    wrong = [f"{moment['state']} {moment['code'][:3]}" for moment in row["history"]] if "history" in row else []
    return row["state"], row["attempts"], row.get("doubts", 0), wrong


def _account_of(codes: Sequence[int]) -> Account:
    """Return what must be written down after the relay has said ``codes``."""
    words = {451: "deferred 451", 550: "failed 550", 0: "ambiguous con"}
    state = {250: "sent", 550: "failed"}.get(codes[-1], "lost")
    return state, len(codes), codes.count(0), [words[code] for code in codes if code != 250]
