"""The rules of an agenda: what is in the way of what, when it would fit, and which translations are outdated."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.meetings.agenda import conflicts, domain
from services.meetings.agenda.domain import Agenda, PlanSession, Session, Speaker, TranslateSession
from services.meetings.meetings.domain import AgendaEntry
from shared.ids import new_id
from shared.problems import Invalid, TooLarge
from tests.meetings.builders import BEGINS, ENDS

HANNA = Speaker(person_id="01d2c8a0-0000-7000-8000-000000000001", name="Hanna Example")


def wanted(after: int, lasts: int = 60, **changes: Any) -> PlanSession:
    return PlanSession(after_minutes=after, lasts_minutes=lasts, **{"title": {"en": "Talk"}, **changes})


def session(after: int, lasts: int = 60, **changes: Any) -> Session:
    return domain.plan(wanted(after, lasts, **changes), None, id=new_id())


def agenda(*sessions: Session) -> Agenda:
    return Agenda(id=new_id(), sessions=domain.in_order(sessions))


def refusal(known: Agenda, new: Session, *, length: int | None = 480) -> tuple[list[tuple[str, str | None]], Any]:
    with pytest.raises(Invalid) as refused:
        conflicts.check(known, new, length=length, starts_at=BEGINS)
    assert refused.value.code == "agenda-conflict"
    return [(each.code, each.field) for each in refused.value.errors], refused.value.facts.get("suggestion")


def test_a_speaker_is_in_one_place_at_a_time_and_the_next_free_time_is_said() -> None:
    known = agenda(session(60, track="Media", speakers=[HANNA]), session(120, track="Media"))
    for speaker in (Speaker(person_id=HANNA.person_id), Speaker(name=" hanna  EXAMPLE ")):
        errors, suggestion = refusal(known, session(90, 30, track="Law", speakers=[Speaker(name="Jan"), speaker]))
        assert errors == [("speaker-elsewhere", "speakers.1")]
        assert suggestion == {"after_minutes": 120, "starts_at": (BEGINS + timedelta(minutes=120)).isoformat()}


def test_a_track_and_a_room_hold_one_session_at_a_time() -> None:
    known = agenda(session(0, track="Media", room="Hall A"))
    assert refusal(known, session(30, track="Media"))[0] == [("track-taken", "track")]
    assert refusal(known, session(30, track="Law", room="hall a"))[0] == [("room-taken", "room")]
    conflicts.check(known, session(30, track="Law", room="Hall B"), length=480, starts_at=BEGINS)


def test_one_session_may_begin_when_another_ends() -> None:
    conflicts.check(agenda(session(0)), session(60), length=480, starts_at=BEGINS)


def test_a_session_is_held_while_the_meeting_lasts() -> None:
    errors, suggestion = refusal(agenda(session(0)), session(450))
    assert (errors, suggestion["after_minutes"]) == ([("outside-the-meeting", "after_minutes")], 60)
    conflicts.check(agenda(), session(10_000), length=None, starts_at=None)


def test_where_nothing_is_free_nothing_is_suggested() -> None:
    assert refusal(agenda(session(0, 480)), session(10)) == ([("track-taken", "track")], None)


def test_a_session_is_not_in_its_own_way() -> None:
    known = session(0, speakers=[HANNA], room="Hall A")
    moved = known.model_copy(update={"after_minutes": 30})
    conflicts.check(agenda(known), moved, length=480, starts_at=BEGINS)


sessions = some.builds(
    session,
    some.integers(0, 400),
    some.integers(1, 120),
    track=some.sampled_from(["", "Media", "Law"]),
    room=some.sampled_from(["", "A"]),
    speakers=some.sampled_from([[], [HANNA]]),
)


@given(some.lists(sessions, max_size=8), sessions)
def test_what_is_suggested_is_accepted(known: list[Session], new: Session) -> None:
    kept = agenda()
    for each in known:
        try:
            conflicts.check(kept, each, length=480, starts_at=BEGINS)
        except Invalid:
            continue
        kept = domain.put(kept, each)
    free = conflicts.next_free(kept, new, length=480)
    if free is not None:
        moved = new.model_copy(update={"after_minutes": free})
        conflicts.check(kept, moved, length=480, starts_at=BEGINS)


def test_a_translation_is_outdated_when_what_it_was_made_from_has_changed() -> None:
    first = session(0, title={"en": "Talk", "pl": "Wykład", "be": "Лекцыя"}, source_language="en")
    assert (first.outdated, first.translated_from) == ([], {"pl": 1, "be": 1})
    changed = domain.plan(
        wanted(0, title={"en": "Lecture", "pl": "Wykład", "be": "Даклад"}, source_language="en"), first, id=first.id
    )
    assert (changed.source_revision, changed.outdated) == (2, ["pl"])
    moved = domain.plan(wanted(30, title=changed.title, source_language="en"), changed, id=first.id)
    assert (moved.source_revision, moved.outdated) == (2, ["pl"])


def test_a_translation_that_is_still_right_is_confirmed_by_the_same_words() -> None:
    first = session(0, title={"en": "Talk", "pl": "Wykład"}, source_language="en")
    changed = domain.plan(wanted(0, title={"en": "Talk!", "pl": "Wykład"}), first, id=first.id)
    confirmed = domain.translate(changed, "pl", TranslateSession(title="Wykład"))
    assert (changed.outdated, confirmed.outdated, confirmed.title) == (["pl"], [], changed.title)


def test_changing_the_source_as_a_translation_makes_the_others_outdated() -> None:
    first = session(0, title={"en": "Talk", "pl": "Wykład"}, source_language="en")
    assert domain.translate(first, "en", TranslateSession(title="Lecture")).outdated == ["pl"]


def test_an_agenda_has_a_bound() -> None:
    full = agenda(*(session(number) for number in range(domain.MAX_SESSIONS)))
    with pytest.raises(TooLarge):
        domain.put(full, session(0))
    assert len(domain.put(full, full.sessions[0]).sessions) == domain.MAX_SESSIONS


def test_letters_are_told_no_more_than_fits_them() -> None:
    long = agenda(*(session(number, title={"be": "ў" * 200}) for number in range(150)))
    told = domain.summary(long, BEGINS)
    assert (len(told) < 100, told[1].starts_at) == (True, BEGINS + timedelta(minutes=1))


def test_the_short_agenda_of_a_meeting_becomes_sessions_with_the_same_ids_each_time() -> None:
    begin = [BEGINS, BEGINS + timedelta(minutes=90)]
    entries = [AgendaEntry(starts_at=at, title={"en": "Talk"}) for at in begin]
    made = [domain.from_entries(HANNA.person_id or "", BEGINS, ENDS, entries) for _ in range(2)]
    assert made[0] == made[1]
    assert [(each.after_minutes, each.lasts_minutes) for each in made[0].sessions] == [(0, 90), (90, 390)]
    assert domain.summary(made[0], BEGINS) == entries
