"""Prints what every file of a folder of bounces is taken for:  python -m tests.notifications.bounce_table [FOLDER]."""

import sys
from pathlib import Path

from services.notifications.intake.domain import Finding
from services.notifications.intake.reading import classify, parse

SAMPLES = Path(__file__).parents[3] / "shared" / "data" / "bounces"
"""Real bounces of many mail systems; not part of the repository."""


def findings(folder: Path = SAMPLES) -> dict[str, Finding]:
    """Return what is found in each mail of ``folder``, by file name."""
    return {path.name: classify(parse(path.read_bytes())) for path in sorted(folder.glob("*.eml"))}


def main() -> None:
    """Print the table, and how many files have each verdict."""
    found = findings(Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLES)
    print(f"{'file':36} {'sort':10} {'read in':8} {'status':9} {'permanent':9} {'fault':16} verdict")
    for name, each in found.items():
        permanent = "yes" if each.permanent else "no"
        print(f"{name:36} {each.sort:10} {each.source:8} {each.status:9} {permanent:9} {each.fault:16} {each.verdict}")
    verdicts = [each.verdict for each in found.values()]
    print(f"\n{len(found)} files:", ", ".join(f"{verdicts.count(word)} {word}" for word in sorted(set(verdicts))))


if __name__ == "__main__":
    main()
