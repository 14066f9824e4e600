"""Writes the parts of an activity as elements of IATI 2.03, in the order in which the standard's schema has them."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from lxml import etree

from services.registry.activities.parts import (
    DATES,
    PARTS,
    Budget,
    Location,
    Moment,
    Money,
    Named,
    Participation,
    Share,
    Transaction,
)
from services.registry.activities.sources import OURS

Element = etree._Element

etree.register_namespace("zgoda", OURS)

ORDER = (
    "iati-identifier", "reporting-org", "title", "description", "participating-org", "other-identifier",
    "activity-status", "activity-date", "contact-info", "activity-scope", "recipient-country", "recipient-region",
    "location", "sector", "tag", "country-budget-items", "humanitarian-scope", "policy-marker", "collaboration-type",
    "default-flow-type", "default-finance-type", "default-aid-type", "default-tied-status", "budget",
    "planned-disbursement", "capital-spend", "transaction", "document-link", "related-activity", "legacy-data",
    "conditions", "result", "crs-add", "fss",
)  # fmt: skip
"""The elements of an activity in the order of iati-activities-schema.xsd; those of other namespaces come last."""

LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
WGS84 = "http://www.opengis.net/def/crs/EPSG/0/4326"

ROLES = {part: code for code, part in PARTS.items()}
DATE_TYPES = {kind: code for code, kind in DATES.items()}

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def element(tag: str, **attributes: str | None) -> Element:
    """Return an element; attributes without a value are left out, ``_`` in a name stands for ``-``."""
    made = etree.Element(tag)
    for name, value in attributes.items():
        if value is not None:
            made.set(name.strip("_").replace("_", "-"), plain(value))
    return made


def plain(text: str) -> str:
    """Return ``text`` without what XML cannot hold."""
    return _NOT_IN_XML.sub(" ", text)


def text_element(tag: str, text: str) -> Element:
    """Return an element that holds nothing but ``text``."""
    made = etree.Element(tag)
    made.text = plain(text)
    return made


def narrated(made: Element, *texts: Mapping[Any, str], otherwise: Mapping[Any, str] | None = None) -> Element:
    """Return ``made`` with a narrative for each language; those of ``otherwise`` where there are none."""
    told = [(language, text) for each in texts for language, text in each.items() if text]
    for language, text in told or list((otherwise or {}).items()):
        narrative = etree.SubElement(made, "narrative")
        narrative.set(LANGUAGE, language)
        narrative.text = plain(text)
    return made


def organisation(tag: str, named: Named, **attributes: str | None) -> Element:
    """Return an organisation as it is named."""
    made = element(tag, **attributes, ref=named.ref or None, type=named.type or None)
    return narrated(made, named.name, named.other_names)


def reporting(named: Named, *, neutral: Mapping[Any, str]) -> Element:
    """Return who reports; the standard demands an identifier, a type and a name of them."""
    made = element("reporting-org", ref=named.ref, type=named.type)
    return narrated(made, named.name, named.other_names, otherwise=neutral)


def participation(each: Participation) -> Element:
    """Return a part in the activity."""
    return organisation("participating-org", each, role=ROLES.get(each.part, ""))


def moment(each: Moment) -> Element:
    """Return a date."""
    return element("activity-date", type=DATE_TYPES.get(each.kind, ""), iso_date=each.happens_on.isoformat())


def share(tag: str, each: Share) -> Element:
    """Return a sector, country or region."""
    percentage = None if each.percentage is None else number(each.percentage)
    vocabulary = each.vocabulary or None if tag != "recipient-country" else None
    return element(tag, vocabulary=vocabulary, code=each.code, percentage=percentage)


def number(value: Decimal) -> str:
    """Return a number as ``xs:decimal`` has it, without exponent."""
    return format(value, "f")


def location(each: Location) -> Element:
    """Return a place."""
    made = placed(element("location", ref=each.ref or None), each)
    if each.name or each.other_names:
        made.append(narrated(etree.Element("name"), each.name, each.other_names))
    if each.latitude is not None and each.longitude is not None:
        point = etree.SubElement(made, "point", srsName=WGS84)
        point.append(text_element("pos", f"{each.latitude!r} {each.longitude!r}"))
    return made


def placed(made: Element, each: Location) -> Element:
    """Return a place with what the standard cannot say of it, in attributes of our own namespace."""
    for name in ("country", "region", "commune"):
        if (value := getattr(each, name)) is not None:
            made.set(f"{{{OURS}}}{name}", value)
    return made


def money(each: Money, *, otherwise_on: date) -> Element:
    """Return an amount; it is of ``otherwise_on`` where nothing is said of its day."""
    day = (each.valued_on or otherwise_on).isoformat()
    made = element("value", currency=each.currency or None, value_date=day)
    made.text = number(each.amount)
    return made


def budget(each: Budget) -> Element:
    """Return what may be spent in a period."""
    made = element("budget", type=each.type or None, status=each.status or None)
    made.append(element("period-start", iso_date=each.starts_on.isoformat()))
    made.append(element("period-end", iso_date=each.ends_on.isoformat()))
    made.append(money(each.money, otherwise_on=each.starts_on))
    return made


def transaction(each: Transaction) -> Element:
    """Return money that was promised, paid or spent."""
    made = element("transaction", ref=each.ref or None, humanitarian="1" if each.humanitarian else None)
    made.append(element("transaction-type", code=each.type))
    made.append(element("transaction-date", iso_date=each.happened_on.isoformat()))
    made.append(money(each.money, otherwise_on=each.happened_on))
    if each.description or each.description_otherwise:
        made.append(narrated(etree.Element("description"), each.description, each.description_otherwise))
    if each.provider is not None:
        made.append(organisation("provider-org", each.provider))
    if each.receiver is not None:
        made.append(organisation("receiver-org", each.receiver))
    made.extend(share("sector", Share(code=own.code, vocabulary=own.vocabulary)) for own in each.sectors)
    made.extend(_first("recipient-country", each.countries))
    made.extend(_first("recipient-region", each.regions))
    return made


def _first(tag: str, codes: Sequence[str]) -> list[Element]:
    """Return the one country or region that the standard lets a transaction have."""
    return [element(tag, code=code) for code in codes[:1]]


def parse(xml: str) -> Element:
    """Return an element that was kept word by word."""
    return etree.fromstring(xml, etree.XMLParser(no_network=True, resolve_entities=False, huge_tree=False))


def written(made: Element) -> bytes:
    """Return an element as it stands in a file."""
    return etree.tostring(made, encoding="utf-8")
