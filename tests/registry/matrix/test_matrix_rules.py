"""What of an activity counts: shares, money by year, themes and places, for each reader; overlaps and gaps."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.registry.activities.seeing import Seen
from services.registry.audiences import ANY_COORDINATOR, ANY_MEMBER, ANYBODY
from services.registry.matrix.comparing import Span, gaps_of, overlaps_of
from services.registry.matrix.domain import Axis, by_year, divided, hundredths
from services.registry.matrix.knowing import Records, known_of
from shared.ids import new_id
from tests.registry.matrix.builders import DONOR, IMPLEMENTER, OTHER_DONOR, an_activity, known, values

amounts = st.integers(-(10**14), 10**14)
days = st.dates(date(1980, 1, 1), date(2120, 1, 1))


@settings(deadline=None)
@given(amounts, days, days)
def test_nothing_gets_lost_when_money_is_divided_among_years(amount: int, begin: date, end: date) -> None:
    assert sum(by_year(amount, begin, end).values()) == amount


def test_money_is_divided_among_years_by_days() -> None:
    assert by_year(366 + 365, date(2008, 1, 1), date(2009, 12, 31)) == {"2008": 366, "2009": 365}


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.none() | st.decimals(0, 100, places=2)), min_size=1, max_size=9))
def test_shares_add_up_to_the_whole(shares: list[tuple[str, Decimal | None]]) -> None:
    found = divided(shares)
    assert sum(each.weight for each in found) == pytest.approx(1)
    assert {each.value for each in found} == {value for value, _ in shares}


def test_what_percentages_leave_is_divided_among_those_without() -> None:
    found = divided([("a", Decimal(50)), ("b", None), ("c", None)])
    assert {each.value: each.weight for each in found} == {"a": 0.5, "b": 0.25, "c": 0.25}


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1e40", "-1e40"])
def test_an_impossible_amount_counts_as_nothing(amount: str) -> None:
    assert hundredths(Decimal(amount)) == 0


def test_an_activity_counts_by_all_axes() -> None:
    activity = an_activity(
        sectors=[{"code": "15153", "percentage": 60}, {"code": "33110", "percentage": 40}],
        locations=[{"country": "BY", "region": "BY-HR"}, {"country": "BY", "region": "BY-MI"}],
    )
    records = Records(kinds={DONOR: ["donor", "government"], IMPLEMENTER: ["implementer"]})
    found = known(activity, records=records)
    assert values(found, "donor") == {DONOR: 1}
    assert values(found, "implementer") == {IMPLEMENTER: 1}
    assert values(found, "theme") == {"media-freedom": 0.6, "economic-liberalisation": 0.4}
    assert values(found, "sector") == {"151": 0.6, "331": 0.4}
    assert values(found, "country") == {"BY": 1}
    assert values(found, "region") == {"BY-HR": 0.5, "BY-MI": 0.5}
    assert values(found, "kind") == {"donor": 1, "government": 1, "implementer": 1}
    assert values(found, "status") == {"2": 1}
    assert found.years == ["2008"]


def test_where_nothing_is_said_that_is_said() -> None:
    bare = {"participations": [], "dates": [], "sectors": [], "countries": [], "locations": [], "status": "9.$x"}
    found = known(an_activity(**bare))
    assert {each.value for axis in found.axes for each in found.portions(axis)} == {"unsaid"}
    assert found.years == ["unsaid"]


def test_a_sector_beyond_our_themes_is_another_theme_not_none() -> None:
    assert values(known(an_activity(sectors=[{"code": "12220"}])), "theme") == {"other": 1}


def test_percentages_of_countries_divide_places() -> None:
    activity = an_activity(
        countries=[{"code": "BY", "percentage": 75}, {"code": "PL", "percentage": 25}],
        locations=[{"country": "BY", "region": "BY-HR"}, {"country": "BY", "region": "BY-MI"}],
    )
    found = known(activity)
    assert values(found, "country") == {"BY": 0.75, "PL": 0.25}
    assert values(found, "region") == {"BY-HR": 0.375, "BY-MI": 0.375, "unsaid": 0.25}


def test_budgets_and_transactions_are_summed_by_year_and_currency() -> None:
    def money(amount: str, currency: str = "EUR") -> dict[str, str]:
        return {"amount": amount, "currency": currency}

    period = {"starts_on": "2008-01-01", "ends_on": "2008-12-31"}
    activity = an_activity(
        budgets=[
            {"type": "1", "money": money("1000"), **period},
            {"type": "2", "money": money("1500.25"), **period},
        ],
        transactions=[
            {"type": "2", "happened_on": "2008-05-01", "money": money("900", "PLN")},
            {"type": "3", "happened_on": "2009-05-01", "money": money("100", "PLN")},
            {"type": "4", "happened_on": "2009-06-01", "money": money("-20.5", "")},
            {"type": "1", "happened_on": "2009-06-01", "money": money("7")},
        ],
        default_currency="PLN",
    )
    found = [(each.year, each.currency, each.budget, each.committed, each.spent) for each in known(activity).amounts]
    assert found == [("2008", "EUR", 150025, 0, 0), ("2008", "PLN", 0, 90000, 0), ("2009", "PLN", 0, 0, 7950)]


def test_a_withheld_donor_is_a_mark_and_nowhere_a_name_or_a_kind() -> None:
    records = Records(kinds={DONOR: ["donor", "eu-body"], OTHER_DONOR: ["donor"], IMPLEMENTER: ["implementer"]})
    participations = [
        {"part": "funding", "organisation_id": DONOR, "audience": {"level": "coordinators"}},
        {"part": "funding", "organisation_id": OTHER_DONOR},
        {"part": "implementing", "organisation_id": IMPLEMENTER},
    ]
    activity = an_activity(participations=participations)
    for viewer in (ANYBODY, ANY_MEMBER):
        found = known(activity, viewer, records)
        assert values(found, "donor") == {OTHER_DONOR: 1, "withheld": 1}
        assert values(found, "kind") == {"donor": 1, "implementer": 1, "withheld": 1}
        assert DONOR not in found.model_dump_json()
    assert values(known(activity, ANY_COORDINATOR, records), "donor") == {DONOR: 1, OTHER_DONOR: 1}


@pytest.mark.parametrize(
    ("block", "axes"),
    [("places", ("country", "region")), ("sectors", ("theme", "sector")), ("status", ("status",))],
)
def test_a_withheld_field_counts_as_withheld(block: str, axes: tuple[Axis, ...]) -> None:
    found = known(an_activity(audience={block: {"level": "members"}}))
    assert {axis: [*values(found, axis)] for axis in axes} == {axis: ["withheld"] for axis in axes}


def test_withheld_money_is_counted_nowhere() -> None:
    budget = {"money": {"amount": "5", "currency": "EUR"}, "starts_on": "2008-01-01", "ends_on": "2008-12-31"}
    activity = an_activity(budgets=[budget], audience={"budgets": {"level": "coordinators"}})
    assert (known(activity).amounts, len(known(activity, ANY_COORDINATOR).amounts)) == ([], 1)


def test_a_record_that_was_merged_counts_as_the_one_that_stands_for_it() -> None:
    records = Records(standing={DONOR: OTHER_DONOR}, kinds={OTHER_DONOR: ["donor"]})
    found = known_of(Seen(an_activity()), records)
    assert (values(found, "donor"), values(found, "kind")) == ({OTHER_DONOR: 1}, {"donor": 1})


def a_span(begin: str, end: str | None, *donors: str) -> Span:
    return Span(activity_id=new_id(), donors=list(donors), starts_on=begin, ends_on=end)


def test_two_donors_overlap_while_both_run() -> None:
    first, second = a_span("2008-01-01", "2008-06-30", DONOR), a_span("2008-06-30", None, OTHER_DONOR)
    (found,) = overlaps_of([second, first])
    assert (found.activity_ids, found.donor_ids) == ([first.activity_id, second.activity_id], [DONOR, OTHER_DONOR])
    assert (found.from_on, found.to_on) == (date(2008, 6, 30), date(2008, 6, 30))


@pytest.mark.parametrize(
    "other",
    [
        a_span("2008-07-01", None, "b"),
        a_span("2008-02-01", None, "a"),
        a_span("2008-02-01", None, "a", "b"),
        a_span("2008-02-01", None, "withheld"),
        a_span("2008-02-01", None, "a", "withheld"),
        a_span("2008-02-01", None, "unsaid"),
    ],
    ids=["later", "the same", "paid together", "withheld", "withheld too", "unsaid"],
)
def test_it_is_no_overlap_when_times_or_donors_do_not_differ_as_far_as_is_known(other: Span) -> None:
    assert overlaps_of([a_span("2008-01-01", "2008-06-30", "a"), other]) == []


def test_a_gap_is_told_with_what_the_other_regions_have() -> None:
    counts = {("t", "r1"): 3, ("t", "r2"): 5, ("u", "r3"): 1}
    found = gaps_of(["t"], ["r1", "r2", "r3", "r4"], counts)
    assert [(each.region, each.mark, each.active_regions, each.other_regions, each.usual) for each in found] == [
        ("r3", "none", 2, 3, 3.0),
        ("r4", "no-data", 2, 3, 3.0),
    ]


@pytest.mark.parametrize("hidden", [("t", "withheld"), ("withheld", "r"), ("withheld", "withheld")], ids=str)
def test_a_gap_may_be_none_where_something_is_withheld(hidden: tuple[str, str]) -> None:
    (found,) = gaps_of(["t"], ["r"], {hidden: 1})
    assert found.mark == "withheld"
