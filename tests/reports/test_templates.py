"""Reports of every kind have the sections of their template; what was stored before there were kinds stays good."""

import pytest
from pydantic import ValidationError

from services.reports.reports.domain import CreateReport
from services.reports.templates.catalogue import TEMPLATES
from services.reports.templates.domain import KINDS
from services.reports.themes import THEMES
from shared.model import LANGUAGES
from shared.storage import Tx
from shared.testing.stack import Running
from tests.reports.builders import about, begun, create

ESSAY = {"key": "essay", "title": {"en": "An essay"}}


def test_every_kind_has_a_template_that_says_all_in_every_language() -> None:
    said = [text for each in TEMPLATES.values() for part in each.sections for text in (part.title, part.guidance)]
    assert (tuple(TEMPLATES), {tuple(sorted(text)) for text in said}) == (KINDS, {tuple(sorted(LANGUAGES))})


def test_the_keys_of_templates_never_change() -> None:
    """They stand in addresses, in stored texts and in published editions: add sections, and rename none."""
    assert {kind: tuple(each.key for each in template.sections) for kind, template in TEMPLATES.items()} == {
        "monitoring-report": THEMES,
        "briefing": ("what-happened", "what-it-means", "recommendations"),
        "book-of-good-practices": ("foreword", "patronage", "how-it-was-made", "conclusions"),
    }


def test_a_report_is_on_the_themes_of_its_sections_and_those_named_besides() -> None:
    report, sections = begun(kind="briefing", themes=("freedom-of-assembly",))
    own, _ = begun(outline=[ESSAY, {**ESSAY, "key": "media-freedom"}], themes=("freedom-of-assembly",))
    assert ([each.key for each in sections], report.themes) == (list(report.keys), ("freedom-of-assembly",))
    assert (own.keys, own.themes) == (("essay", "media-freedom"), ("media-freedom", "freedom-of-assembly"))


@pytest.mark.parametrize(
    "outline", [[], [ESSAY, ESSAY], [{**ESSAY, "key": "An essay"}], [{"key": "essay", "title": {}}]]
)
def test_an_outline_that_makes_no_sense_is_refused(outline: object) -> None:
    with pytest.raises(ValidationError):
        CreateReport(**{**about().model_dump(), "outline": outline})


async def test_a_briefing_is_written_and_found_by_its_theme(reports: Running) -> None:
    report = await create(reports, kind="briefing", themes=("media-freedom",), country="LT")
    book = await create(reports, kind="book-of-good-practices", country="LT")
    async with reports.as_("editor") as editor:
        address = f"/reports/{report['id']}/sections/what-happened/en"
        saved = await editor.put(address, json={"text": "This."}, headers={"If-Match": '"1"'})
        unknown = await editor.get(f"/reports/{report['id']}/sections/media-freedom/en")
        on_theme = (await editor.get("/reports", params={"country": "LT", "theme": "media-freedom"})).json()["items"]
        every = (await editor.get("/reports", params={"country": "LT"})).json()["items"]
    assert (saved.json()["heading"], saved.json()["theme"], unknown.status_code) == ("What happened", None, 404)
    assert [each["id"] for each in on_theme] == [report["id"]]
    assert [(each["id"], each["kind"]) for each in every] == [
        (report["id"], "briefing"),
        (book["id"], "book-of-good-practices"),
    ]


async def test_what_was_stored_before_there_were_kinds_is_a_monitoring_report(reports: Running) -> None:
    made = await create(reports)

    async def strip(tx: Tx) -> None:
        gone = dict.fromkeys(("kind", "own_outline", "more_themes"), "")
        await tx["reports"].update_one({"_id": made["id"]}, {"$unset": gone})

    await reports.storage.transact(strip)
    row = await reports.storage.reader["sections"].find_one({"report_id": made["id"], "theme": THEMES[0]})
    assert row is not None
    assert sorted(row) == [
        *("_id", "language", "report_id", "revision"),
        *("text", "theme", "title", "updated_at", "updated_by"),
    ]
    shown = (await reports.as_("editor").get(f"/reports/{made['id']}")).json()
    assert (shown["kind"], list(shown["sections"]), shown["themes"]) == (
        "monitoring-report",
        list(THEMES),
        list(THEMES),
    )
