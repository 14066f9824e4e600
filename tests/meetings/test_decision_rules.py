"""Decisions: numbered, owned, carried out, reminded of, closed; each rule by itself."""

from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from services.meetings.decisions import domain
from services.meetings.decisions.domain import (
    NOBODY,
    AssignTask,
    ChangeDecision,
    Commission,
    CommissionReport,
    Decision,
    MoveDecision,
    MoveTask,
    TakeDecision,
)
from services.meetings.decisions.lapsing import lapses, reminders_until
from services.meetings.meetings.domain import Meeting
from shared.ids import new_id
from shared.problems import Conflict, Invalid, NotFound
from tests.meetings.builders import BEGINS, NEXT_DAY, NOW, scheduled

BY, DUE = new_id(), date(2008, 12, 1)
TEXT = {"en": "Monitor the freedom of the media."}


def wanted(**changes: Any) -> Commission:
    """Return the report that was commissioned in Warsaw in October 2008."""
    values = {
        "title": {"en": "Monitoring report 2008"},
        "country": "BY",
        "period_from_on": "2008-01-01",
        "period_to_on": "2008-12-31",
        "languages": ["en"],
        "due_on": "2009-02-01",
    }
    return Commission.model_validate({**values, **changes})


def taken(meeting: Meeting | None = None, **changes: Any) -> Decision:
    """Return a decision of an organisation, due in December."""
    command = TakeDecision.model_validate({"text": TEXT, "owner_id": new_id(), "due_on": DUE, **changes})
    return domain.take(meeting or scheduled(), command, ordinal=3, by=BY, now=NOW)


def moved(decision: Decision, state: str) -> Decision:
    return domain.move(decision, MoveDecision.model_validate({"state": state}), by=BY, now=NOW + NEXT_DAY)


def test_a_decision_is_numbered_by_month_and_place() -> None:
    assert taken().number == "2008-10/3"


def test_the_month_is_that_of_the_place_of_the_meeting() -> None:
    late = BEGINS.replace(day=31, hour=23, minute=30)
    meeting = scheduled(starts_at=late, ends_at=late + timedelta(hours=1))
    assert taken(meeting).number == "2008-11/3"


def test_a_meeting_that_was_called_off_decides_nothing() -> None:
    with pytest.raises(Conflict, match="meeting-cancelled"):
        taken(scheduled().model_copy(update={"state": "cancelled"}))


def test_a_decision_belongs_to_an_item_of_the_agenda() -> None:
    session = new_id()
    command = TakeDecision(text={"en": "Agreed."}, item=session)
    assert domain.take(scheduled(), command, ordinal=1, by=BY, now=NOW, items=[session]).item == session
    with pytest.raises(Invalid, match="item-not-known"):
        domain.take(scheduled(), command, ordinal=1, by=BY, now=NOW, items=[new_id()])


def test_a_closed_meeting_names_no_person() -> None:
    closed = scheduled().model_copy(update={"closed": True})
    with pytest.raises(Invalid, match="closed-meeting-names-nobody"):
        taken(closed, person_id=new_id())
    decision = taken(closed)
    assert (decision.closed, decision.meeting_title) == (True, {})
    with pytest.raises(Invalid, match="closed-meeting-names-nobody"):
        domain.assign(decision, AssignTask.model_validate({"text": TEXT, "person_id": new_id()}), by=BY, now=NOW)


def test_every_change_is_kept_with_who_and_when() -> None:
    decision = moved(moved(taken(), "in-progress"), "done")
    assert [(each.what, each.state, each.by) for each in decision.history] == [
        ("taken", "", BY),
        ("moved", "in-progress", BY),
        ("moved", "done", BY),
    ]
    assert decision.revision == 3


def test_what_is_there_already_is_no_change() -> None:
    decision = taken()
    assert moved(decision, "open") is decision
    same = ChangeDecision.model_validate({"text": TEXT, "owner_id": decision.owner_id, "due_on": DUE})
    assert domain.change(decision, same, by=BY, now=NOW) is decision


def test_another_day_is_a_day() -> None:
    decision = taken()
    later = ChangeDecision.model_validate({"text": TEXT, "owner_id": decision.owner_id, "due_on": "2031-05-06"})
    changed = domain.change(decision, later, by=BY, now=NOW)
    assert (changed.due_on, changed.next_due_on) == (date(2031, 5, 6), date(2031, 5, 6))
    assert changed.model_dump()["due_on"] == "2031-05-06"


def test_a_decision_that_is_done_is_changed_only_when_it_is_opened_again() -> None:
    done = moved(taken(), "done")
    new = ChangeDecision.model_validate({"text": {"en": "Something else"}})
    with pytest.raises(Conflict, match="decision-closed"):
        domain.change(done, new, by=BY, now=NOW)
    assert domain.change(moved(done, "open"), new, by=BY, now=NOW).text == {"en": "Something else"}


def test_a_task_is_done_and_undone() -> None:
    decision, task = domain.assign(
        taken(), AssignTask.model_validate({"text": TEXT, "organisation_id": new_id()}), by=BY, now=NOW
    )
    assert decision.state == "in-progress"
    done = domain.move_task(decision, task.id, MoveTask(state="done"), by=BY, now=NOW)
    assert (done.tasks[0].state, done.tasks[0].done_at) == ("done", NOW)
    again = domain.move_task(done, task.id, MoveTask(state="open"), by=BY, now=NOW)
    assert (again.tasks[0].state, again.tasks[0].done_at) == ("open", None)
    with pytest.raises(NotFound, match="task-not-found"):
        domain.move_task(decision, new_id(), MoveTask(state="done"), by=BY, now=NOW)


@pytest.mark.parametrize("region", ["PL-14", "BY-XX"])
def test_a_report_is_commissioned_on_regions_of_its_country(region: str) -> None:
    assert wanted(regions=["BY-HR"]).regions == ["BY-HR"]
    with pytest.raises(ValidationError, match="must be of the report's country"):
        wanted(regions=["BY-HR", region])


def test_a_report_is_commissioned_once_and_gives_the_decision_its_day() -> None:
    decision = domain.commission(taken(due_on=None), CommissionReport(commission=wanted()), by=BY, now=NOW)
    assert (decision.due_on, decision.revision) == (date(2009, 2, 1), 2)
    with pytest.raises(Conflict, match="report-commissioned-already"):
        domain.commission(decision, CommissionReport(commission=wanted()), by=BY, now=NOW)


def test_the_first_edition_closes_the_decision_and_later_ones_change_nothing() -> None:
    report_id = new_id()
    decision = domain.begin_report(taken(commission=wanted()), report_id, now=NOW)
    assert (decision.state, domain.begin_report(decision, new_id(), now=NOW)) == ("in-progress", decision)
    closed = domain.close_by_edition(decision, report_id, 1, now=NOW)
    assert (closed.state, closed.edition, closed.history[-1].edition) == ("done", 1, 1)
    assert domain.close_by_edition(closed, report_id, 2, now=NOW) is closed


def test_what_was_dropped_on_purpose_stays_dropped() -> None:
    dropped = moved(taken(commission=wanted()), "dropped")
    assert domain.close_by_edition(dropped, new_id(), 1, now=NOW).state == "dropped"


def test_the_owner_is_reminded_on_the_day_after_and_then_every_week() -> None:
    counts = [reminders_until(DUE, today=DUE + timedelta(days=days)) for days in (-1, 0, 1, 7, 8, 14, 15)]
    assert counts == [0, 0, 1, 1, 2, 2, 3]


def test_only_what_is_open_lapses() -> None:
    decision, task = domain.assign(
        taken(), AssignTask.model_validate({"text": TEXT, "organisation_id": new_id(), "due_on": DUE}), by=BY, now=NOW
    )
    today = DUE + timedelta(days=1)
    assert [each.task_id for each in lapses(decision, today=today)] == [None, task.id]
    done = domain.move_task(decision, task.id, MoveTask(state="done"), by=BY, now=NOW)
    assert [each.task_id for each in lapses(done, today=today)] == [None]
    assert lapses(moved(decision, "done"), today=today) == []
    assert lapses(decision, today=DUE) == []


def test_whoever_is_forgotten_leaves_no_id_and_no_note() -> None:
    person = new_id()
    decision, _ = domain.assign(
        taken(person_id=person), AssignTask.model_validate({"text": TEXT, "person_id": person}), by=person, now=NOW
    )
    forgotten = domain.forget(decision, person)
    assert person not in forgotten.model_dump_json()
    assert domain.forget(decision, BY).taken_by == NOBODY
