"""A relay that refuses most letters is held, and neither letters nor addresses are given up for what it says."""

from services.notifications.deliveries.brake import WINDOW, Brake
from services.notifications.deliveries.jobs import count_waiting
from services.notifications.smtp import Accepted, NeverSent, Refused
from shared.ids import new_id
from shared.testing.sink import Faults
from tests.alerting import RULES
from tests.notifications.builders import Office, address_of, people_invited, sign_in_requested
from tests.notifications.conftest import Opened

YES, NO = Accepted(250, "ok"), Refused(550, "5.7.1", "5.7.1 relaying denied")
PEOPLE = 40


def test_it_takes_many_refusals_that_are_most_of_the_last_answers() -> None:
    assert not Brake("", 30).is_pulled([NO] * 29)
    assert Brake("", 30).is_pulled([NO] * 30)
    assert not Brake("", 30).is_pulled([*[NO] * 30, *[YES] * 30])
    assert Brake("", 30).is_pulled([*[NO] * 31, *[YES] * 30])
    assert not Brake("", 0).is_pulled([NO] * WINDOW)
    assert not Brake("", 30).is_pulled([Refused(451, "", "later"), NeverSent("relay-not-reached", reached=True)] * 30)


def test_what_was_said_long_ago_or_in_other_letters_does_not_count() -> None:
    brake = Brake("", 30)
    assert not brake.is_pulled([YES] * WINDOW)
    assert not brake.is_pulled([NO] * 100)  # half of the last
    assert brake.is_pulled([NO])
    assert not brake.is_pulled([YES])
    assert not brake.is_pulled([])


async def _hold_of(office: Office) -> dict[str, str]:
    async with office.running.as_("operator") as client:
        found: list[dict[str, str]] = (await client.get("/holds")).json()["items"]
    return found[0] if found else {}


async def test_letters_that_a_relay_refuses_to_everybody_wait_until_an_operator_has_looked(opened: Opened) -> None:
    async with opened() as office:
        office.sink.misbehave(Faults(permanent=1))
        people = await office.knows(PEOPLE)
        event = people_invited(new_id(), people)
        await office.hears(event)
        await office.settled(PEOPLE, "deferred", within=60, about_id=event.meeting_id)
        assert {row["error"]["code"] for row in await office.letters()} == {"relay-braked"}
        hold = await _hold_of(office)
        assert (hold["what"], hold["because"]) == ("relay-default", "550 5.1.1 <…@…> no such mailbox")
        assert "held_by" not in hold
        await count_waiting(office.running.context)
        assert RULES["ZgodaRelayBraked"].holds_for(by="brake") is True

        office.sink.misbehave(Faults())
        await office.hears(sign_in_requested(people[0]))  # nobody who waits is kept waiting
        assert [mail.recipient for mail in await office.sink.arrived(1)] == [address_of(people[0])]

        async with office.running.as_("operator") as client:
            await client.delete("/holds/relay-default")
            await office.settled(PEOPLE, within=60, about_id=event.meeting_id)
            assert (await client.get("/suppressions")).json()["items"] == []
        assert len(office.sink.mails) == PEOPLE + 1


async def test_a_relay_that_was_looked_at_is_believed(opened: Opened) -> None:
    async with opened() as office:
        office.sink.misbehave(Faults(permanent=1))
        event = people_invited(new_id(), await office.knows(PEOPLE))
        await office.hears(event)
        await office.settled(PEOPLE, "deferred", within=60, about_id=event.meeting_id)
        async with office.running.as_("operator") as client:
            await client.delete("/holds/relay-default")
        await office.settled(PEOPLE, "failed", within=60, about_id=event.meeting_id)
        assert await _hold_of(office) == {}


async def test_a_few_bad_addresses_are_no_bad_relay(opened: Opened) -> None:
    async with opened() as office:
        office.sink.misbehave(Faults(permanent=1))
        event = people_invited(new_id(), await office.knows(20))
        await office.hears(event)
        await office.settled(20, "failed", within=60, about_id=event.meeting_id)
        assert await _hold_of(office) == {}
