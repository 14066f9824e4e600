"""What is called off goes out no more, from that moment on, however many letters are on their way."""

from collections.abc import Sequence
from typing import Any

import pytest

from services.notifications.deliveries import bundles, stops
from services.notifications.deliveries.jobs import withhold_stopped
from services.notifications.deliveries.stops import STOPS
from services.notifications.deliveries.writing import Writer, Written
from services.notifications.fanouts import actions
from shared.ids import new_id, utc_now
from shared.storage import Document
from tests.notifications.builders import (
    Office,
    people_invited,
    report_published,
    report_withdrawn,
    subscription_confirmed,
    subscription_requested,
)
from tests.notifications.conftest import Opened


async def cancel(office: Office, about_id: str) -> Any:
    async with office.running.as_("operator") as client:
        answer = await client.post("/letters/cancellation", json={"about_id": about_id})
        assert answer.is_success, answer.text
        return answer.json()


async def test_what_is_cancelled_after_its_mails_are_written_is_not_sent(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Writer.write
    async with opened() as office:
        meeting_id = new_id()

        async def cancelled_meanwhile(writer: Writer, rows: Sequence[Document]) -> Written:
            written = await write(writer, rows)
            if written.mails:
                assert await cancel(office, meeting_id) == {"count": 0}  # their sender has them
            return written

        monkeypatch.setattr(Writer, "write", cancelled_meanwhile)
        await office.hears(people_invited(meeting_id, await office.knows(3)))
        await office.settled(3, "suppressed", about_id=meeting_id)
        assert office.sink.mails == []
        assert {row["error"]["code"] for row in await office.letters(about_id=meeting_id)} == {"cancelled-by-operator"}


async def test_however_many_are_cancelled_no_transaction_is_large(
    quiet: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stops, "AT_ONCE", 2)
    event = people_invited(new_id(), await quiet.knows(5))
    other = people_invited(new_id(), await quiet.knows(5))
    await quiet.hears(event)
    await quiet.hears(other)
    assert await cancel(quiet, event.meeting_id) == {"count": 5}
    assert await quiet.states(about_id=event.meeting_id) == ["suppressed"] * 5
    assert await quiet.states(about_id=other.meeting_id) == ["queued"] * 5


async def test_what_a_sender_works_on_is_left_to_it_and_withheld_when_it_comes_back(quiet: Office) -> None:
    event = people_invited(new_id(), await quiet.knows(2))
    await quiet.hears(event)
    reader = quiet.running.storage.reader
    claim = await bundles.claim(reader, 1, now=utc_now(), holder="slow")
    assert claim is not None
    assert await cancel(quiet, event.meeting_id) == {"count": 0}
    await withhold_stopped(quiet.running.context)
    assert await quiet.states(about_id=event.meeting_id) == ["queued"] * 2
    assert await stops.undone(reader, event.meeting_id)
    await bundles.release(reader, claim, now=utc_now())
    await withhold_stopped(quiet.running.context)
    assert await quiet.states(about_id=event.meeting_id) == ["suppressed"] * 2
    assert not await stops.undone(reader, event.meeting_id)


async def test_what_is_sent_again_after_it_was_cancelled_goes_out(opened: Opened) -> None:
    async with opened() as office:
        event = people_invited(new_id(), await office.knows(1, address="not an address"))
        await office.hears(event)
        await office.settled(1, "failed", about_id=event.meeting_id)
        await cancel(office, event.meeting_id)
        async with office.running.as_("operator") as client:
            again = await client.post("/letters/sending-again", json={"about_id": event.meeting_id})
        assert again.json() == {"count": 1}
        await office.settled(1, "failed", about_id=event.meeting_id)


async def test_nobody_is_told_of_a_report_that_is_withdrawn_when_their_letter_is_written(opened: Opened) -> None:
    event = report_published("repression-of-activists")
    async with opened(background=False) as quiet:
        subscription_id = new_id()
        await quiet.hears(subscription_requested(subscription_id))
        await quiet.hears(subscription_confirmed(subscription_id, "repression-of-activists"))
        published = await quiet.hears(event)
        await quiet.running.storage.transact(actions.expand, published)
        await quiet.hears(report_withdrawn(event))
        await quiet.running.storage.reader[STOPS].delete_many({})
    async with opened() as office:
        await office.settled(1, "suppressed", kind="report-published", about_id=event.report_id)
        assert [mail for mail in office.sink.mails if "New report" in mail.message["Subject"]] == []
