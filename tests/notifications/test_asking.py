"""Letters to some of those invited: the silent, whoever waited or proposed, and those to whom the organisers wrote."""

from shared.events.meetings import InvitationAnswered, PeopleInvited, PlaceOffered, ProposalDeclined, ReplyRequested
from shared.ids import new_id
from tests.notifications.builders import Office, cancelled, meeting, message_written, people_invited, updated, withdrawn


def asked(event: PeopleInvited, *, revision: int = 1) -> ReplyRequested:
    """Return that everybody whom ``event`` invited is asked again."""
    return ReplyRequested(**meeting(event.meeting_id, revision=revision), invitees=event.invitees)


def offered(event: PeopleInvited) -> PlaceOffered:
    """Return that the first whom ``event`` invited is offered a place."""
    first = event.invitees[0]
    whom = {"invitation_id": first.invitation_id, "person_id": first.person_id, "generation": first.generation}
    return PlaceOffered.model_validate({**meeting(event.meeting_id), **whom})


async def kinds(office: Office, event: PeopleInvited) -> list[tuple[str, str, str]]:
    """Return kind, recipient and state of every letter about the meeting but the invitations."""
    rows = await office.letters(about_id=event.meeting_id)
    return sorted((row["kind"], row["recipient_id"], row["state"]) for row in rows if row["kind"] != "people-invited")


async def test_everybody_silent_is_owed_one_reminder_with_a_link_of_their_own(quiet: Office) -> None:
    people = sorted(await quiet.knows(3, language="uk"))
    event = people_invited(new_id(), people)
    await quiet.hears(event)
    again, event_id = asked(event), new_id()
    for _ in range(3):
        await quiet.hears(again, event_id=event_id)
    assert await kinds(quiet, event) == [("reply-requested", each, "queued") for each in people]
    rows = await quiet.letters(about_id=event.meeting_id, kind="reply-requested")
    assert {row["subject_id"] for row in rows} == {each.invitation_id for each in event.invitees}
    assert {row["language"] for row in rows} == {"uk"}


async def test_two_rounds_are_two_reminders(quiet: Office) -> None:
    (one,) = await quiet.knows(1)
    event = people_invited(new_id(), [one])
    await quiet.hears(event)
    for _ in range(2):
        await quiet.hears(asked(event))
    assert await kinds(quiet, event) == [("reply-requested", one, "queued")] * 2


async def test_whose_invitation_was_withdrawn_is_asked_no_more(quiet: Office) -> None:
    one, other = sorted(await quiet.knows(2))
    event = people_invited(new_id(), [one, other])
    await quiet.hears(event)
    await quiet.hears(asked(event))
    await quiet.hears(withdrawn(event))
    assert ("reply-requested", one, "suppressed") in await kinds(quiet, event)
    await quiet.hears(asked(event))
    assert [each for each in await kinds(quiet, event) if each[0] == "reply-requested"] == [
        ("reply-requested", one, "suppressed"),
        ("reply-requested", other, "queued"),
        ("reply-requested", other, "queued"),
    ]


async def test_whoever_answers_meanwhile_gets_no_reminder(quiet: Office) -> None:
    one, other = sorted(await quiet.knows(2))
    event = people_invited(new_id(), [one, other])
    await quiet.hears(event)
    await quiet.hears(asked(event))
    first = event.invitees[0]
    whom = {"invitation_id": first.invitation_id, "person_id": first.person_id, "meeting_id": event.meeting_id}
    await quiet.hears(InvitationAnswered.model_validate({**whom, "answer": "declined", "revision": 2}))
    states = {
        row["recipient_id"]: row["state"]
        for row in await quiet.letters(kind="reply-requested", about_id=event.meeting_id)
    }
    assert states == {first.person_id: "suppressed", event.invitees[1].person_id: "queued"}


async def test_whoever_is_asked_again_after_all_keeps_their_reminder(quiet: Office) -> None:
    (one,) = await quiet.knows(1)
    event = people_invited(new_id(), [one])
    await quiet.hears(event)
    await quiet.hears(asked(event))
    whom = {"invitation_id": event.invitees[0].invitation_id, "person_id": one, "meeting_id": event.meeting_id}
    await quiet.hears(InvitationAnswered.model_validate({**whom, "answer": "pending", "revision": 3}))
    rows = await quiet.letters(kind="reply-requested", about_id=event.meeting_id)
    assert [row["state"] for row in rows] == ["queued"]


async def test_whoever_waited_hears_of_the_place_once(quiet: Office) -> None:
    (one,) = await quiet.knows(1)
    event = people_invited(new_id(), [one])
    await quiet.hears(event)
    news, event_id = offered(event), new_id()
    for _ in range(2):
        await quiet.hears(news, event_id=event_id)
    assert await kinds(quiet, event) == [("place-offered", one, "queued")]


async def test_whoever_proposed_hears_that_the_time_stays(quiet: Office) -> None:
    (one,) = await quiet.knows(1)
    event = people_invited(new_id(), [one])
    await quiet.hears(event)
    first = event.invitees[0]
    whom = {"invitation_id": first.invitation_id, "person_id": first.person_id, "proposal_id": new_id()}
    news = ProposalDeclined.model_validate({**meeting(event.meeting_id), **whom})
    await quiet.hears(news)
    assert await kinds(quiet, event) == [("proposal-declined", one, "queued")]


async def test_news_of_a_place_before_the_invitation_itself_is_told(quiet: Office) -> None:
    (one,) = await quiet.knows(1)
    event = people_invited(new_id(), [one])
    await quiet.hears(offered(event))
    assert await kinds(quiet, event) == [("place-offered", one, "queued")]


async def test_a_message_goes_once_to_each_whom_it_names_until_they_are_no_longer_invited(quiet: Office) -> None:
    one, other = sorted(await quiet.knows(2))
    event = people_invited(new_id(), [one, other])
    await quiet.hears(event)
    news, event_id = message_written(event), new_id()
    for _ in range(2):
        await quiet.hears(news, event_id=event_id)
    assert await kinds(quiet, event) == [("message-written", one, "queued"), ("message-written", other, "queued")]
    await quiet.hears(withdrawn(event))
    await quiet.hears(message_written(event))
    assert [each for each in await kinds(quiet, event) if each[0] == "message-written"] == [
        ("message-written", one, "suppressed"),
        ("message-written", other, "queued"),
        ("message-written", other, "queued"),
    ]


async def test_a_message_is_told_as_it_was_written_whatever_came_since(office: Office) -> None:
    (person_id,) = await office.knows(1, language="be")
    event = people_invited(new_id(), [person_id])
    await office.hears(message_written(event, revision=3))  # before the invitation itself, which it helps to tell
    await office.hears(event)
    await office.hears(updated(event.meeting_id, revision=4))
    mails = {str(mail.message["Subject"]).partition(" – ")[0]: mail for mail in await office.sink.arrived(3)}
    told = mails["The entrance"]  # nobody wrote it in Belarusian
    assert ("It is in the courtyard." in told.text(), "/be/answer/" in told.text()) == (True, True)
    assert told.message["Content-Language"] == "be, en"
    assert [part.get_content_type() for part in told.message.walk()][1:] == ["text/plain", "text/html"]
    assert [mail for name, mail in mails.items() if name != "The entrance" and "courtyard" in mail.text()] == []


async def test_a_message_about_a_closed_meeting_says_nothing_but_where_to_read_it(office: Office) -> None:
    (person_id,) = await office.knows(1)
    event = people_invited(new_id(), [person_id])
    await office.hears(message_written(event, says=False))
    (mail,) = await office.sink.arrived(1)
    assert str(mail.message["Subject"]).startswith("From the organisers: ")
    assert ("read it on the page" in " ".join(mail.text().split()), "/en/answer/" in mail.text()) == (True, True)


async def test_nobody_gets_a_message_about_a_meeting_that_was_called_off(office: Office) -> None:
    wants, wants_none = [(await office.knows(1, no_contact=each))[0] for each in (False, True)]
    event = people_invited(new_id(), [wants, wants_none])
    await office.hears(message_written(event))
    await office.settled(1, "suppressed", kind="message-written", recipient_id=wants_none)
    await office.settled(1, "sent", kind="message-written", recipient_id=wants)
    await office.hears(cancelled(event.meeting_id))
    await office.hears(message_written(event, revision=2))
    await office.settled(2, "suppressed", kind="message-written", about_id=event.meeting_id)
