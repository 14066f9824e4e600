"""One edition with everything that an edition can hold, in two languages."""

from collections.abc import Callable
from datetime import date
from typing import Any

from services.reports.publication.content import (
    Author,
    Content,
    ContentImage,
    ContentIndicator,
    ContentPractice,
    ContentSection,
    ContentSeries,
    Dissent,
    Erratum,
    Texts,
    canonical,
    digest,
)
from services.reports.publication.domain import Edition
from services.reports.themes import THEME_NAMES
from shared.events.reports import Theme
from shared.ids import new_id
from tests.reports.builders import AUTHOR, NOW, TITLES

REPORT = "01928f6c-3c1e-7d70-9a43-0d1b2c3d4e5f"
IMAGE = "01928f6c-3c1e-7d70-9a43-0d1b2c3d4e60"
REFUSALS = "01928f6c-3c1e-7d70-9a43-0d1b2c3d4e61"
BUDGET = "01928f6c-3c1e-7d70-9a43-0d1b2c3d4e62"
PICTURE = bytes.fromhex(  # one grey pixel
    "89504e470d0a1a0a0000000d4948445200000001000000010800000000"
    "3a7e9b550000000a4944415478da6368000000820081da45083b0000000049454e44ae426082"
)
THEME: Theme = "media-freedom"
CENTRE = Author(name={"en": "Centre for Media Law", "be": "Цэнтр права медыя"})
HIDDEN = Author(name={"en": "Organisation C", "be": "Арганізацыя C"}, pseudonym=True)


def each(text: Callable[[str], str]) -> Texts:
    """Return a text in both languages."""
    return {"en": text("en"), "be": text("be")}


def indicator(indicator_id: str, theme: Theme | None, **changes: Any) -> ContentIndicator:
    """Return a table of two years."""
    values: dict[str, Any] = {
        "indicator_id": indicator_id,
        "theme": theme,
        "title": {"en": "Refused newspapers", "be": "Забароненыя газеты"},
        "unit": {"en": "titles", "be": "назвы"},
        "note": {"en": "Counted twice.", "be": "Двойчы палічана."},
        "source": {"en": "Own count", "be": "Уласны падлік"},
        "columns": (each(lambda _: "2007"), each(lambda _: "2008")),
        "series": (ContentSeries(label={"en": "=Dailies", "be": "Штодзённыя"}, values=("12.5", None)),),
    }
    return ContentIndicator(**{**values, **changes})


def practice() -> ContentPractice:
    """Return one practice of a Book."""
    return ContentPractice(
        practice_id=BUDGET,
        key="club",
        region="BY-MI",
        kind="project",
        title={"en": "A club of two languages", "be": "Клуб дзвюх моў"},
        place={"en": "Bielsk"},
        text={"en": "## How\n\nEvery week.", "be": "## Як\n\nКожны тыдзень."},
    )


def content(**changes: Any) -> Content:
    """Return such an edition's content."""
    text = each(lambda language: f"Text[^1] {language}.\n\n![](image:{IMAGE})\n\n[^1]: A note {language}.")
    section = ContentSection(
        key=THEME,
        theme=THEME,
        title=THEME_NAMES[THEME],
        text=text,
        authors=(CENTRE, HIDDEN),
        dissents=(Dissent(author=HIDDEN, text=each(lambda language: f"Not so {language} <b>.")),),
    )
    closing = ContentSection(key="closing", theme=None, title=each(lambda _: "Closing"), text=each(lambda _: "End."))
    image = ContentImage(
        image_id=IMAGE,
        sha256="00" * 32,
        content_type="image/png",
        width=1,
        height=1,
        alt=each(lambda language: f"A grey dot {language}"),
        caption=each(lambda _: "Seen from afar"),
    )
    values: dict[str, Any] = {
        "report_id": REPORT,
        "country": "BY",
        "period_from_on": date(2008, 10, 1),
        "period_to_on": date(2009, 3, 31),
        "languages": ("en", "be"),
        "translation_of": {"en": "be"},
        "title": {"en": TITLES["en"], "be": TITLES["be"]},
        "summary": each(lambda language: f"In short {language}."),
        "erratum": Erratum(corrects=1, text=each(lambda language: f"It was twelve {language}.")),
        "sections": (section, closing),
        "images": (image,),
        "indicators": (indicator(REFUSALS, THEME), indicator(BUDGET, None, chart="none")),
    }
    return Content(**{**values, **changes})


def edition(**changes: Any) -> Edition:
    """Return such an edition: the second one."""
    found = content(**changes)
    text = canonical(found)
    return Edition(
        id=new_id(),
        report_id=REPORT,
        edition=2,
        sha256=digest(text),
        published_at=NOW,
        published_by=AUTHOR,
        languages=found.languages,
        themes=(THEME,),
        content=text,
    )
