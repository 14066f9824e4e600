"""Activities: who may see what of them, how they are corrected by whom, and what is told."""

from datetime import date
from typing import Any

import pytest

from services.registry.activities import domain
from services.registry.activities.activity import Activity
from services.registry.activities.checks import check
from services.registry.activities.commands import RecordActivity, WithdrawActivity
from services.registry.activities.finding import Filter, facets_of, where
from services.registry.activities.seeing import BLANKS, BLOCK_OF, PLAIN, seen_by
from services.registry.audiences import ANY_COORDINATOR, ANY_MEMBER, ANYBODY, Audience, Viewer, narrower
from shared.events.registry import ActivityRecorded, ActivityWithdrawn
from shared.ids import new_id
from shared.problems import Conflict, Invalid
from tests.registry.activity_bodies import a_recorded, a_writing, activity_fields
from tests.registry.builders import NOW

TODAY = date(2009, 1, 1)
MEMBERS = {"level": "members"}
COORDINATORS = {"level": "coordinators"}


def seen(activity: Activity, viewer: Viewer) -> Activity:
    found = seen_by(activity, viewer)
    assert found is not None
    return found.activity


def refused(**fields: Any) -> list[tuple[str | None, str]]:
    with pytest.raises(Invalid) as refusal:
        check(a_writing(**fields), today=TODAY)
    return [(error.field, error.code) for error in refusal.value.errors]


def test_every_stored_field_has_an_audience_or_says_nothing() -> None:
    assert set(BLOCK_OF) | PLAIN == set(Activity.model_fields)
    assert set(BLOCK_OF) & PLAIN == set()
    assert set(BLANKS) == set(BLOCK_OF)


def test_an_audience_is_its_level_or_the_people_it_names() -> None:
    person = new_id()
    named = Audience(level="named", person_ids=[person])
    assert [each.may_see(Audience()) for each in (ANYBODY, ANY_MEMBER, ANY_COORDINATOR)] == [True, True, True]
    assert [each.may_see(Audience(level="members")) for each in (ANYBODY, ANY_MEMBER)] == [False, True]
    assert [ANY_COORDINATOR.may_see(named), Viewer("members", person).may_see(named)] == [False, True]
    assert ANY_COORDINATOR.may_see(named.without(person))
    assert narrower(Audience(level="members"), Audience(level="coordinators")).level == "coordinators"
    assert Audience(level="members", person_ids=[person]) == Audience(level="members")


def test_what_somebody_may_not_see_is_blank_and_named() -> None:
    activity = a_recorded(audience={"description": MEMBERS, "budgets": COORDINATORS})
    found = seen_by(activity, ANYBODY)
    assert found is not None
    assert (found.activity.description, found.activity.budgets, found.withheld) == ({}, [], ("description", "budgets"))
    assert seen(activity, ANY_MEMBER).description == activity.description
    assert seen(activity, ANY_MEMBER).budgets == []
    assert seen(activity, ANY_COORDINATOR) == activity


def test_an_organisation_sees_all_of_what_it_reports_but_the_coordinators_notes() -> None:
    own = new_id()
    activity = a_recorded(reporting_id=own, audience={"budgets": COORDINATORS}).evolve(notes="Ask again.")
    shown = seen(activity, Viewer("members", new_id(), frozenset({own})))
    assert (shown.budgets, shown.notes) == (activity.budgets, "")
    assert seen(activity, ANY_COORDINATOR).notes == "Ask again."


def test_named_people_see_what_coordinators_do_not() -> None:
    person = new_id()
    activity = a_recorded(audience={"budgets": {"level": "named", "person_ids": [person]}})
    assert seen(activity, ANY_COORDINATOR).budgets == []
    assert seen(activity, Viewer("members", person)).budgets == activity.budgets
    assert seen(domain.forget(activity, person, now=NOW), ANY_COORDINATOR).budgets == activity.budgets


def test_an_activity_for_coordinators_does_not_exist_for_others() -> None:
    activity = a_recorded(audience={"activity": COORDINATORS})
    assert (seen_by(activity, ANY_MEMBER), seen_by(activity, ANYBODY)) == (None, None)
    assert seen(activity, ANY_COORDINATOR) == activity


def test_a_withheld_donor_leaves_no_trace() -> None:
    activity = a_recorded(
        audience={"funding": COORDINATORS},
        title={"en": "Free press, paid by the Government of Sweden"},
        description={"en": "Thanks to government of sweden (SE-0)."},
    )
    found = seen_by(activity, ANY_MEMBER)
    assert found is not None
    said = found.activity.model_dump_json(exclude={"audience", "content"})
    assert [word for word in ("Sweden", "sweden", "Szwecji", "SE-0") if word in said] == []
    assert found.withheld == ("funding",)
    assert found.activity.title == {"en": "Free press, paid by the […]"}
    assert found.activity.transactions[0].provider is None


def test_one_donor_of_two_may_be_withheld() -> None:
    fields = activity_fields()
    other = {"part": "funding", "ref": "NO-1", "name": {"en": "Norway"}, "audience": COORDINATORS}
    activity = a_recorded(participations=[*fields["participations"], other])
    assert [each.ref for each in seen(activity, ANYBODY).participations] == ["SE-0", "PL-KRS-0000163131"]


def test_an_organisation_that_is_not_for_everybody_is_not_named() -> None:
    hidden = new_id()
    fields = activity_fields()
    fields["participations"][0]["organisation_id"] = hidden
    activity = a_recorded(participations=fields["participations"])
    guards = {hidden: Audience(level="members")}
    shown = seen_by(activity, ANYBODY, guards=guards)
    assert shown is not None
    assert [each.part for each in shown.activity.participations] == ["implementing"]
    own = seen_by(activity, Viewer("public", None, frozenset({hidden})), guards=guards)
    assert own is not None
    assert own.activity == activity


def test_what_is_hidden_of_the_whole_is_hidden_of_its_payments() -> None:
    payment = {**activity_fields()["transactions"][0], "sectors": [{"code": "15160"}], "countries": ["BY"]}
    activity = a_recorded(transactions=[payment], audience={"sectors": MEMBERS, "places": MEMBERS})
    assert facets_of(seen(activity, ANYBODY)) == ["status:2", "year:2008", "year:2009", "year:2010"]


def test_nobody_finds_by_more_than_they_may_see() -> None:
    wanted = Filter(country="BY", question="press")
    assert where(wanted, ANYBODY) == {
        "$and": [
            {"open_to": "public"},
            {"facets": {"$in": ["p:country:BY"]}},
            {"$or": [{"search": {"$regex": "^press"}}]},
        ]
    }
    assert where(Filter(withdrawn=True), ANY_MEMBER) == {"_id": {"$in": []}}


def test_only_what_members_may_know_is_told() -> None:
    activity = a_recorded(audience={"funding": COORDINATORS, "places": COORDINATORS})
    (news,) = domain.news(None, activity)
    assert isinstance(news, ActivityRecorded)
    assert (news.countries, news.regions, news.funder_ids) == ([], [], [])
    assert news.themes == ["media-freedom", "political-persecution", "repression-of-activists"]
    assert (news.starts_on, news.ends_on) == (date(2008, 10, 14), date(2010, 12, 31))
    assert news.notice is not None
    assert (news.notice.title, news.notice.funder) == (activity.title, {})


def test_what_becomes_the_coordinators_own_is_told_to_be_gone_once() -> None:
    before = a_recorded()
    after = before.evolve(audience={"activity": Audience(level="coordinators")})
    (news,) = domain.news(before, after)
    assert (type(news), news.revision) == (ActivityWithdrawn, 2)
    assert domain.news(after, after.evolve(status="3")) == []
    assert [type(each) for each in domain.news(after, before.evolve())] == [ActivityRecorded]


def test_a_withdrawn_activity_is_told_to_be_gone_and_can_be_put_back() -> None:
    before = a_recorded()
    gone = domain.withdraw(before, WithdrawActivity(reason="By mistake"), now=NOW)
    assert [type(each) for each in domain.news(before, gone)] == [ActivityWithdrawn]
    assert seen_by(gone, ANY_MEMBER) is None
    with pytest.raises(Conflict):
        domain.withdraw(gone, WithdrawActivity(), now=NOW)
    back = domain.restore(gone, now=NOW)
    assert [type(each) for each in domain.news(gone, back)] == [ActivityRecorded]
    with pytest.raises(Conflict):
        domain.restore(back, now=NOW)


def test_a_newer_file_does_not_open_what_was_withheld() -> None:
    fields = activity_fields()
    activity = a_recorded(**fields).evolve(audience={"budgets": Audience(level="coordinators")})
    guarded = [
        each.model_copy(update={"audience": Audience(level="members")}) if each.part == "funding" else each
        for each in activity.participations
    ]
    activity = activity.evolve(participations=guarded)
    newer = RecordActivity.model_validate({**fields, "status": "3"})
    replaced = domain.replace(activity, newer, reporting_id=None, organisation_ids=[None, None], now=NOW)
    assert replaced.status == "3"
    assert replaced.audience == {"budgets": Audience(level="coordinators")}
    assert replaced.participations[0].audience == Audience(level="members")


def test_a_correction_keeps_what_its_author_may_not_see() -> None:
    activity = a_recorded(audience={"budgets": COORDINATORS, "funding": COORDINATORS})
    command = a_writing(title={"en": "Another"}, budgets=[])
    shown = seen(activity, ANY_MEMBER)
    corrected = domain.correct(
        activity,
        command,
        reporting=activity.reporting,
        participations=list(shown.participations),
        locations=[],
        by=ANY_MEMBER,
        now=NOW,
    )
    assert (corrected.title, corrected.budgets) == ({"en": "Another"}, activity.budgets)
    assert {each.part for each in corrected.participations} == {"funding", "implementing"}
    assert corrected.audience["budgets"].level == "coordinators"


def test_an_activity_that_fits_together_is_kept() -> None:
    check(a_writing(), today=TODAY)


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"sectors": [{"code": "15153", "percentage": "60"}, {"code": "15160", "percentage": "39"}]},
         [("sectors", "percentages-not-whole")]),
        ({"sectors": [{"code": "15153", "percentage": "100"}, {"code": "15160"}]}, [("sectors", "percentage-missing")]),
        ({"sectors": [{"code": "151"}]}, [("sectors.0.code", "sector-not-valid")]),
        ({"sectors": [{"code": "15199"}]}, [("sectors.0.code", "sector-not-known")]),
        ({"sectors": [{"code": "999", "vocabulary": "2"}]}, [("sectors.0.code", "sector-not-known")]),
        ({"countries": [{"code": "XX"}]}, [("countries.0.code", "country-not-known")]),
        ({"dates": [{"kind": "planned-start", "happens_on": "2009-01-02"},
                    {"kind": "planned-end", "happens_on": "2009-01-01"}]},
         [("dates.planned-end", "ends-before-start")]),
        ({"dates": [{"kind": "actual-start", "happens_on": "2009-01-02"}]}, [("dates.actual-start", "in-the-future")]),
        ({"budgets": [{"starts_on": "2008-01-01", "ends_on": "2008-12-31",
                       "money": {"amount": "1", "currency": "EURO"}}]},
         [("budgets.0.money.currency", "currency-not-known")]),
        ({"participations": [{"part": "other", "organisation_id": new_id()}]},
         [("participations.0.part", "part-not-valid")]),
        ({"locations": [{"country": "PL", "region": "BY-HM"}]}, [("locations.0.region", "place-not-consistent")]),
        ({"audience": {"budgets": {"level": "named"}}}, [("audience.budgets", "nobody-named")]),
        ({"title": {"en": " "}}, [("title", "title-missing")]),
    ],
    ids=lambda value: value[0][1] if isinstance(value, list) else "fields",
)  # fmt: skip
def test_what_does_not_fit_together_is_refused_by_field(fields: dict[str, Any], errors: list[Any]) -> None:
    assert refused(**fields) == errors


def test_a_code_may_stay_that_a_file_brought_or_that_was_withdrawn() -> None:
    check(a_writing(sectors=[{"code": "15199", "percentage": "100"}]), today=TODAY, sectors={("", "15199")})
    check(a_writing(sectors=[{"code": "15163"}]), today=TODAY)
    check(a_writing(sectors=[{"code": "own", "vocabulary": "99"}]), today=TODAY)


def test_three_thirds_are_a_whole() -> None:
    check(a_writing(sectors=[{"code": f"1515{n}", "percentage": "33.33"} for n in (0, 1, 3)]), today=TODAY)
