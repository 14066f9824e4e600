"""Which letters an event owes, to whom, and how often: once."""

import asyncio
from datetime import timedelta

import pytest

from services.notifications.contacts.store import CONTACTS, KEYS
from services.notifications.deliveries import facts
from services.notifications.deliveries import store as letters
from services.notifications.deliveries.pages import page_of
from services.notifications.fanouts import actions
from services.notifications.fanouts.store import FANOUTS, INVITATIONS
from services.notifications.letters import DigestFacts, LinkFacts
from shared.events.reports import (
    HeldReason,
    ReleaseHeldBack,
    ReleaseNotice,
    SectionCommented,
    WebhookDisabled,
    WebhookNotice,
    WritingNotice,
)
from shared.ids import new_id, utc_now
from shared.storage import Tx
from shared.testing.stack import until
from tests.notifications.builders import (
    Office,
    address_of,
    cancelled,
    contact_changed,
    people_invited,
    postponed,
    report_published,
    rescheduled,
    sign_in_requested,
    subscription_confirmed,
    subscription_ended,
    subscription_requested,
    withdrawn,
)
from tests.notifications.conftest import Opened


async def expand_all(office: Office) -> None:
    """Write down every letter that fan-outs owe."""
    rows = await office.running.storage.reader[FANOUTS].find({"done_at": None}, limit=100)
    for row in rows:
        while await office.running.storage.transact(actions.expand, row["_id"]):
            pass


async def test_everybody_invited_is_owed_one_invitation(quiet: Office) -> None:
    people = await quiet.knows(3, language="pl")
    event = people_invited(new_id(), people)
    event_id = await quiet.hears(event)
    rows = await quiet.letters(about_id=event.meeting_id)
    assert {row["recipient_id"] for row in rows} == set(people)
    assert {(row["kind"], row["event_id"], row["state"], row["language"]) for row in rows} == {
        ("people-invited", event_id, "queued", "pl")
    }


async def test_the_same_event_fifty_times_owes_each_letter_once(quiet: Office) -> None:
    people = await quiet.knows(2)
    event, event_id = people_invited(new_id(), people), new_id()
    await asyncio.gather(*(quiet.hears(event, event_id=event_id) for _ in range(50)))
    assert len(await quiet.letters(about_id=event.meeting_id)) == 2


async def test_a_letter_is_owed_once_even_when_the_inbox_has_forgotten_the_event(quiet: Office) -> None:
    people = await quiet.knows(2)
    event, event_id = people_invited(new_id(), people), new_id()
    await quiet.hears(event, event_id=event_id)
    await quiet.running.storage.reader["inbox"].delete_many({})
    await quiet.hears(event, event_id=event_id)
    assert len(await quiet.letters(about_id=event.meeting_id)) == 2


async def test_everybody_invited_hears_of_a_move_and_of_the_end(quiet: Office) -> None:
    meeting_id, people = new_id(), [new_id() for _ in range(1100)]
    for start in (0, 500, 1000):
        await quiet.hears(people_invited(meeting_id, people[start : start + 500]))
    await quiet.hears(rescheduled(meeting_id))
    await quiet.hears(cancelled(meeting_id))
    await expand_all(quiet)
    for kind in ("people-invited", "meeting-rescheduled", "meeting-cancelled"):
        rows = await quiet.letters(about_id=meeting_id, kind=kind)
        assert sorted(row["recipient_id"] for row in rows) == sorted(people)


async def test_everybody_invited_hears_that_a_meeting_has_no_date_and_then_of_the_new_one(quiet: Office) -> None:
    meeting_id, people = new_id(), [new_id() for _ in range(3)]
    await quiet.hears(people_invited(meeting_id, people))
    await quiet.hears(postponed(meeting_id, revision=2))
    await quiet.hears(rescheduled(meeting_id, revision=3))
    await expand_all(quiet)
    for kind in ("meeting-postponed", "meeting-rescheduled"):
        rows = await quiet.letters(about_id=meeting_id, kind=kind)
        assert sorted(row["recipient_id"] for row in rows) == sorted(people)


async def test_a_fan_out_broken_off_goes_on_where_it_stopped(quiet: Office) -> None:
    meeting_id, people = new_id(), [new_id() for _ in range(1100)]
    for start in (0, 500, 1000):
        await quiet.hears(people_invited(meeting_id, people[start : start + 500]))
    event_id = await quiet.hears(cancelled(meeting_id))
    assert await quiet.running.storage.transact(actions.expand, event_id)
    assert len(await quiet.letters(kind="meeting-cancelled", about_id=meeting_id)) == 500
    await asyncio.gather(*(quiet.running.storage.transact(actions.expand, event_id) for _ in range(5)))
    rows = await quiet.letters(kind="meeting-cancelled", about_id=meeting_id)
    assert sorted(row["recipient_id"] for row in rows) == sorted(people)


async def test_whoever_is_no_longer_invited_hears_that_and_nothing_more(quiet: Office) -> None:
    people = await quiet.knows(2)
    event = people_invited(new_id(), people)
    await quiet.hears(event)
    await quiet.hears(withdrawn(event, revision=2))
    await quiet.hears(cancelled(event.meeting_id, revision=3))
    await expand_all(quiet)
    rows = await quiet.letters(recipient_id=people[0])
    assert sorted((row["kind"], row["state"]) for row in rows) == [
        ("invitation-withdrawn", "queued"),
        ("people-invited", "suppressed"),
    ]
    assert [row["kind"] for row in await quiet.letters(recipient_id=people[1])] == [
        "people-invited",
        "meeting-cancelled",
    ]


async def test_an_invitation_that_arrives_after_its_withdrawal_is_not_sent(quiet: Office) -> None:
    people = await quiet.knows(1)
    event = people_invited(new_id(), people)
    await quiet.hears(withdrawn(event, revision=2))
    await quiet.hears(event)
    assert [row["kind"] for row in await quiet.letters(recipient_id=people[0])] == ["invitation-withdrawn"]
    row = await quiet.running.storage.reader[INVITATIONS].find_one({"_id": event.invitees[0].invitation_id})
    assert row is not None
    assert row["withdrawn"]


async def test_whoever_is_invited_again_gets_an_invitation_again(quiet: Office) -> None:
    people = await quiet.knows(1)
    event = people_invited(new_id(), people)
    await quiet.hears(event)
    await quiet.hears(withdrawn(event, revision=2))
    again = event.model_copy(
        update={"revision": 3, "invitees": [event.invitees[0].model_copy(update={"generation": 2})]}
    )
    await quiet.hears(again)
    rows = await quiet.letters(recipient_id=people[0], kind="people-invited")
    assert [(row["state"], row["generation"]) for row in rows] == [("suppressed", 1), ("queued", 2)]


async def test_what_concerns_those_who_run_reports_is_owed_once_to_each_and_leads_to_its_page(quiet: Office) -> None:
    id_, people = new_id(), await quiet.knows(2)
    both = {"revision": 1, "person_ids": people}
    comment = {"report_id": id_, "notice": WritingNotice(report={"en": "R"}, sections=[{"en": "Media"}]), **both}
    webhook = WebhookNotice(label="Library", host="a.example")
    told = [
        (
            ReleaseHeldBack(report_id=id_, notice=ReleaseNotice(reasons=[HeldReason(code="withdrawn")]), **both),
            f"/reports/{id_}/publishing",
        ),
        (
            WebhookDisabled(webhook_id=id_, code="503", failing_since=utc_now(), notice=webhook, **both),
            f"/webhooks/{id_}",
        ),
        (
            SectionCommented(sections=["media-freedom"], language="be", **comment),
            f"/reports/{id_}/sections/media-freedom/be/comments",
        ),
        (SectionCommented(sections=["media-freedom", "economy"], **comment), f"/reports/{id_}/workshop"),
    ]
    for event, path in told:
        event_id = new_id()
        for _ in range(2):
            await quiet.hears(event, event_id=event_id)
        rows = await quiet.letters(event_id=event_id)
        owed = sorted((row["recipient_id"], row["kind"]) for row in rows)
        assert owed == [(each, event.name) for each in sorted(people)]
        kept = (await letters.facts_of(quiet.running.storage.reader, {event_id}))[event_id]
        what = facts.told(kept)
        assert not isinstance(what, LinkFacts | DigestFacts)
        assert page_of(what) == path


async def test_a_report_is_told_to_those_who_asked_for_its_theme_in_its_languages(quiet: Office) -> None:
    wants = {
        "both": ("media-freedom", "en"),
        "other theme": ("freedom-of-assembly", "en"),
        "other language": ("media-freedom", "uk"),
        "ended": ("media-freedom", "en"),
    }
    subscribers = {name: new_id() for name in wants}
    for name, (theme, language) in wants.items():
        await quiet.hears(subscription_requested(subscribers[name]))
        confirmed = subscription_confirmed(subscribers[name], theme, language=language)  # type: ignore[arg-type]
        await quiet.hears(confirmed)
    await quiet.hears(subscription_ended(subscribers["ended"]))
    event = report_published("media-freedom", "political-persecution")
    await quiet.hears(event)
    await expand_all(quiet)
    rows = await quiet.letters(about_id=event.report_id)
    assert [row["recipient_id"] for row in rows] == [subscribers["both"]]


async def test_nobody_who_has_not_confirmed_is_told_of_reports(quiet: Office) -> None:
    await quiet.hears(subscription_requested(new_id()))
    event = report_published("economic-liberalisation")
    await quiet.hears(event)
    await expand_all(quiet)
    assert await quiet.letters(about_id=event.report_id) == []


async def test_an_ended_subscription_leaves_no_contact_no_key_and_no_letter(quiet: Office) -> None:
    subscription_id = new_id()
    await quiet.hears(subscription_requested(subscription_id))
    await quiet.hears(subscription_ended(subscription_id))
    reader = quiet.running.storage.reader
    assert await reader[CONTACTS].find_one({"_id": subscription_id}) is None
    assert await reader[KEYS].find_one({"_id": subscription_id}) is None
    assert await quiet.states(recipient_id=subscription_id) == ["suppressed"]


async def test_an_ended_subscription_stays_ended_whatever_arrives_late(quiet: Office) -> None:
    subscription_id = new_id()
    await quiet.hears(subscription_ended(subscription_id))
    await quiet.hears(subscription_confirmed(subscription_id, "media-freedom"))
    await quiet.hears(subscription_requested(subscription_id))
    assert await quiet.running.storage.reader[CONTACTS].find_one({"_id": subscription_id}) is None
    assert await quiet.letters(recipient_id=subscription_id) == []


async def test_an_older_contact_never_replaces_a_newer(quiet: Office) -> None:
    person_id = new_id()
    await quiet.hears(contact_changed(person_id, revision=2, language="uk"))
    await quiet.hears(contact_changed(person_id, revision=1, language="ru"))
    row = await quiet.running.storage.reader[CONTACTS].find_one({"_id": person_id})
    assert row is not None
    assert row["language"] == "uk"


async def test_no_address_and_no_name_is_stored_in_clear(quiet: Office) -> None:
    person_id = new_id()
    await quiet.hears(contact_changed(person_id, address="planted@example.org", name="Planted Name"))
    row = await quiet.running.storage.reader[CONTACTS].find_one({"_id": person_id})
    stored = repr(row).casefold()
    assert ("planted" in stored, address_of(person_id) in stored) == (False, False)


async def test_a_sign_in_letter_says_nothing_but_the_link(quiet: Office) -> None:
    (person_id,) = await quiet.knows(1)
    event = sign_in_requested(person_id, lasts=timedelta(minutes=1))
    await quiet.hears(event)
    row = await quiet.letter(recipient_id=person_id)
    assert (row["kind"], row["subject_id"], row["priority"]) == ("sign-in-requested", event.sign_in_id, 0)


async def test_news_that_cannot_be_told_hold_up_no_younger_ones(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    expand = actions.expand
    async with opened(background=False) as quiet:
        people, meetings = await quiet.knows(1), [new_id(), new_id()]
        for meeting_id in meetings:
            await quiet.hears(people_invited(meeting_id, people))
        broken, _ = [await quiet.hears(cancelled(meeting_id)) for meeting_id in meetings]

    async def expand_or_not(tx: Tx, event_id: str) -> bool:
        if event_id == broken:
            raise LookupError("what it tells is gone")
        return await expand(tx, event_id)

    monkeypatch.setattr(actions, "expand", expand_or_not)
    async with opened() as office:
        await until(lambda: office.letters(kind="meeting-cancelled", about_id=meetings[1]), "the younger is told")
        assert await office.letters(kind="meeting-cancelled", about_id=meetings[0]) == []
