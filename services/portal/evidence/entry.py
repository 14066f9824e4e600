"""What was written into a form of the evidence, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.datastructures import FormData

ID_LENGTH = 36


@dataclass
class Entry:
    """What was written into a form, and what is wrong with it."""

    values: dict[str, str] = field(default_factory=dict)
    chosen: dict[str, list[str]] = field(default_factory=dict)
    """By field: what is ticked."""
    errors: dict[str, str] = field(default_factory=dict)

    def code(self, name: str, among: Mapping[str, str]) -> str:
        """Return what was chosen in a field, or nothing."""
        value = self.values.get(name, "")
        return value if value in among else ""


def read(form: FormData) -> Entry:
    """Return the values of a form as they were written."""
    entry = Entry()
    for name, value in form.multi_items():
        if isinstance(value, str):
            entry.values[name] = value.strip().replace("\r\n", "\n")
            entry.chosen.setdefault(name, []).append(value)
    return entry
