"""What concerns an organisation among everybody's activities, and when a brief is due."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.meetings.briefs import concerns, domain
from services.meetings.briefs.domain import BriefPlan, PlanBrief
from services.meetings.directory.knowledge import Activity
from shared.ids import new_id
from tests.meetings.builders import BEGINS, NOW, scheduled

MEDIA, ASSEMBLY = "media-freedom", "freedom-of-assembly"
GRODNO, MINSK = "BY-HR", "BY-HM"
TODAY = date(2008, 9, 1)
ME = new_id()


def activity(**changes: Any) -> Activity:
    """Return somebody's activity on media freedom in Hrodna."""
    values = {
        "id": new_id(),
        "organisation_ids": [new_id()],
        "themes": [MEDIA],
        "regions": [GRODNO],
        "recorded_at": NOW,
    }
    return Activity.model_validate({**values, **changes})


MINE = concerns.interests(
    [activity(organisation_ids=[ME], themes=[MEDIA]), activity(themes=[ASSEMBLY], regions=[MINSK])]
)


def test_interests_are_the_themes_and_regions_of_ones_own_activities() -> None:
    assert concerns.Interests(frozenset({MEDIA, ASSEMBLY}), frozenset({GRODNO, MINSK})) == MINE


@pytest.mark.parametrize(
    ("changes", "is_news"),
    [
        ({}, True),
        ({"organisation_ids": [ME]}, False),
        ({"funder_ids": [ME]}, False),
        ({"themes": ["economic-liberalisation"]}, False),
        ({"regions": ["BY-VI"]}, False),
        ({"regions": []}, True),
    ],
    ids=["same theme and region", "mine", "paid by me", "other theme", "other region", "region not known"],
)
def test_news_is_what_others_do_on_ones_themes_and_in_ones_regions(changes: dict[str, Any], is_news: bool) -> None:
    found = activity(**changes)
    assert concerns.news([found], MINE, [ME]) == ([found] if is_news else [])


def test_to_somebody_without_activities_everything_is_news() -> None:
    found = activity(themes=[], regions=[])
    assert concerns.news([found], concerns.Interests(), [ME]) == [found]


def paid(funder: str, name: str, begins: str | None, ends: str | None, **changes: Any) -> Activity:
    return activity(funder_ids=[funder], funder={"en": name}, starts_on=begins, ends_on=ends, **changes)


def test_two_who_pay_for_the_same_at_the_same_time_overlap() -> None:
    one = paid(new_id(), "One", "2008-01-01", "2008-12-31")
    other = paid(new_id(), "Other", "2008-06-01", None)
    (found,) = concerns.overlaps([one, other], MINE, today=TODAY)
    assert (found.theme, found.region) == (MEDIA, GRODNO)
    assert sorted(each["en"] for each in found.funders) == ["One", "Other"]


@pytest.mark.parametrize(
    "changes",
    [
        {"starts_on": "2009-01-01"},
        {"regions": [MINSK]},
        {"themes": [ASSEMBLY]},
        {"funder_ids": []},
        {"starts_on": "2007-01-01", "ends_on": "2008-08-31"},
    ],
    ids=["later", "elsewhere", "something else", "withheld", "over"],
)
def test_what_differs_in_time_place_or_theme_or_is_withheld_does_not_overlap(changes: dict[str, Any]) -> None:
    one = paid(new_id(), "One", "2008-01-01", "2008-12-31")
    other = activity(**{"funder_ids": [new_id()], "starts_on": "2008-01-01", **changes})
    assert concerns.overlaps([one, other], MINE, today=TODAY) == []


def test_one_who_pays_twice_does_not_overlap_with_themselves() -> None:
    funder = new_id()
    twice = [paid(funder, "One", "2008-01-01", None), paid(funder, "One", "2008-02-01", None)]
    assert concerns.overlaps(twice, MINE, today=TODAY) == []


def test_a_gap_is_a_theme_of_ones_own_in_a_region_of_ones_own_that_nobody_covers() -> None:
    covered = {(MEDIA, GRODNO), (ASSEMBLY, "PL-14")}
    assert concerns.gaps(covered, MINE) == [(ASSEMBLY, MINSK), (ASSEMBLY, GRODNO), (MEDIA, MINSK)]


def test_a_brief_is_due_three_days_before() -> None:
    meeting = scheduled()
    assert domain.due_at(meeting, BriefPlan(id=meeting.id)) == BEGINS - timedelta(days=3)
    assert domain.due_at(meeting, BriefPlan(id=meeting.id, days_before=7)) == BEGINS - timedelta(days=7)


@pytest.mark.parametrize(("hours", "after"), [(60, 24), (10, 5)], ids=["a day later", "half-way"])
def test_at_short_notice_a_brief_follows_the_invitation(hours: int, after: int) -> None:
    meeting = scheduled().model_copy(update={"scheduled_at": BEGINS - timedelta(hours=hours)})
    assert domain.due_at(meeting, BriefPlan(id=meeting.id)) == meeting.scheduled_at + timedelta(hours=after)


def test_a_brief_that_is_asked_for_is_due_at_once_and_for_everybody() -> None:
    meeting = scheduled()
    plan = domain.ask_again(BriefPlan(id=meeting.id), now=NOW)
    assert (domain.due_at(meeting, plan), plan.turn) == (NOW, 2)
    assert domain.plan(plan, PlanBrief()) is plan
