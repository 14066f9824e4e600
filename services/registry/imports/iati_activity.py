"""From one ``iati-activity`` element, valid by the schema, to what is kept of it.

What is modelled is read; and all of it is kept word by word, so that nothing is lost when it is written again.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree

from services.registry.activities.commands import RecordActivity
from services.registry.activities.parts import DATES, PARTS
from services.registry.activities.sources import OURS, Source, SourceElement
from shared.model import LANGUAGES
from shared.regions import is_country, is_region

Element = etree._Element
Fields = dict[str, Any]

LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
DESCRIPTIONS_JOINED_BY = "\n\n"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{1,8})*")


class Unusable(Exception):
    """The schema lets it pass, and it still cannot be kept."""

    def __init__(self, element: Element, code: str, detail: str) -> None:
        super().__init__(code)
        self.line = line_of(element)
        self.code = code
        self.detail = detail


def line_of(element: Element) -> int:
    """Return the line of the file at which ``element`` begins, from 1; 0 when the parser cannot say."""
    line: Any = element.sourceline
    return int(line or 0)


def read_activity(activity: Element) -> RecordActivity:
    """Return what is kept of an activity.  Raises `Unusable` and pydantic's ``ValidationError``."""
    return RecordActivity.model_validate(_Reader(activity).fields())


def source_of(activity: Element) -> Source:
    """Return what an activity says word by word: each element in canonical form, without comments."""
    elements = [
        SourceElement(
            tag=str(each.tag),
            xml=etree.tostring(each, method="c14n", exclusive=True, with_comments=False, with_tail=False),
        )
        for each in activity
        if isinstance(each.tag, str)
    ]
    return Source(attributes={str(name): str(value) for name, value in activity.attrib.items()}, elements=elements)


class _Reader:
    """Reads one activity with the language and currency that it sets for its parts."""

    def __init__(self, activity: Element) -> None:
        self._activity = activity
        self._language = activity.get(LANGUAGE, "")
        self._currency = activity.get("default-currency", "").strip()

    def fields(self) -> Fields:
        activity = self._activity
        title, title_otherwise = self._wording(activity.findall("title"))
        description, otherwise = self._wording(activity.findall("description"))
        identifier = (activity.findtext("iati-identifier") or "").strip()
        source = source_of(activity)
        return {
            "iati_identifier": identifier,
            "fingerprint": "" if identifier else source.digest,
            "title": title,
            "title_otherwise": title_otherwise,
            "description": description,
            "description_otherwise": otherwise,
            "reporting": self._named(_only(activity, "reporting-org")),
            "participations": [self._participation(each) for each in activity.findall("participating-org")],
            "status": _only(activity, "activity-status").get("code", ""),
            "dates": [_moment(each) for each in activity.findall("activity-date")],
            "sectors": _shares(activity, "sector"),
            "countries": _shares(activity, "recipient-country"),
            "regions": _shares(activity, "recipient-region"),
            "locations": [self._location(each) for each in activity.findall("location")],
            "budgets": [self._budget(each) for each in activity.findall("budget")],
            "transactions": [self._transaction(each) for each in activity.findall("transaction")],
            "hierarchy": _whole(activity.get("hierarchy")),
            "humanitarian": _truth(activity.get("humanitarian")),
            "default_currency": self._currency,
            "related": [each.get("ref", "") for each in activity.findall("related-activity")],
            "updated_at": _time(activity.get("last-updated-datetime")),
            "source": source,
        }

    def _wording(self, elements: list[Element]) -> tuple[dict[str, str], dict[str, str]]:
        """Return the narratives in our languages and those in others; several of one language are joined."""
        ours: dict[str, str] = {}
        others: dict[str, str] = {}
        for narrative in (each for element in elements for each in element.findall("narrative")):
            text = _text(narrative)
            tag = self._tag(narrative)
            texts, language = (ours, tag.split("-")[0]) if tag.split("-")[0] in LANGUAGES else (others, tag)
            if text and text not in texts.get(language, ""):
                texts[language] = DESCRIPTIONS_JOINED_BY.join(filter(None, [texts.get(language, ""), text]))
        return ours, others

    def _tag(self, narrative: Element) -> str:
        """Return the narrative's language; what says none is taken for English, as most files mean it."""
        tag = (narrative.get(LANGUAGE) or self._language).strip().lower().replace("_", "-")
        return tag if _TAG.fullmatch(tag) else "en"

    def _named(self, organisation: Element, **more: Any) -> Fields:
        name, other_names = self._wording([organisation])
        return {
            "ref": organisation.get("ref", "").strip(),
            "type": organisation.get("type", "").strip(),
            "name": name,
            "other_names": other_names,
            **more,
        }

    def _participation(self, organisation: Element) -> Fields:
        return self._named(organisation, part=PARTS.get(organisation.get("role", "").strip(), "other"))

    def _location(self, location: Element) -> Fields:
        latitude, longitude = _position(location.findtext("point/pos"))
        name, other_names = self._wording(location.findall("name"))
        position = {"latitude": latitude, "longitude": longitude}
        named = {"ref": location.get("ref", ""), "name": name, "other_names": other_names}
        return {**named, **position, **_placed(location)}

    def _budget(self, budget: Element) -> Fields:
        starts, ends = _only(budget, "period-start"), _only(budget, "period-end")
        starts_on, ends_on = _day(starts, "iso-date"), _day(ends, "iso-date")
        if ends_on < starts_on:
            raise Unusable(ends, "period-ends-before-it-starts", "The budget's period ends before it starts.")
        return {
            "type": budget.get("type", ""),
            "status": budget.get("status", ""),
            "starts_on": starts_on,
            "ends_on": ends_on,
            "money": self._money(_only(budget, "value")),
        }

    def _money(self, value: Element) -> Fields:
        return {
            "amount": _decimal(value, value.text or ""),
            "currency": value.get("currency", self._currency).strip(),
            "valued_on": _day(value, "value-date") if value.get("value-date") else None,
        }

    def _transaction(self, transaction: Element) -> Fields:
        description, otherwise = self._wording(transaction.findall("description"))
        return {
            "ref": transaction.get("ref", ""),
            "type": _only(transaction, "transaction-type").get("code", ""),
            "happened_on": _day(_only(transaction, "transaction-date"), "iso-date"),
            "money": self._money(_only(transaction, "value")),
            "description": description,
            "description_otherwise": otherwise,
            "provider": self._party(transaction, "provider-org"),
            "receiver": self._party(transaction, "receiver-org"),
            "sectors": _shares(transaction, "sector"),
            "countries": [each.get("code", "").strip() for each in transaction.findall("recipient-country")],
            "regions": [each.get("code", "").strip() for each in transaction.findall("recipient-region")],
            "humanitarian": _truth(transaction.get("humanitarian")),
        }

    def _party(self, transaction: Element, tag: str) -> Fields | None:
        organisation = transaction.find(tag)
        return None if organisation is None else self._named(organisation)


def _only(element: Element, tag: str) -> Element:
    """Return the child that the schema demands."""
    child = element.find(tag)
    if child is None:
        raise Unusable(element, "incomplete", f"Element '{tag}' is missing.")
    return child


def _canonical(element: Element) -> str:
    return etree.tostring(element, method="c14n", exclusive=True, with_comments=False, with_tail=False).decode()


def _text(element: Element) -> str:
    return _CONTROL.sub(" ", "".join(map(str, element.itertext()))).strip()


def _placed(location: Element) -> Fields:
    """Return where we ourselves once wrote that a location is."""
    said = {name: location.get(f"{{{OURS}}}{name}") for name in ("country", "region", "commune")}
    known = is_country(said["country"] or "") and (said["region"] is None or is_region(said["region"]))
    fits = re.fullmatch("[0-9]{7}", said["commune"] or "0000000")
    return said if known and fits else {}


def _moment(element: Element) -> Fields:
    return {"kind": DATES.get(element.get("type", "").strip(), "other"), "happens_on": _day(element, "iso-date")}


def _shares(element: Element, tag: str) -> list[Fields]:
    return [
        {
            "code": each.get("code", "").strip(),
            "vocabulary": each.get("vocabulary", "").strip(),
            "percentage": _decimal(each, each.get("percentage", "")) if each.get("percentage") else None,
        }
        for each in element.findall(tag)
    ]


def _day(element: Element, attribute: str) -> date:
    """Return an ``xs:date``: a zone, which it may carry, changes no day; years of more than four digits are none."""
    try:
        return date.fromisoformat(element.get(attribute, "").strip()[:10])
    except ValueError:
        raise Unusable(element, "date", f"The date in '{attribute}' is out of range.") from None


def _decimal(element: Element, text: str) -> Decimal:
    try:
        return Decimal(text.strip())
    except InvalidOperation:
        raise Unusable(element, "number", "The number cannot be read.") from None


def _time(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _whole(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"\s*[+-]?[0-9]{1,9}\s*", text) else None


def _truth(text: str | None) -> bool:
    return (text or "").strip() in ("1", "true")


def _position(text: str | None) -> tuple[float | None, float | None]:
    """Return latitude and longitude in degrees, or neither when they are none."""
    numbers = list(_numbers(text or ""))
    if len(numbers) != 2 or not (-90 <= numbers[0] <= 90 and -180 <= numbers[1] <= 180):
        return None, None
    return numbers[0], numbers[1]


def _numbers(text: str) -> Iterator[float]:
    for part in text.split():
        try:
            yield float(part)
        except ValueError:
            return
