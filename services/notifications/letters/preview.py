"""Writes every kind of letter in every language to a folder, to be looked at.

``python -m services.notifications.letters.preview OUT_DIR`` writes each as .eml, .html and .txt.
"""

import email
import email.policy
import sys
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from services.notifications.letters.preparation import prepare
from services.notifications.letters.samples import FACTS, LINKS, SENDER
from shared.model import LANGUAGES, Language

TIME_ZONE = "Europe/Warsaw"


def message(kind: str, language: Language) -> bytes:
    """Return the sample letter ``kind`` as one reader would get it."""
    return prepare(kind, FACTS[kind], language, TIME_ZONE, SENDER).fill(
        address="reader@example.org",
        display_name="Алена Łukasiewicz",
        message_id="<sample@zgoda.example>",
        links=LINKS,
        date=datetime(2008, 10, 1, 8, 0, tzinfo=UTC),
    )


def write(folder: Path) -> list[Path]:
    """Write all letters into ``folder`` and return the paths written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for kind in FACTS:
        for language in LANGUAGES:
            raw = message(kind, language)
            parsed = email.message_from_bytes(raw, _class=EmailMessage, policy=email.policy.default)
            contents = {".eml": raw} | {
                suffix: part.get_content().replace("\r\n", "\n").encode()
                for suffix, subtype in ((".txt", "plain"), (".html", "html"))
                if (part := parsed.get_body((subtype,))) is not None
            }
            for suffix, content in contents.items():
                path = folder / f"{kind}.{language}{suffix}"
                path.write_bytes(content)
                written.append(path)
    return written


def main() -> None:
    """Write to the folder named on the command line."""
    if len(sys.argv) != 2:
        sys.exit("usage: python -m services.notifications.letters.preview OUT_DIR")
    print(f"{len(write(Path(sys.argv[1])))} files written")


if __name__ == "__main__":
    main()
