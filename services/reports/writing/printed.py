"""What would be in print of a section: its text, and beside it the words of its pictures and the numbers on its theme.

Whoever signs a section off signs all of that; a signature of before numbers and pictures were part of it is of title
and text alone, and read so.  Pure.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from services.reports.images.domain import Image
from services.reports.indicators.domain import Indicator
from services.reports.indicators.periods import names
from services.reports.reports.domain import Report, Section
from shared.model import Language

Version = Literal[1, 2]
"""Of what a signature holds the hash: 1 of title and text, 2 of what stands beside them too."""
NEWEST: Version = 2
_SHOWN = re.compile(r"image:([0-9a-f-]{36})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Printed:
    """A text and what stands beside it in its language; ``updated_at`` is when any of it changed last."""

    section: Section
    beside: Mapping[str, Any]
    updated_at: datetime

    def digest(self, version: Version = NEWEST) -> str:
        """Return the SHA-256 of it, in hexadecimal digits."""
        title, text = self.section.title, self.section.text
        if version == 1:
            return _sha256(f"{title}\n\n{text}")
        said = {"title": title, "text": text, **self.beside}
        return _sha256(json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")))


@dataclass(frozen=True, slots=True)
class Beside:
    """The pictures of a report by id, and its indicators."""

    pictures: Mapping[str, Image] = field(default_factory=dict)
    indicators: Sequence[Indicator] = ()

    def printed(self, report: Report, section: Section) -> Printed:
        """Return a text with what stands beside it."""
        shown = [self.pictures[each] for each in named_in(section.text) if each in self.pictures]
        numbers = self.indicators_of(report, section.key)
        moments = [each.described_at for each in shown] + [each.counted_at for each in numbers]
        moments += [each.changed_at for each in numbers]
        return Printed(
            section=section,
            beside={
                "pictures": [_words(each, section.language) for each in shown],
                "indicators": [_table(each, section.language) for each in numbers],
            },
            updated_at=max([section.updated_at, *(each for each in moments if each is not None)]),
        )

    def indicators_of(self, report: Report, key: str) -> list[Indicator]:
        """Return the indicators that stand below a section: those on its theme, of which the last section has them."""
        last = {each.theme: each.key for each in report.outline if each.theme}
        return [each for each in self.indicators if each.theme and last.get(each.theme) == key]


NOTHING = Beside()


def named_in(text: str) -> list[str]:
    """Return the ids of the pictures that a text names, each once, in their order."""
    return list(dict.fromkeys(each.lower() for each in _SHOWN.findall(text)))


def _words(image: Image, language: Language) -> dict[str, str]:
    said = {"alt": image.alt.get(language, ""), "caption": image.caption.get(language, "")}
    return {"image_id": image.id, "sha256": image.sha256, **said}


def _table(indicator: Indicator, language: Language) -> dict[str, Any]:
    texts = {name: getattr(indicator, name).get(language, "") for name in ("title", "unit", "note", "source")}
    rows = [{"label": each.label.get(language, ""), "values": list(each.values)} for each in indicator.series]
    columns = [names(each).get(language, each) for each in indicator.columns]
    return {"indicator_id": indicator.id, "chart": indicator.chart, **texts, "columns": columns, "series": rows}


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
