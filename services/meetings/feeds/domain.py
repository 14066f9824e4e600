"""What a feed is: somebody's right to read meetings at a secret address, until it is renewed or withdrawn."""

from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field

from shared.ids import Id, new_id
from shared.model import Aggregate, Command, Language, Time

GOOD_FOR = timedelta(days=3_650)  # whoever subscribed must not have to do it again
SHOWN_AFTER = timedelta(days=366)  # meetings that ended longer ago are left out
MAX_MEETINGS = 500  # in one feed: about 400 kB
REFRESH = timedelta(hours=6)  # how often calendar programs are asked to look again

Kind = Literal["person", "series"]


class OpenFeed(Command):
    """In which language a feed is to be."""

    language: Language = "en"


class Feed(Aggregate):
    """A feed; its address is signed for this ``generation``, and ``nonce`` makes it the same each time it is shown."""

    kind: Kind
    owner_id: Id
    """The person, or the series."""
    generation: int = Field(default=1, ge=1)
    nonce: str
    language: Language
    opened_at: Time

    @property
    def expires_at(self) -> datetime:
        """Until when its address is good."""
        return self.opened_at + GOOD_FOR


def open_feed(known: Feed | None, kind: Kind, owner_id: str, command: OpenFeed, *, nonce: str, now: datetime) -> Feed:
    """Return a feed with a new address; that of the ``known`` one is no longer good."""
    changes = {"nonce": nonce, "language": command.language, "opened_at": now}
    if known is not None:
        return known.evolve(**changes, generation=known.generation + 1)
    return Feed(id=new_id(), kind=kind, owner_id=owner_id, **changes)
