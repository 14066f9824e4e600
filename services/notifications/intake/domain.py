"""What a mail that came back says, in the few words on which something is decided."""

from typing import Literal

from shared.model import Model

Sort = Literal["bounce", "complaint", "auto-reply", "calendar-reply", "other"]
"""What a mail that came back is."""

Fault = Literal["no-such-address", "address", "mailbox-full", "policy", "message", "network", "delayed", "unknown"]
"""What a bounce finds fault with.

``no-such-address``: nobody there · ``address``: the address in another way · ``policy``: spam, blocks, missing proof ·
``message``: this letter · ``network``: the way there · ``delayed``: it is still being tried.
"""

Source = Literal["fields", "words", "header", "none"]
"""Where it is read: in machine fields (RFC 3464, RFC 5965), in words for people, in the header."""


class Finding(Model):
    """What a mail that came back says; ``status`` is RFC 3463's code, or ``""`` when none was told."""

    sort: Sort
    source: Source
    permanent: bool = False
    """Whether a bounce says that it will be so tomorrow too."""
    fault: Fault = "unknown"
    status: str = ""
    recipients: tuple[str, ...] = ()
    """The addresses that it names, in clear: not to be kept."""

    @property
    def verdict(self) -> str:
        """Return what this does to the address, in one word, as a table shows it."""
        if self.sort != "bounce":
            return {"complaint": "suppress", "calendar-reply": "answer"}.get(self.sort, "ignore")
        if not self.permanent:
            return "wait"
        if self.fault == "no-such-address":
            return "suppress"
        return "ignore" if self.fault in ("policy", "message") else "count"


_BY_SUBJECT: dict[str, Fault] = {
    "1": "address",
    "2": "address",
    "3": "network",
    "4": "network",
    "5": "unknown",
    "6": "message",
    "7": "policy",
}  # RFC 3463 3: the second number of a code

_BY_CODE: dict[str, Fault] = {
    "1.1": "no-such-address",
    "1.6": "no-such-address",  # moved, no forwarding address
    "1.10": "no-such-address",  # null MX (RFC 7505)
    "1.8": "policy",  # our own address, as the sender
    "1.7": "policy",
    "2.2": "mailbox-full",
    "2.3": "message",  # larger than the mailbox allows
    "3.4": "message",
    "4.7": "network",
}


def fault_of(status: str) -> Fault:
    """Return what a code of RFC 3463 finds fault with."""
    _, _, rest = status.partition(".")
    return _BY_CODE.get(rest) or _BY_SUBJECT.get(rest.partition(".")[0], "unknown")
