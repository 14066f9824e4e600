"""The form of an organisation's record, read: lines become lists, and what is wrong finds its field."""

from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import FormData

from services.portal.clients.base import FieldError
from services.portal.clients.organisations import Organisation
from services.portal.languages import N_
from services.portal.organisations.terms import WRONG
from services.portal.pages import Visit
from shared.model import LANGUAGES

MAX_LINES = 200
SINGLE = ("acronym", "type", "level", "country", "region", "teryt", "audience")
ROOM = 20_000  # characters of one field


@dataclass(slots=True)
class Entry:
    """A form: what stands in its fields, the command it becomes, and what is wrong, by field."""

    values: dict[str, str] = field(default_factory=dict)
    kinds: list[str] = field(default_factory=list)
    command: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """Return what stands in a field."""
        return self.values.get(name, "")


def blank(name: str = "", language: str = "en") -> Entry:
    """Return the form as it is offered at first, with a ``name`` that was searched for in vain."""
    return Entry(values={"audience": "public", f"names-{language}": name})


def as_it_is(organisation: Organisation) -> Entry:
    """Return the form with what the record says."""
    values = {name: getattr(organisation, name) or "" for name in SINGLE}
    values |= {f"names-{language}": text for language, text in organisation.names.items()}
    values |= {f"represents-{language}": text for language, text in organisation.represents.items()}
    values |= {name: "\n".join(getattr(organisation, name)) for name in ("aliases", "acronyms")}
    values["identifiers"] = "\n".join(f"{each.scheme} {each.value}" for each in organisation.identifiers)
    return Entry(values=values, kinds=list(organisation.kinds))


def read(form: FormData, known: Organisation | None = None) -> Entry:
    """Return the record that was written; what the form does not show stays as it is ``known``."""
    values = {name: str(value)[:ROOM].strip() for name, value in form.multi_items() if isinstance(value, str)}
    entry = Entry(values, [str(each) for each in form.getlist("kinds")])
    given = {name: values.get(name) or None for name in SINGLE}
    entry.command = {
        **given,
        "audience": given["audience"] or "public",
        "region": (given["region"] or "").upper() or None,
        "names": _by_language(values, "names"),
        "represents": _by_language(values, "represents"),
        "aliases": _lines(values.get("aliases", "")),
        "acronyms": _lines(values.get("acronyms", "")),
        "identifiers": [_identifier(line) for line in _lines(values.get("identifiers", ""))],
        "kinds": entry.kinds,
        "other_names": known.other_names if known is not None else {},
    }
    return entry


def _by_language(values: dict[str, str], name: str) -> dict[str, str]:
    return {language: text for language in LANGUAGES if (text := values.get(f"{name}-{language}", ""))}


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()][:MAX_LINES]


def _identifier(line: str) -> dict[str, str]:
    """Return ``PL-KRS 0000163131`` as scheme and value; a line without a space is an IATI identifier."""
    scheme, _, value = line.replace("\t", " ").partition(" ")
    return (
        {"scheme": scheme.rstrip(":"), "value": value.strip()} if value.strip() else {"scheme": "iati", "value": line}
    )


def explain(visit: Visit, entry: Entry, errors: tuple[FieldError, ...], code: str) -> None:
    """Say in ``entry`` what the registry found wrong, at the fields of the form."""
    for each in errors:
        name = (each.field or "").removeprefix("body.").partition(".")[0]
        if name in WRONG:
            entry.errors.setdefault(_place(visit, name), visit.say(WRONG[name]))
    if not entry.errors:
        entry.errors["form"] = visit.why(code, N_("Some of what you wrote cannot be accepted: see each field."))


def _place(visit: Visit, name: str) -> str:
    return f"{name}-{visit.language}" if name in ("names", "represents") else name
