"""What the service says of itself is so."""

import services.meetings
from services.meetings.directory.consumers import consumer
from shared.events import CATALOGUE


def named_after(word: str) -> list[str]:
    """Return the names in the paragraph of the service's description that begins with ``word``."""
    paragraph = (services.meetings.__doc__ or "").split(f"{word}:")[1].split("\n\n")[0]
    return sorted(paragraph.replace("\n", " ").strip(" .").split(", "))


def test_it_consumes_what_it_says() -> None:
    assert named_after("Consumes") == consumer.event_names


def test_it_publishes_what_it_says() -> None:
    assert named_after("Publishes") == sorted(
        name for name, event in CATALOGUE.items() if event.publisher == "meetings"
    )
