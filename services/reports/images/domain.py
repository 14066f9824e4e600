"""What a picture in a report is: a file that never changes, and words for those who do not see it.  Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from services.reports.images.cleaning import Cleaned
from services.reports.publication.content import ContentImage
from shared.ids import Id, new_id
from shared.model import Aggregate, Command, Language, Time
from shared.problems import TooLarge

MAX_BYTES = 8_000_000  # of one picture, as cameras make them
MAX_IMAGES = 200  # of one report
MAX_TOGETHER = 48_000_000  # bytes, of one report: they lie side by side in memory while its PDF is made
MAX_WORDS = 500  # characters: two or three sentences; more belongs into the text
KEPT_AFTER_REMOVAL = timedelta(days=30)  # so long a removal can be undone


def _one_line(value: str) -> str:
    if not all(character.isprintable() for character in value):
        raise ValueError("must be one line without control characters")
    return value


Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_WORDS), AfterValidator(_one_line)
]
"""Words about a picture: one line of 1 to 500 characters."""


class DescribeImage(Command):
    """Say in each language in which it is used what a picture shows, and what stands below it."""

    alt: dict[Language, Words]
    """For those who do not see it; a text that shows it may say it in its own words instead."""
    caption: dict[Language, Words] = Field(default_factory=dict)


class Image(Aggregate):
    """A picture of a report.  Another file is another picture, so that editions can rely on it."""

    report_id: Id
    file_id: Id
    content_type: str
    size: int
    """In bytes, of what is kept."""
    sha256: str
    width: int
    """In pixels, as it is shown."""
    height: int
    alt: dict[Language, str] = Field(default_factory=dict)
    caption: dict[Language, str] = Field(default_factory=dict)
    added_by: Id | None = None
    """Who sent it; nobody when they wanted to be forgotten."""
    added_for: tuple[Id, ...] = ()
    """The contributing organisations for which they acted."""
    added_at: Time
    described_at: Time | None = None
    """When its words changed last."""
    removed_at: Time | None = None
    editions: tuple[int, ...] = ()
    """The published editions that show it: while there is one, everybody may see it, and it is never deleted."""

    @property
    def content(self) -> ContentImage:
        """What texts and editions need to know of it."""
        return ContentImage(image_id=self.id, **self.model_dump(include=set(ContentImage.model_fields) - {"image_id"}))


def add(
    report_id: str,
    cleaned: Cleaned,
    *,
    file_id: str,
    sha256: str,
    others: Sequence[Image],
    by: str,
    now: datetime,
    acting_for: tuple[str, ...] = (),
) -> Image:
    """Return a new picture without words, beside ``others``, sent by somebody ``acting_for`` organisations.

    Raises `TooLarge` (``too-many-images``, ``images-too-large``) when the report has 200 or 48 MB of them.
    """
    if len(others) >= MAX_IMAGES:
        raise TooLarge("too-many-images", f"A report has at most {MAX_IMAGES} pictures: remove some first.")
    if sum(each.size for each in others) + len(cleaned.data) > MAX_TOGETHER:
        limit = MAX_TOGETHER // 1_000_000
        raise TooLarge(
            "images-too-large", f"The pictures of a report are at most {limit} MB together: send smaller ones."
        )
    return Image(
        id=new_id(),
        report_id=report_id,
        file_id=file_id,
        content_type=cleaned.content_type,
        size=len(cleaned.data),
        sha256=sha256,
        width=cleaned.width,
        height=cleaned.height,
        added_by=by,
        added_for=acting_for,
        added_at=now,
    )
