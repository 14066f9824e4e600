"""What of a picture is shown to those who write: what it is and what is said of it, not who sent it."""

from services.reports.images.domain import Image
from shared.ids import Id
from shared.model import Language, Model, Time


class ImageView(Model):
    """A picture of a report; ``size`` in bytes, ``width`` and ``height`` in pixels."""

    id: Id
    revision: int
    content_type: str
    size: int
    sha256: str
    width: int
    height: int
    alt: dict[Language, str]
    caption: dict[Language, str]
    added_at: Time
    removed_at: Time | None
    editions: tuple[int, ...]
    """The published editions that show it."""
    markdown: str
    """What shows it in a section's text."""


def view(image: Image) -> ImageView:
    """Return ``image`` as those who write the report see it."""
    known = set(ImageView.model_fields) - {"markdown"}
    return ImageView(**image.model_dump(include=known), markdown=f"![](image:{image.id})")
