"""Where on our pages something can be mended that hinders publication, and what that place is called."""

from dataclasses import dataclass

from services.portal.clients.publishing import Drafted, Point
from services.portal.pages import Visit, local
from services.portal.publishing import words
from shared.model import LANGUAGES


@dataclass(frozen=True, slots=True)
class Shown:
    """A point as the page shows it: what is wrong, where, and the address at which it can be mended."""

    point: Point
    what: str
    where: str
    address: str


def shown(visit: Visit, report: Drafted, points: list[Point]) -> list[Shown]:
    """Return ``points`` in words, each with its place."""
    return [
        Shown(
            each,
            visit.say(words.POINTS.get(each.code, words.OTHER_POINT)),
            _where(visit, report, each),
            visit.link(f"/reports/{report.id}{_path(each)}"),
        )
        for each in points
    ]


def _where(visit: Visit, report: Drafted, point: Point) -> str:
    part, _, rest = point.field.partition(".")
    names = {
        "title": visit.say("Title"),
        "summary": visit.say("Summary"),
        "images": visit.say("Pictures in the text"),
        "indicators": visit.say("Indicators"),
        "contributors": visit.say("Names of contributors"),
        "erratum": visit.say("The erratum"),
        "practices": visit.say("Good practices"),
        "evidence": visit.say("Evidence"),
    }
    if part == "sections":
        name = local(report.section(rest.split(".")[0]), visit.language)
    else:
        name = names.get(part, visit.say("Report"))
    return visit.say("%(place)s, line %(line)s", place=name, line=point.line) if point.line else name


def _path(point: Point) -> str:
    part, _, rest = point.field.partition(".")
    language = next((each for each in LANGUAGES if each == rest.rpartition(".")[2]), "")
    if part in ("title", "summary"):
        return f"/about#{part}-{language or rest}"
    if part == "sections":
        key = rest.split(".")[0]
        return f"/sections/{key}/{language}" if language else f"/workshop/{key}"
    if part == "indicators":
        return f"/indicators/{rest.split('.')[0]}"
    if part == "practices" and rest:
        return f"/practices/{rest.split('.')[0]}"
    return {"images": "/images", "contributors": "/contributors", "evidence": "/evidence"}.get(part, "/edit")
