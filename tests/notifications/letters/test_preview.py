"""Every letter can be looked at before anybody gets it."""

from pathlib import Path

from services.notifications.letters import KINDS
from services.notifications.letters.preview import write
from shared.model import LANGUAGES


def test_a_preview_shows_every_kind_in_every_language(tmp_path: Path) -> None:
    written = {path.name for path in write(tmp_path / "letters")}
    assert written == {
        f"{kind}.{language}.{suffix}" for kind in KINDS for language in LANGUAGES for suffix in ("eml", "html", "txt")
    }
    assert {path.name for path in (tmp_path / "letters").iterdir() if path.stat().st_size} == written
