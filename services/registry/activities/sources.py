"""What an IATI file says of an activity word by word, so that what we do not model comes back in its place."""

import hashlib
from typing import Annotated

from pydantic import Field, StringConstraints

from shared.model import Model

MAX_SOURCE = 8_000_000  # characters of one activity: compressed it is well under what a document can hold (16 MB)

OURS = "urn:zgoda:iati"
"""The namespace of what the standard has no place for: where a location is, by ISO 3166-2 and TERYT."""

CONTACT = "contact-info"
"""The element that names people: kept encrypted, apart from the rest."""

Xml = Annotated[str, StringConstraints(max_length=MAX_SOURCE)]


class SourceElement(Model):
    """One element of an activity, in canonical form (C14N): ``tag`` without namespace is the standard's own."""

    tag: str
    xml: Xml


class Source(Model):
    """The attributes of an activity's element, and the elements in it in the order of the file."""

    attributes: dict[str, str] = Field(default_factory=dict)
    """By name; those of another namespace as ``{namespace}name``."""
    elements: list[SourceElement] = Field(default_factory=list)

    @property
    def digest(self) -> str:
        """A fingerprint (SHA-256) of all it says."""
        said = hashlib.sha256()
        for name in sorted(self.attributes):
            said.update(f"{name}={self.attributes[name]}\0".encode())
        for element in self.elements:
            said.update(element.xml.encode())
        return said.hexdigest()

    @property
    def size(self) -> int:
        """How many characters it holds."""
        return sum(len(each.xml) for each in self.elements)

    @property
    def contacts(self) -> list[str]:
        """The elements that name people."""
        return [each.xml for each in self.elements if each.tag == CONTACT]

    def without_contacts(self) -> "Source":
        """Return the source without the elements that name people."""
        return self.model_copy(update={"elements": [each for each in self.elements if each.tag != CONTACT]})
