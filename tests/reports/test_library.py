"""Published reports are found by words in any spelling and by what they are about, and counted by both."""

from typing import Any

import pytest
import pytest_asyncio

from services.reports.library import jobs, store, views
from shared.model import Language
from shared.testing.stack import Running
from tests.reports import rich
from tests.reports.builders import TITLES, create, publish_over_http, published, write


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shelves(reports: Running) -> dict[str, str]:
    """Three published reports and a draft, by name."""
    about: dict[str, tuple[tuple[Language, ...], dict[str, Any]]] = {
        "belarus": (("en", "be"), {"regions": ("BY-HR", "BY-BR"), "text": "Ператрусы ў Гродне; źdźbło."}),
        "poland": (("pl",), {"country": "PL", "text": "Śledztwa i wyroki."}),
        "ukraine": (("en", "uk"), {"country": "UA", "text": "Elections."}),
    }
    found = {name: (await published(reports, *languages, **facts))["id"] for name, (languages, facts) in about.items()}
    draft = await create(reports, "en", title={"en": "Embargoed"})
    return {**found, "draft": draft["id"]}


async def asked(reports: Running, path: str = "/library", **wanted: Any) -> Any:
    async with reports.as_() as reader:
        answer = await reader.get(path, params=wanted)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def names(reports: Running, shelves: dict[str, str], **wanted: Any) -> list[str]:
    by_id = {report_id: name for name, report_id in shelves.items()}
    return [by_id[each["id"]] for each in (await asked(reports, **wanted))["items"]]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ["ukraine", "poland", "belarus"]),
        ({"q": "peratrus"}, ["belarus"]),
        ({"q": "ГРОДН zdzblo"}, ["belarus"]),
        ({"q": "sledztw"}, ["poland"]),
        ({"q": "...$ne"}, []),
        ({"country": "UA"}, ["ukraine"]),
        ({"region": "BY-HR"}, ["belarus"]),
        ({"region": "PL-20"}, []),
        ({"language": "en", "theme": "media-freedom"}, ["ukraine", "belarus"]),
        ({"format": "briefing"}, []),
        ({"q": "embargoed"}, []),
    ],
    ids=lambda value: "+".join(map(str, value.values())) if isinstance(value, dict) else "",
)
async def test_a_report_is_found_by_what_it_says_and_is_about(
    reports: Running, shelves: dict[str, str], wanted: dict[str, str], found: list[str]
) -> None:
    assert await names(reports, shelves, **wanted) == found


async def test_pages_follow_each_other_newest_first(reports: Running, shelves: dict[str, str]) -> None:
    first = await asked(reports, limit=2)
    rest = await asked(reports, limit=2, after=first["next"])
    assert [each["id"] for each in first["items"] + rest["items"]] == [
        shelves[name] for name in ("ukraine", "poland", "belarus")
    ]
    assert rest["next"] is None


async def test_each_facet_counts_what_its_other_values_would_find(reports: Running, shelves: dict[str, str]) -> None:
    counts = await asked(reports, "/library/counts", language="en")
    assert counts["total"] == 2
    assert counts["facets"]["country"] == {"BY": 1, "UA": 1}
    assert counts["facets"]["region"] == {"BY-BR": 1, "BY-HR": 1}
    assert counts["facets"]["language"] == {"en": 2, "be": 1, "pl": 1, "uk": 1}
    assert counts["facets"]["format"] == {"monitoring-report": 2}


async def test_a_report_has_the_fields_of_reliefweb(reports: Running, shelves: dict[str, str]) -> None:
    found = await asked(reports, f"/library/{shelves['belarus']}", shown_in="be")
    page = f"http://127.0.0.1:8080/be/reports/{shelves['belarus']}"
    country = {"id": "BY", "iso3": "blr", "name": "Беларусь", "primary": True}
    assert (found["title"], found["url"], found["url_alias"]) == (TITLES["be"], page, f"{page}?edition=1")
    assert (found["country"], found["primary_country"]) == ([country], country)
    regions = [{"id": "BY-BR", "name": "Брэсцкая вобласць"}, {"id": "BY-HR", "name": "Гродзенская вобласць"}]
    assert found["region"] == regions
    assert found["theme"][0] == {"id": "media-freedom", "name": "Свабода медыя"}
    assert found["source"] == [{"name": "Stowarzyszenie & Co. <Warszawa>"}]
    assert found["format"] == [{"id": "monitoring-report", "name": "Маніторынгавая справаздача"}]
    assert [each["code"] for each in found["language"]] == ["en", "be"]
    assert [each["url"].partition("?")[2] for each in found["file"]] == ["edition=1", "edition=1"]
    assert "Ператрусы ў Гродне" in found["body"]
    assert "<p>Ператрусы ў Гродне" in found["body-html"]


async def test_a_corrected_report_says_so_and_its_text_begins_with_what_was_wrong(reports: Running) -> None:
    report = await published(reports, "en", country="EE")
    await write(reports, report, "What was *mended*.")
    async with reports.as_("editor") as editor:
        erratum = {"erratum": {"en": "It was May, not *June*."}}
        assert (await editor.post(f"/reports/{report['id']}/correction", json=erratum)).status_code == 201
    (listed,) = (await asked(reports, country="EE"))["items"]
    found = await asked(reports, f"/library/{report['id']}")
    assert (listed["erratum"], found["erratum"]) == ("It was May, not *June*.",) * 2
    assert found["body"].startswith("## Correction of edition 1\n\nIt was May\\, not \\*June\\*\\.\n\n## ")
    assert found["body-html"].startswith("<h2>Correction of edition 1</h2>\n<p>It was May, not *June*.</p>\n<h2>")


def test_the_text_of_a_report_holds_who_dissents_from_it() -> None:
    body, html = views.body_of(rich.content(), "en"), views.html_of(rich.content(), "be")
    assert "### Dissenting\\: Organisation C\n\nNot so en \\<b\\>\\." in body
    assert "<h3>Асобная думка: Арганізацыя C</h3>\n<p>Not so be &lt;b&gt;.</p>" in html


async def test_a_draft_is_not_in_the_library_and_a_new_edition_takes_the_place_of_the_old(reports: Running) -> None:
    report = await create(reports, "en", country="LT")
    await write(reports, report, "Unknown zebra")
    async with reports.as_() as reader:
        assert (await reader.get(f"/library/{report['id']}")).status_code == 404
    await publish_over_http(reports, report["id"])
    await write(reports, report, "Known giraffe")
    await publish_over_http(reports, report["id"])
    found = [len((await asked(reports, q=word, country="LT"))["items"]) for word in ("zebra", "giraffe")]
    assert (found, (await asked(reports, f"/library/{report['id']}"))["edition"]) == ([0, 1], 2)


async def test_what_was_published_before_there_was_a_library_is_put_in(reports: Running) -> None:
    report = await published(reports, "en", country="LV")
    await reports.storage.transact(store.remove, report["id"])
    assert (await asked(reports, country="LV"))["items"] == []
    await jobs.catch_up(reports.context)
    assert [each["id"] for each in (await asked(reports, country="LV"))["items"]] == [report["id"]]
