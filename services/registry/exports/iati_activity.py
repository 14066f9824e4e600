"""Writes one activity as IATI 2.03: word by word what its file said, where that is true and for the reader to see.

An element of the file is written again as it was when what is read of it is what is on record; what was corrected, and
what the reader may see less of, is written from the record.  Elements that we do not model come back in their place.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from lxml import etree

from services.registry.activities.activity import Activity
from services.registry.activities.commands import RecordActivity
from services.registry.activities.domain import OWN_IDENTIFIERS
from services.registry.activities.parts import Location, Participation
from services.registry.activities.seeing import Seen, keys_of
from services.registry.activities.sources import CONTACT, Source
from services.registry.exports import iati_elements as elements
from services.registry.exports.iati_elements import ORDER, Element, parse
from services.registry.imports.iati_activity import read_activity
from shared.model import Language, Model

WITHHELD: dict[Language, str] = {
    "en": "Withheld",
    "pl": "Nie podano",
    "be": "Не паведамляецца",
    "uk": "Не розголошується",
    "ru": "Не разглашается",
}
"""Stands for a text that the standard demands and the reader may not see."""

MODELLED = frozenset(
    {
        "iati-identifier", "reporting-org", "title", "description", "participating-org", "activity-status",
        "activity-date", "recipient-country", "recipient-region", "location", "sector", "budget", "transaction",
        "related-activity",
    }
)  # fmt: skip

CODED = frozenset(
    {
        "activity-scope", "policy-marker", "collaboration-type", "default-flow-type", "default-finance-type",
        "default-aid-type", "default-tied-status", "capital-spend",
    }
)  # fmt: skip
"""Elements that hold codes and nothing that could name anybody."""

M = TypeVar("M", bound=Model)

RESOLVED: dict[type[Model], set[str]] = {
    Participation: {"organisation_id", "audience"},
    Location: {"country", "region", "commune", "unplaced"},
}
"""What we know of a part beyond what its file says."""


@dataclass(frozen=True)
class Exportable:
    """An activity as somebody may see it, with what its file said word by word."""

    seen: Seen
    original: Activity
    """All that is on record: to know whether the file's words still hold."""
    source: Source | None = None
    contacts: Sequence[str] = ()
    """The elements that name people, for those who may see them."""
    more: bool = True
    """Whether what we do not model may be seen."""


def can_be_written(activity: Activity) -> bool:
    """Say whether what the standard demands can be said truthfully: a status and a date."""
    return bool(activity.status and activity.dates)


def write_activity(exportable: Exportable) -> Element:
    """Return the ``iati-activity`` element; its activity must be one that `can_be_written`."""
    return _Writer(exportable).write()


@dataclass
class _Writer:
    exportable: Exportable
    kept: dict[str, list[str]] = field(default_factory=dict)
    """The elements of the file by their tags."""
    secrets: list[str] = field(default_factory=list)
    """Names and identifiers of organisations that are withheld, in small letters."""
    read: RecordActivity | None = None
    """What the file says, once it was read again."""

    def write(self) -> Element:
        source = self.exportable.source
        for each in source.elements if source is not None else ():
            self.kept.setdefault(each.tag, []).append(each.xml)
        self.secrets = _secrets(self.exportable.original, self.activity)
        made = etree.Element("iati-activity", self._attributes())
        for tag in ORDER:
            made.extend(self._elements(tag))
        for tag, xmls in self.kept.items():
            if tag not in ORDER and self.exportable.more and not self.secrets:
                made.extend(map(parse, xmls))
        return made

    @property
    def activity(self) -> Activity:
        return self.exportable.seen.activity

    @property
    def _untouched(self) -> bool:
        """Whether the file's words are what is on record, and all of them to be seen."""
        whole = self.activity is self.exportable.original
        return whole and not self.activity.written and self.exportable.source is not None

    def _attributes(self) -> dict[str, str]:
        source, activity = self.exportable.source, self.activity
        if source is not None and not activity.written:
            named = dict(source.attributes)
            if self.secrets:
                named.pop("linked-data-uri", None)
            return named
        given = {
            "default-currency": activity.default_currency,
            "hierarchy": "" if activity.hierarchy is None else str(activity.hierarchy),
            "humanitarian": "1" if activity.humanitarian else "",
            "last-updated-datetime": activity.updated_at.isoformat() if activity.updated_at else "",
        }
        language = {} if source is None else {k: v for k, v in source.attributes.items() if k == elements.LANGUAGE}
        return {**language, **{name: elements.plain(value) for name, value in given.items() if value}}

    def _elements(self, tag: str) -> Iterable[Element]:
        if tag == CONTACT:
            return map(parse, self.exportable.contacts)
        if tag in MODELLED:
            return map(parse, self.kept[tag]) if self._untouched and tag in self.kept else self._modelled(tag)
        if not self.exportable.more or (self.secrets and tag not in CODED):
            return ()
        return map(parse, self.kept.get(tag, ()))

    def _modelled(self, tag: str) -> Iterable[Element]:
        if tag == "related-activity":
            return self._related()
        if tag in WHOLE:
            return self._whole(tag, *WHOLE[tag])
        name, write = EACH[tag]
        made = self._each(tag, getattr(self.activity, name), getattr(self._said, name, ()), write)
        if tag == "location" and self.activity.written:
            return map(elements.placed, made, self.activity.locations)
        return made or ([_nobody()] if tag == "participating-org" else [])

    def _related(self) -> list[Element]:
        said = () if self._said is None else self._said.related
        kept = list(zip(said, self.kept.get("related-activity", ()), strict=True))
        made = []
        for ref in self.activity.related:
            found = next((pair for pair in kept if pair[0] == ref), None)
            if found is not None:
                kept.remove(found)
            made.append(parse(found[1]) if found else elements.element("related-activity", ref=ref, type="3"))
        return made

    def _whole(
        self, tag: str, what: Callable[[RecordActivity], Any], write: Callable[[Activity], Element]
    ) -> list[Element]:
        """Return the file's elements where they say what is on record, else one that says it."""
        same = self._said is not None and what(self._said) == what(self.activity)
        if same and tag in self.kept and not any(map(self._tells, self.kept[tag])):
            return [parse(each) for each in self.kept[tag]]
        return [write(self.activity)]

    def _tells(self, xml: str) -> bool:
        """Say whether an element of the file names somebody who is withheld."""
        return any(secret in xml.casefold() for secret in self.secrets)

    def _each(self, tag: str, now: Sequence[M], said: Sequence[M], write: Callable[[M], Element]) -> list[Element]:
        """Return for each part the file's element that says the same, else one that says it."""
        kept = [(_plain(part), xml) for part, xml in zip(said, self.kept.get(tag, ()), strict=True)]
        made = []
        for part in now:
            wanted = _plain(part)
            places = (number for number, (each, xml) in enumerate(kept) if each == wanted and not self._tells(xml))
            place = next(places, None)
            made.append(write(part) if place is None else parse(kept.pop(place)[1]))
        return made

    @property
    def _said(self) -> RecordActivity | None:
        """What the file says, read again; the same as is on record unless somebody corrected that."""
        if self.read is None and self.exportable.source is not None:
            self.read = read_activity(_rebuilt(self.exportable.source))
        return self.read


def _rebuilt(source: Source) -> Element:
    made = etree.Element("iati-activity", source.attributes)
    made.extend(parse(each.xml) for each in source.elements)
    return made


def _secrets(original: Activity, seen: Activity) -> list[str]:
    """Return the names and identifiers that stand in ``original`` for organisations of which ``seen`` says nothing."""
    shown = set().union(*(keys_of(each) for each in [seen.reporting, *seen.participations]))
    hidden = [each for each in original.participations if not keys_of(each) & shown]
    if seen.reporting_id != original.reporting_id or seen.reporting != original.reporting:
        hidden.append(Participation(part="other", **original.reporting.model_dump()))
    words = {word for each in hidden for word in [*each.name.values(), *each.other_names.values(), each.ref]}
    return sorted(word.casefold() for word in words if word.strip())


def _plain(part: Model) -> str:
    """Return what a file says of a part, to compare."""
    return part.model_dump_json(exclude=RESOLVED.get(type(part)))


def _told(tag: str, texts: Mapping[Any, str], otherwise: Mapping[str, str], **attributes: str) -> Element:
    made = elements.element(tag, **attributes)
    return elements.narrated(made, texts, otherwise, otherwise=WITHHELD)


def _nobody() -> Element:
    """Return what stands for those who take part, where all of them are withheld: the standard demands one."""
    return elements.narrated(elements.element("participating-org", role="4"), WITHHELD)


def _identifier(activity: Activity) -> Element:
    return elements.text_element("iati-identifier", activity.iati_identifier or f"{OWN_IDENTIFIERS}-{activity.id}")


WHOLE: dict[str, tuple[Callable[[RecordActivity], Any], Callable[[Activity], Element]]] = {
    "iati-identifier": (lambda each: each.iati_identifier, _identifier),
    "reporting-org": (lambda each: each.reporting, lambda each: elements.reporting(each.reporting, neutral=WITHHELD)),
    "title": (
        lambda each: (each.title, each.title_otherwise),
        lambda each: _told("title", each.title, each.title_otherwise),
    ),
    "description": (
        lambda each: (each.description, each.description_otherwise),
        lambda each: _told("description", each.description, each.description_otherwise, type="1"),
    ),
    "activity-status": (
        lambda each: each.status,
        lambda each: elements.element("activity-status", code=each.status),
    ),
}
"""What an element says, and how it is written, where the standard has one of its kind or they are read as one."""

EACH: dict[str, tuple[str, Callable[[Any], Element]]] = {
    "participating-org": ("participations", elements.participation),
    "activity-date": ("dates", elements.moment),
    "recipient-country": ("countries", lambda each: elements.share("recipient-country", each)),
    "recipient-region": ("regions", lambda each: elements.share("recipient-region", each)),
    "location": ("locations", elements.location),
    "sector": ("sectors", lambda each: elements.share("sector", each)),
    "budget": ("budgets", elements.budget),
    "transaction": ("transactions", elements.transaction),
}
"""The field of which each part is an element, and how one is written."""
