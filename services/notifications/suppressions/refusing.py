"""A relay's refusal of a letter, read as a bounce is: many relays say at once what others tell by mail later."""

import re

from services.notifications.deliveries.domain import Trouble
from services.notifications.intake.domain import Finding, fault_of
from services.notifications.intake.wording import blames_policy, fault_in_words

_CODE = re.compile(r"5\d\d(?: (5\.\d{1,3}\.\d{1,3}))?")


def finding_of(trouble: Trouble) -> Finding | None:
    """Return what a refusal for good says of the address; `None` when it was none of the relay's."""
    code = _CODE.fullmatch(trouble.code)
    if code is None:
        return None
    status = code[1] or ""
    fault = fault_of(status) if status else "unknown"
    if blames_policy(trouble.text):
        fault = "policy"
    elif fault in ("unknown", "address"):
        fault = fault_in_words(trouble.text) or fault
    return Finding(sort="bounce", source="fields", permanent=True, fault=fault, status=status)
