"""Small builders of reports, sections and requests."""

from datetime import UTC, date, datetime
from typing import Any

import httpx2

from services.reports.library.domain import Card, card_of
from services.reports.publication.domain import Edition, PublishReport, publish
from services.reports.publication.draft import Draft
from services.reports.reports import domain
from services.reports.reports.domain import CreateReport, Report, Section, UpdateReport, WriteSection
from services.reports.themes import THEMES
from shared.ids import new_id
from shared.model import Language
from shared.testing.stack import Running

NOW = datetime(2009, 4, 20, 9, 0, tzinfo=UTC)
AUTHOR = new_id()
TITLES: dict[Language, str] = {
    "pl": "Białoruś: źdźbło, łódź, żółw",
    "en": "Belarus after the Warsaw meeting",
    "be": "Беларусь: ўрад, воўк, сьвет",
    "uk": "Білорусь: ґанок, єдність, їжак",
    "ru": "Беларусь: съёмка, объём",
}


def about(*languages: Language, **changes: Any) -> CreateReport:
    """Return what a report says of itself, in ``languages`` (English alone by default)."""
    chosen = languages or ("en",)
    values: dict[str, Any] = {
        "title": {language: TITLES[language] for language in chosen},
        "summary": {language: f"{TITLES[language]}.\n\nSecond paragraph." for language in chosen},
        "country": "BY",
        "period_from_on": date(2008, 10, 1),
        "period_to_on": date(2009, 3, 31),
        "languages": chosen,
    }
    return CreateReport(**{**values, **changes})


def updated(*languages: Language, **changes: Any) -> UpdateReport:
    """Return the same said again of a report that is there."""
    return UpdateReport(**about(*languages, **changes).model_dump(include=set(UpdateReport.model_fields)))


def begun(*languages: Language, **changes: Any) -> tuple[Report, list[Section]]:
    """Return a report with empty sections."""
    return domain.create(about(*languages, **changes), now=NOW, by=AUTHOR)


def written(*languages: Language, text: str = "What was *observed*.", **changes: Any) -> tuple[Report, list[Section]]:
    """Return a report with every section written."""
    report, sections = begun(*languages, **changes)
    command = WriteSection(text=text)
    return report, [domain.write(each, command, seen=1, now=NOW, by=AUTHOR) for each in sections]


def edition_of(*languages: Language, text: str = "What was *observed*.", **changes: Any) -> Edition:
    """Return the first edition of such a report."""
    report, sections = written(*languages, text=text, **changes)
    return publish(Draft(report, sections), PublishReport(), now=NOW, by=AUTHOR)[1]


def card_of_edition(*languages: Language, **changes: Any) -> Card:
    """Return what such a report's first edition is found by."""
    edition = edition_of(*languages, **changes)
    return card_of(edition, edition.read(), first_published_at=NOW)


async def create(reports: Running, *languages: Language, **changes: Any) -> dict[str, Any]:
    """Begin a report over HTTP; return it as its editors see it."""
    async with reports.as_("editor") as editor:
        answer = await editor.post("/reports", json=about(*languages, **changes).model_dump(mode="json"))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def write(reports: Running, report: dict[str, Any], text: str, *languages: Language) -> None:
    """Write every section over HTTP, whatever its revision."""
    async with reports.as_("editor") as editor:
        for theme in THEMES:
            for language in languages or report["languages"]:
                path = f"/reports/{report['id']}/sections/{theme}/{language}"
                etag = (await editor.get(path)).headers["etag"]
                answer = await editor.put(path, json={"text": text}, headers={"If-Match": etag})
                assert answer.status_code == 200, answer.text


async def publish_over_http(reports: Running, report_id: str, **command: Any) -> httpx2.Response:
    """Ask for the next edition."""
    async with reports.as_("editor") as editor:
        return await editor.post(f"/reports/{report_id}/publication", json=command)


async def published(
    reports: Running, *languages: Language, text: str = "What was *observed*.", **changes: Any
) -> dict[str, Any]:
    """Return a published report as its editors see it."""
    report = await create(reports, *languages, **changes)
    await write(reports, report, text)
    answer = await publish_over_http(reports, report["id"])
    assert answer.status_code == 201, answer.text
    async with reports.as_("editor") as editor:
        return dict((await editor.get(f"/reports/{report['id']}")).json())
