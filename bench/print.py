"""How fast a long report is printed in each language, beside the typesetter alone; and how large its page is.

``python -m bench.print`` makes a report of about sixty pages with twenty charts and their tables in five languages.
The letters of its words are shuffled, in each section otherwise, so that it cannot be compressed better than a report
that somebody wrote.
*Ours* is everything between an edition and its PDF: reading the content, drawing the charts, the process
beside the service with its limits.  *Alone* is a bare process that calls typst once on the template and the data that
we hand to it, charts drawn beforehand.  Both start cold; rounds take turns and medians are shown.

Of the page as HTML, *text* is what is read, in UTF-8, where a Cyrillic letter is two bytes; *markup* is all the rest,
which is ours to keep small; *sent* is what goes over the wire, compressed.
"""

import argparse
import asyncio
import base64
import json
import random
import re
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import httpx2
from rich.console import Console
from rich.table import Table

from services.portal.main import create_app
from services.portal.settings import Settings
from services.reports.publication.content import (
    Content,
    ContentIndicator,
    ContentSection,
    ContentSeries,
    canonical,
    digest,
)
from services.reports.publication.domain import Edition
from services.reports.publication.page import edition_page
from services.reports.publication.pdf import document, typesetter
from services.reports.publication.typeset import TEMPLATE
from services.reports.themes import THEME_NAMES, THEMES
from shared.ids import new_id
from shared.model import LANGUAGES, Language

CHARTS = 20
WITHIN = 3.0  # seconds for a PDF, the target
HTML_AT_MOST = 200_000  # bytes sent of the page without pictures, the target
LETTERS_A_PAGE = 2_250  # of running text between headings and tables, as this template sets it
ALONE = """import sys, typst
sys.stdout.buffer.write(typst.compile(sys.argv[1], root=sys.argv[2], format="pdf", ignore_system_fonts=True,
    pdf_standards=["ua-1"], timestamp=0))
"""
SENTENCES: dict[Language, str] = {
    "pl": "W drugim kwartale urząd odmówił rejestracji dwunastu stowarzyszeniom, a sąd utrzymał wszystkie odmowy. "
    "Świadkowie nie zostali wysłuchani, choć prawo tego wymaga; źródła są zgodne co do przebiegu rozpraw. ",
    "en": "In the second quarter the registry refused twelve associations, and the court upheld every refusal. "
    "No witness was heard, although the law asks for it; the sources agree on how the hearings went. ",
    "be": "У другім квартале ворган адмовіў у рэгістрацыі дванаццаці аб’яднанням, і суд пакінуў усе адмовы ў сіле. "
    "Ніводнага сведку не выслухалі, хоць закон гэтага патрабуе; крыніцы сыходзяцца ў тым, як ішлі паседжанні. ",
    "uk": "У другому кварталі орган відмовив у реєстрації дванадцятьом об’єднанням, і суд залишив усі відмови чинними. "
    "Жодного свідка не вислухали, хоч закон цього вимагає; джерела одностайні щодо перебігу засідань. ",
    "ru": "Во втором квартале орган отказал в регистрации двенадцати объединениям, и суд оставил все отказы в силе. "
    "Ни одного свидетеля не выслушали, хотя закон этого требует; источники едины в том, как шли заседания. ",
}


@dataclass(frozen=True)
class Printed:
    """One language: seconds of each round, what came out, and the page."""

    language: Language
    pages: int
    ours: list[float]
    alone: list[float]
    pdf: bytes
    html_bytes: int
    text_bytes: int
    sent_bytes: int

    @property
    def ratio(self) -> float:
        """How many times the typesetter's own time ours is."""
        return statistics.median(self.ours) / statistics.median(self.alone)


def report(pages: int) -> Edition:
    """Return an edition with about ``pages`` pages of text and twenty charts, in every language."""
    letters = pages * LETTERS_A_PAGE // len(THEMES)
    content = Content(
        report_id=new_id(),
        country="BY",
        period_from_on=date(2008, 10, 1),
        period_to_on=date(2009, 3, 31),
        languages=LANGUAGES,
        title=dict.fromkeys(LANGUAGES, "Belarus 2008–2009"),
        summary={each: SENTENCES[each] * 3 for each in LANGUAGES},
        sections=tuple(
            ContentSection(
                key=theme,
                theme=theme,
                title=THEME_NAMES[theme],
                text={language: _text(language, letters, random.Random(number)) for language in LANGUAGES},
            )
            for number, theme in enumerate(THEMES)
        ),
        indicators=tuple(_indicator(number) for number in range(CHARTS)),
    )
    text = canonical(content)
    return Edition(
        id=new_id(),
        report_id=content.report_id,
        edition=1,
        sha256=digest(text),
        published_at=datetime(2009, 4, 20, 9, tzinfo=UTC),
        published_by=new_id(),
        languages=LANGUAGES,
        themes=THEMES,
        content=text,
    )


def _text(language: Language, letters: int, chance: random.Random) -> str:
    """Return Markdown with headings, notes, a list and a table now and then, as reports have them."""
    parts, length, number = [], 0, 0
    while length < letters:
        number += 1
        paragraph = _shuffled(SENTENCES[language] * 3, chance)
        parts.append(f"{paragraph.strip()}[^{number}]" if number % 7 == 0 else paragraph.strip())
        if number % 6 == 1:
            parts.insert(-1, f"## {number}. {SENTENCES[language].partition(' ')[2][:40]}")
        if number % 12 == 4:
            parts.append("| 2007 | 2008 |\n|---:|---:|\n| 12 | 31 |\n| 7 | 9 |")
        if number % 9 == 5:
            parts.append(f"- {SENTENCES[language]}\n- {SENTENCES[language]}")
        length += len(paragraph)
    notes = [f"[^{each}]: {SENTENCES[language][:90]}" for each in range(7, number + 1, 7)]
    return "\n\n".join([*parts, *notes])


def _shuffled(text: str, chance: random.Random) -> str:
    """Return ``text`` with the letters of each word but the first and the last in another order."""
    words = text.split()
    inner = [chance.sample(word[1:-1], max(len(word) - 2, 0)) for word in words]
    return " ".join(word[:1] + "".join(letters) + word[1:][-1:] for word, letters in zip(words, inner, strict=True))


def _indicator(number: int) -> ContentIndicator:
    theme = THEMES[number % len(THEMES)]
    years = [str(2004 + each) for each in range(6)]
    values = list(islice(cycle(["12", "7.5", "31", "4", "18"]), number, number + 12))
    return ContentIndicator(
        indicator_id=new_id(),
        theme=theme,
        title={language: f"{name} {number + 1}" for language, name in THEME_NAMES[theme].items()},
        columns=tuple(dict.fromkeys(LANGUAGES, year) for year in years),
        series=(
            ContentSeries(label=dict.fromkeys(LANGUAGES, "A"), values=tuple(values[:6])),
            ContentSeries(label=dict.fromkeys(LANGUAGES, "B"), values=tuple(values[6:])),
        ),
        chart="line" if number % 3 == 0 else "bars",
    )


async def measured(edition: Edition, language: Language, rounds: int) -> Printed:
    """Print ``edition`` in one language in both ways, taking turns."""
    ours: list[float] = []
    alone: list[float] = []
    pdf = b""
    for _ in range(rounds):
        began = time.perf_counter()
        data: dict[str, Any] = {}

        async def make(_: Path, data: dict[str, Any] = data) -> dict[str, Any]:
            address = "https://zgoda.example"
            data.update(await asyncio.to_thread(document, edition, language, publisher="Zgoda", address=address))
            return data

        pdf = await typesetter().typeset(make)
        ours.append(time.perf_counter() - began)
        alone.append(await _alone(data))
    return Printed(language, pages_of(pdf), ours, alone, pdf, *await _page(edition, language))


async def _alone(data: dict[str, Any]) -> float:
    """Return how long a bare process takes that calls the typesetter once on ``data``."""
    with tempfile.TemporaryDirectory() as folder:
        source = _laid_out(Path(folder), data)
        began = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", "-c", ALONE, str(source), folder, stdout=asyncio.subprocess.PIPE
        )
        written, _ = await process.communicate()
        seconds = time.perf_counter() - began
    if not written.startswith(b"%PDF"):
        raise SystemExit("The typesetter alone made no PDF.")
    return seconds


def _laid_out(folder: Path, data: dict[str, Any]) -> Path:
    for name, content in data["files"].items():
        (folder / name).write_bytes(base64.b64decode(content))
    (folder / "document.json").write_text(json.dumps({**data, "files": {}}, ensure_ascii=False))
    source = folder / TEMPLATE.name
    source.write_bytes(TEMPLATE.read_bytes())
    return source


async def _page(edition: Edition, language: Language) -> tuple[int, int, int]:
    """Return the bytes of the portal's page of ``edition``, of the text in it, and those sent; without pictures."""
    shown = edition_page(edition, language).model_dump(mode="json")
    path = f"/reports/{edition.report_id}"
    face = {**{name: shown[name] for name in ("title", "country", "period_from_on", "period_to_on")}, "edition": 1}
    facts = {"edition": 1, "published_at": shown["published_at"], "languages": list(LANGUAGES)}
    answers = {
        path: {"id": edition.report_id, "languages": list(LANGUAGES), "published_at": shown["published_at"], **face},
        f"{path}/editions": {"items": [facts]},
        f"{path}/editions/1": shown,
    }
    transport = httpx2.MockTransport(lambda request: httpx2.Response(200, json=answers[request.url.path]))
    settings = Settings(session_secrets=["a-secret-of-a-benchmark-that-is-long-enough"], log_level="error")
    app = create_app(settings, httpx2.AsyncClient(transport=transport))
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=settings.portal_url) as reader,
    ):
        answer = await reader.get(f"/{language}{path}")
    if answer.status_code != 200:
        raise SystemExit(f"The page answered {answer.status_code}.")
    return len(answer.content), len(_text_of(answer.text).encode()), int(answer.headers["content-length"])


def _text_of(page: str) -> str:
    """Return what is read of a page: without tags, and without the line breaks of its source."""
    return " ".join(re.sub(r"<[^>]+>", "", page).split())


def pages_of(pdf: bytes) -> int:
    """Return how many pages a PDF has."""
    return pdf.count(b"/Type/Page/")


def shown(found: list[Printed]) -> Table:
    """Return what was measured, beside the targets."""
    table = Table(
        title=f"A report with {CHARTS} charts: ours < {WITHIN:.0f} s, page as sent < {HTML_AT_MOST // 1000} kB"
    )
    sizes = ("PDF, kB", "page, kB", "text, kB", "markup, kB", "sent, kB")
    for name in ("language", "pages", "ours, s", "typst alone, s", "ratio", *sizes):
        table.add_column(name, justify="left" if name == "language" else "right")
    for each in found:
        table.add_row(
            each.language,
            str(each.pages),
            f"{statistics.median(each.ours):.2f}",
            f"{statistics.median(each.alone):.2f}",
            f"{each.ratio:.2f}",
            f"{len(each.pdf) / 1000:.0f}",
            f"{each.html_bytes / 1000:.0f}",
            f"{each.text_bytes / 1000:.0f}",
            f"{(each.html_bytes - each.text_bytes) / 1000:.0f}",
            f"{each.sent_bytes / 1000:.0f}",
        )
    return table


def main() -> None:
    """Measure, print the table, and keep the PDFs where somebody asks for them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=60, help="pages of text, about")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="a folder for the PDFs, to look at")
    asked = parser.parse_args()
    edition = report(asked.pages)
    found = [asyncio.run(measured(edition, language, asked.rounds)) for language in LANGUAGES]
    for each in found if asked.keep else ():
        asked.keep.mkdir(parents=True, exist_ok=True)
        (asked.keep / f"report-{each.language}.pdf").write_bytes(each.pdf)
    Console().print(shown(found))


if __name__ == "__main__":
    main()
