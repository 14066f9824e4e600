"""The codes by which evidence is classed: the public codes of HURIDOCS' micro-thesauri, in our own words.

A code has twelve digits, two for each step from the general to the particular, as 03 01 01 00 00 00 (arrest) below
03 00 00 00 00 00 (liberty).  Of each list only what monitoring in our region needs is here; the numbers of the lists
are those of "Micro-thesauri: A Tool for Documenting Human Rights Violations" (HURIDOCS, 2001).
"""

from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

ACTS: dict[str, str] = {  # list 4
    "010000000000": "Against life",
    "010105010000": "Killing when a crowd was dispersed",
    "010106010000": "Death in custody",
    "010109000000": "Attempt to kill",
    "020000000000": "Against body and mind",
    "020101000000": "Beating or other bodily assault",
    "020103000000": "Harassment",
    "020103010000": "Threat",
    "020103030000": "Person watched or followed",
    "020111110000": "Torture",
    "030000000000": "Against liberty",
    "030101000000": "Arrest",
    "030102000000": "Detention or imprisonment",
    "030102020000": "Release before trial refused",
    "030103000000": "Disappearance",
    "030104000000": "Abduction",
    "030105000000": "House arrest",
    "040101000000": "Home or office searched",
    "050102000000": "Exile",
    "050106000000": "Journey prevented",
    "090101000000": "Information withheld",
    "100000000000": "Against freedom of expression",
    "100101000000": "Censorship",
    "100102000000": "Publishing restricted",
    "100103000000": "Publication banned",
    "120000000000": "Against association and assembly",
    "120101000000": "Office closed",
    "120103000000": "Organisation banned or dissolved",
    "120105000000": "Assembly restricted",
    "120106000000": "Assembly banned",
    "122101000000": "Law or rule against association or assembly",
    "130103000000": "Property destroyed",
    "130107000000": "Property confiscated",
    "170000000000": "Against political participation",
    "170104000000": "Electoral fraud",
    "300104030100": "Dismissal from work",
    "350109000000": "Lawyer denied",
    "350114000000": "Unfair trial",
    "360102040000": "Medical care denied in custody",
    "990000000000": "Something else",
}
STANDINGS: dict[str, str] = {  # list 25: what became of a victim
    "010100000000": "Dead",
    "010200000000": "Injured",
    "010300000000": "Missing",
    "020100000000": "Released",
    "020200000000": "In custody",
    "020300000000": "In hiding",
    "030200000000": "In exile",
    "990000000000": "Not known",
}
PERPETRATORS: dict[str, str] = {  # list 24
    "010101000000": "National authority",
    "010102000000": "Local authority",
    "010103000000": "Armed forces",
    "010104000000": "Police",
    "010105000000": "Prison staff",
    "010106000000": "Secret service",
    "010300000000": "Court or prosecutor",
    "020100000000": "Group close to the government",
    "110300000000": "Employer or superior",
    "900000000000": "Somebody else",
    "990000000000": "Not known",
}
INVOLVEMENTS: dict[str, str] = {  # list 18
    "010100000000": "Did it",
    "010200000000": "Ordered it",
    "010300000000": "Let it happen",
    "010600000000": "Suspected",
    "030100000000": "Wrote the rule",
    "040000000000": "Applied the rule",
    "990000000000": "Not known",
}
CONNECTIONS: dict[str, str] = {  # list 19: how a source knows
    "010100000000": "The victim",
    "010200000000": "Witness",
    "010300000000": "The perpetrator",
    "020100000000": "Close to the victim",
    "030000000000": "Heard of it",
    "030100000000": "Journalist",
    "040100000000": "Lawyer",
    "040200000000": "Physician",
    "040400000000": "Organisation",
    "990000000000": "Not known",
}
MATERIALS: dict[str, str] = {  # list 16
    "220903200901": "Victim's account",
    "230920140501": "Witness's account",
    "091420051801": "Interview",
    "031521182001": "Court papers",
    "120520200501": "Letter",
    "140523191601": "Press",
    "160815201501": "Photograph",
    "220904051501": "Film",
    "160825190901": "Physician's finding",
    "161805191901": "Statement of an authority",
    "161805191902": "Statement of an organisation",
    "990000000000": "Something else",
}
RELIABILITY: dict[str, str] = {  # list 42
    "010000000000": "Very reliable",
    "020000000000": "Rather reliable",
    "030000000000": "Undecided",
    "040000000000": "Rather unreliable",
    "050000000000": "Very unreliable",
    "990000000000": "Not known",
}
UNKNOWN = "990000000000"


def covers(general: str, code: str) -> bool:
    """Return whether ``code`` is ``general`` or below it: 030000000000 covers 030101000000."""
    return code.startswith(stem(general))


def stem(code: str) -> str:
    """Return a code without the steps that it does not take: 030100000000 becomes 0301."""
    pairs = [code[at : at + 2] for at in range(0, len(code), 2)]
    while len(pairs) > 1 and pairs[-1] == "00":
        pairs.pop()
    return "".join(pairs)


def _among(codes: Mapping[str, str]) -> AfterValidator:
    def check(code: str) -> str:
        if code not in codes:
            raise ValueError("must be a code of this list")
        return code

    return AfterValidator(check)


_CODE = StringConstraints(pattern=r"^[0-9]{12}$")
ActCode = Annotated[str, _CODE, _among(ACTS)]
StandingCode = Annotated[str, _CODE, _among(STANDINGS)]
PerpetratorCode = Annotated[str, _CODE, _among(PERPETRATORS)]
InvolvementCode = Annotated[str, _CODE, _among(INVOLVEMENTS)]
ConnectionCode = Annotated[str, _CODE, _among(CONNECTIONS)]
MaterialCode = Annotated[str, _CODE, _among(MATERIALS)]
ReliabilityCode = Annotated[str, _CODE, _among(RELIABILITY)]


def any_of(generals: Iterable[str], code: str) -> bool:
    """Return whether one of ``generals`` covers ``code``; none at all covers everything."""
    wanted = list(generals)
    return not wanted or any(covers(each, code) for each in wanted)
