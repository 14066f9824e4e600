"""What kind of organisation it is in the words of others: IATI's OrganisationType, and where it lies."""

from collections.abc import Sequence
from typing import Annotated, Literal, get_args

import pycountry
from pydantic import AfterValidator, StringConstraints

from shared.events.registry import OrganisationKind
from shared.model import Country

OrganisationType = Literal[
    "10", "11", "15", "21", "22", "23", "24", "30", "40", "60", "70", "71", "72", "73", "80", "90"
]
"""IATI's code list OrganisationType: 10 government, 11 local government, 15 other public sector, 21 international NGO,
22 national NGO, 23 regional NGO, 24 NGO of the partner country, 30 public private partnership, 40 multilateral,
60 foundation, 70 to 73 private sector, 80 academic, training and research, 90 other."""

TYPES: tuple[OrganisationType, ...] = get_args(OrganisationType)

Level = Literal["municipal", "county", "regional", "central"]
"""How far a public authority's word reaches."""

_TYPES_OF_KINDS: dict[OrganisationKind, OrganisationType] = {
    "government": "10",
    "public-authority": "15",
    "eu-body": "40",
    "expert-body": "80",
    "implementer": "22",
    "minority-organisation": "22",
    "majority-organisation": "22",
}
"""What a kind says where the type itself is not known, the most telling first; a donor may be anything."""

_KINDS_OF_TYPES: dict[OrganisationType, list[OrganisationKind]] = {
    "10": ["government"],
    "11": ["public-authority"],
    "15": ["public-authority"],
    "21": ["implementer"],
    "22": ["implementer"],
    "23": ["implementer"],
    "24": ["implementer"],
    "60": ["donor"],
    "80": ["expert-body"],
}


def type_of(kinds: Sequence[OrganisationKind], level: Level | None = None) -> OrganisationType:
    """Return the type that ``kinds`` amount to; 90 (other) when they say nothing of it."""
    if "public-authority" in kinds and level in ("municipal", "county", "regional"):
        return "11"
    return next((code for kind, code in _TYPES_OF_KINDS.items() if kind in kinds), "90")


def kinds_of(code: str) -> list[OrganisationKind]:
    """Return the kinds that an OrganisationType says, as far as it says one."""
    return list(_KINDS_OF_TYPES.get(code, []))  # type: ignore[call-overload]  # any text may be asked for


def is_region(code: str) -> bool:
    """Say whether ISO 3166-2 has this code."""
    return pycountry.subdivisions.get(code=code) is not None  # type: ignore[no-untyped-call]


def _known_region(value: str) -> str:
    if not is_region(value):
        raise ValueError("must be a code of ISO 3166-2, as PL-14 or BY-HM")
    return value


Region = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}-[A-Z0-9]{1,3}$"), AfterValidator(_known_region)]
"""ISO 3166-2."""

Teryt = Annotated[str, StringConstraints(pattern=r"^\d{2}(\d{2}(\d{2}\d?)?)?$")]
"""A code of the Polish register of territory: region, county, commune and its type, as far as it goes."""


def region_of(teryt: str) -> str:
    """Return the ISO 3166-2 code of the region in which the Polish place with this code lies.

    Since 2018 ISO numbers the regions of Poland as the TERYT register does.
    """
    return f"PL-{teryt[:2]}"


def country_of(region: str) -> Country:
    """Return the country of a region."""
    return region.partition("-")[0]
