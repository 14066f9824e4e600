"""Indicators count the evidence by period, anew with every change, and are drawn without a script."""

import re
from datetime import date

import pytest

from services.reports.charts import svg
from services.reports.evidence.incidents.parts import When
from services.reports.indicators import domain, periods
from services.reports.indicators.comparison import compared
from services.reports.indicators.domain import Count, Occurrence, WriteIndicator
from services.reports.indicators.periods import Step
from services.reports.indicators.store import of_report, published
from services.reports.publication.content import ContentIndicator, ContentSeries
from shared.ids import new_id
from shared.model import LANGUAGES, Language
from shared.problems import Invalid
from shared.testing.stack import Running
from tests.reports.builders import NOW, create
from tests.reports.evidence import ARREST, BEATING, incident, post, recorded

VICTIM = new_id()
TABLE = {
    "theme": "political-persecution",
    "title": {"en": "Arrests <and beatings>"},
    "step": "quarter",
    "period_from_on": "2008-10-01",
    "period_to_on": "2009-03-31",
    "series": [{"count": {"measure": "victims", "acts": [ARREST]}}],
}


def occurrence(**changes: object) -> Occurrence:
    """Return what is counted of an arrest."""
    command = recorded(**changes)
    return Occurrence(**{name: getattr(command, name) for name in Occurrence.model_fields})


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("year", ["2007", "2008"]),
        ("half-year", ["2007-H2", "2008-H1"]),
        ("quarter", ["2007-Q4", "2008-Q1"]),
        ("month", ["2007-12", "2008-01"]),
    ],
)
def test_periods_are_those_that_the_time_touches(step: Step, expected: list[str]) -> None:
    found = list(periods.codes(date(2007, 12, 31), date(2008, 1, 1), step))
    assert found == expected
    assert all(set(periods.names(each)) == set(LANGUAGES) for each in found)


def test_what_is_known_by_its_year_alone_stands_in_no_quarter() -> None:
    when = When(from_on=date(2008, 1, 1), precision="year")
    assert (periods.of(when, "year"), periods.of(when, "quarter")) == ("2008", None)
    found = domain.count(Count(), None, "quarter", ["2008-Q1"], [occurrence(when=when.model_dump(mode="json"))])
    assert found == (["0"], 1)


def test_a_victim_counts_once_in_a_period_and_the_unnamed_are_added() -> None:
    act = {"code": ARREST, "victims": [{"party_id": VICTIM}], "unnamed_victims": 2}
    arrests = [occurrence(acts=[act]), occurrence(acts=[{**act, "unnamed_victims": 0}, {"code": BEATING}])]
    columns = ["2008-Q4", "2009-Q1"]
    counted = {
        measure: domain.count(Count(measure=measure, acts=acts), None, "quarter", columns, arrests)[0][0]
        for measure, acts in (("incidents", []), ("acts", []), ("victims", [ARREST]))
    }
    assert counted == {"incidents": "2", "acts": "3", "victims": "3"}


def test_a_row_has_a_value_for_each_period() -> None:
    command = WriteIndicator.model_validate({**TABLE, "series": [{"values": ["1", None, "2.50"]}]})
    with pytest.raises(Invalid) as refused:
        domain.create(new_id(), command, [], others=0, now=NOW)
    assert [each.field for each in refused.value.errors] == ["series.0.values"]
    good = command.model_copy(update={"series": [command.series[0].model_copy(update={"values": ["1", None]})]})
    assert domain.create(new_id(), good, [], others=0, now=NOW).columns == ["2008-Q4", "2009-Q1"]


@pytest.mark.parametrize("chart", ["bars", "line"])
def test_a_picture_has_words_no_script_and_nothing_from_elsewhere(chart: str) -> None:
    series = [
        {"label": {"en": "Arrests"}, "values": ["3", None]},
        {"label": {"en": "Beatings"}, "values": ["0", "7.5"]},
    ]
    command = WriteIndicator.model_validate({**TABLE, "series": series, "chart": chart})
    table = published(domain.create(new_id(), command, [], others=0, now=NOW))
    drawn = svg(table, "en")
    assert drawn is not None
    text = drawn.decode()
    assert '<title id="chart-title">Arrests &lt;and beatings&gt;</title>' in text
    assert "Beatings (Q4 2008: 0, Q1 2009: 7.5)" in text
    assert re.findall(r"<script|(?:href|src)=|url\(|@import|on\w+=", text) == []
    assert set(re.findall(r"https?://[^\"' ]+", text)) == {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert svg(table, "en") == drawn
    assert ">7.5<" in text
    assert b">7,5<" in (svg(table, "pl") or b"")
    assert svg(table.model_copy(update={"chart": "none"}), "en") is None


async def test_a_change_of_the_evidence_is_counted_at_once_protected_pieces_too(reports: Running) -> None:
    report_id = (await create(reports))["id"]
    base = f"/reports/{report_id}"
    made = await post(reports, f"{base}/indicators", TABLE)
    assert made["series"][0]["values"] == ["0", "0"]
    first = await post(reports, f"{base}/incidents", incident(level="protected"))
    await post(reports, f"{base}/incidents", incident(when={"from_on": "2009-02-01", "precision": "month"}))
    earlier = await of_report(reports.storage.reader, report_id)
    assert [each.values for each in earlier[0].series] == [("2", "2")]
    await post(reports, f"{base}/incidents/{first['id']}/withdrawal", {"reason": "Another person"})
    now = await of_report(reports.storage.reader, report_id)
    assert [each.values for each in now[0].series] == [("0", "2")]
    (change,) = compared([each.model_dump(mode="json") for each in earlier], now)
    assert [(each.column["en"], each.before, each.now) for each in change.changes] == [("Q4 2008", "2", "0")]
    async with reports.as_("editor") as editor:
        drawn = await editor.get(f"{base}/indicators/{made['id']}/chart?language=en")
        stale = await editor.put(f"{base}/indicators/{made['id']}", json=TABLE, headers={"If-Match": '"1"'})
        removed = await editor.post(f"{base}/indicators/{made['id']}/removal")
    assert (drawn.headers["content-type"], stale.status_code) == ("image/svg+xml", 412)
    assert (removed.json()["removed"], await of_report(reports.storage.reader, report_id)) == (True, ())


def _table(*rows: tuple[dict[Language, str], str]) -> ContentIndicator:
    """Return a table of one period with these rows: their names and numbers."""
    series = tuple(ContentSeries(label=label, values=(value,)) for label, value in rows)
    columns = ({"en": "2008"},)
    return ContentIndicator(indicator_id=VICTIM, theme=None, title={"en": "x"}, columns=columns, series=series)


def _changes(before: ContentIndicator, now: ContentIndicator) -> list[tuple[str, str | None, str | None]]:
    (found,) = compared([before.model_dump(mode="json")], [now])
    return [(each.series.get("en", ""), each.before, each.now) for each in found.changes]


def test_rows_are_compared_by_their_names_wherever_they_stand() -> None:
    before = _table(({"en": "Women", "pl": "Kobiety"}, "3"), ({"en": "Men"}, "5"))
    now = _table(({"en": "Children"}, "1"), ({"en": "Girls and women", "pl": "Kobiety"}, "4"), ({"en": "Men"}, "5"))
    assert _changes(before, now) == [("Children", None, "1"), ("Girls and women", "3", "4")]
    assert _changes(now, before) == [("Women", "4", "3"), ("Children", "1", None)]
    assert _changes(_table(({}, "1")), _table(({"en": "All"}, "2"))) == [("All", "1", "2")], "one row needs no name"
    assert _changes(_table(({}, "1"), ({}, "2")), _table(({}, "1"), ({}, "3"))) == [("", "2", "3")]
