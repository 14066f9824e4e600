"""What a Markdown text stands in: its language, its section, and the pictures of its report."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from services.reports.publication.content import Content, ContentImage
from services.reports.publication.markdown import Shown
from shared.model import Language

_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and signs of which nothing is seen


def says_something(text: str) -> bool:
    """Return whether there is anything in ``text`` to see or hear: a letter, digit, punctuation mark or sign."""
    return any(unicodedata.category(each)[0] in "LNPS" and each not in _BLANK for each in text)


@dataclass(frozen=True, slots=True)
class Around:
    """What a text cannot know by itself when it is shown."""

    language: Language = "en"
    key: str = ""
    """The key of its section, so that the anchors of its notes are its own on a page with several."""
    pictures: Mapping[str, ContentImage] = field(default_factory=dict)
    """The pictures it may show, by id; others are words."""
    images_at: str = ""
    """The address below which the portal has these pictures, by id."""

    def alt(self, shown: Shown) -> str:
        """Return what a picture shows: as the text says it, else as it was described."""
        return shown.alt if says_something(shown.alt) else self.pictures[shown.image_id].alt.get(self.language, "")

    def caption(self, shown: Shown) -> str:
        """Return what stands below a picture, or ``""``."""
        return shown.caption or self.pictures[shown.image_id].caption.get(self.language, "")


NOTHING = Around()


def images_at(report_id: str, language: Language) -> str:
    """Return the path of the portal below which a report's pictures are, by id."""
    return f"/{language}/reports/{report_id}/images"


def around(content: Content, key: str, language: Language) -> Around:
    """Return what a text of an edition stands in; ``key`` is that of its section or practice."""
    return Around(
        language=language,
        key=key,
        pictures={each.image_id: each for each in content.images},
        images_at=images_at(content.report_id, language),
    )
