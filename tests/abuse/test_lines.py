"""A name or title that could become a header, a recipient or a property of a calendar is refused.

Places take turns with a quarter of what ends a line each; ``ZGODA_EVERY_ATTACK=1`` tries all at each.
"""

from tests.abuse.conftest import Target
from tests.abuse.every import EVERYTHING
from tests.abuse.examples import Place, replaced
from tests.abuse.refusals import code
from tests.abuse.surface import Operation

BREAKS = [
    "\r\nBcc: planted@example.org",
    "\nBcc: planted",
    "\rplanted",
    "\u2028planted",
    "\u2029planted",
    "\x85planted",
]
BREAKS += [
    "\x00planted",
    "\x0bplanted",
    "\x0cplanted",
    "\x1bplanted",
    "\tplanted",
    "\nATTENDEE:mailto:planted@example.org",
]
OF_ONE_LINE = {"title", "name", "names", "other_names", "display_name", "place", "series", "acronym", "address", "link"}
NEVER_KEPT = {("registry POST /sign-ins", ("address",))}
"""Compared with what is known, and answered alike whatever it is."""
LEAST = {"meetings": 8, "registry": 8, "reports": 6, "notifications": 0}


def lines(target: Target, operation: Operation) -> list[Place]:
    """Return the places in a body where one line is meant."""
    schema, good = operation.body_schema, target.body(operation)
    if schema is None:
        return []
    return [
        place
        for place, inner in target.examples.places(schema, good)
        if inner.get("type") == "string" and OF_ONE_LINE & set(place) and (str(operation), place) not in NEVER_KEPT
    ]


NOT_VALID = {"input-not-valid", "activity-not-valid"}  # the second says which part of an activity


async def test_what_ends_a_line_is_refused_where_one_line_is_meant(target: Target) -> None:
    tried = 0
    for operation in target.operations:
        if "{activity_id}" in operation.path and "activity_id" not in target.examples.world:
            continue  # an activity is looked up before its words are: tests/registry holds these
        good = target.body(operation)
        for place in lines(target, operation):
            tried += 1
            for text in BREAKS if EVERYTHING else BREAKS[tried % 4 :: 4]:
                headers = target.authorised(operation) | await target.revision(operation)
                answer = await target.call(operation, headers=headers, json=replaced(good, place, f"Zgoda{text} Zgoda"))
                assert (answer.status_code, code(answer) in NOT_VALID) == (422, True), (operation, place, text)
    assert tried >= LEAST[target.name]
