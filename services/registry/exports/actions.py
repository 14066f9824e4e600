"""What is written into files for others: activities as IATI 2.03, some at a time, as far as somebody may see them."""

import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from lxml import etree

from services.registry.activities import contacts, store
from services.registry.activities.activity import Activity
from services.registry.activities.finding import Filter
from services.registry.activities.naming import guards_of
from services.registry.activities.seeing import Seen, may_see_block, seen_by
from services.registry.audiences import Viewer
from services.registry.exports.iati_activity import Exportable, can_be_written, write_activity
from services.registry.exports.redaction import Redaction
from shared.ids import utc_now
from shared.storage import Reader

AT_ONCE = 100  # activities in memory


@dataclass
class IatiExport:
    """One file: for whom it is, and what was left out of it."""

    reader: Reader
    viewer: Viewer
    redacted: bool = False
    left_out: int = 0
    """Activities whose status or dates may not be seen: the standard demands both."""
    redaction: Redaction = field(default_factory=Redaction)

    async def of(self, wanted: Filter) -> AsyncIterator[bytes]:
        """Yield the file of all activities that fit, piece by piece.

        A redacted one has them in an order of chance: the order in which they were recorded would tell who is who.
        """
        ids = await store.ids(self.reader, wanted, viewer=self.viewer)
        if self.redacted:
            random.SystemRandom().shuffle(ids)
        yield self._begin()
        for start in range(0, len(ids), AT_ONCE):
            some = ids[start : start + AT_ONCE]
            found = await store.with_ids(self.reader, some)
            yield await self._written([found[id] for id in some if id in found])
        yield self._end()

    async def of_one(self, activity: Activity) -> bytes:
        """Return the file of one activity."""
        return b"".join([self._begin(), await self._written([activity]), self._end()])

    def _begin(self) -> bytes:
        now = utc_now().isoformat(timespec="seconds")
        root = f'<iati-activities version="2.03" generated-datetime="{now}">'
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}\n'.encode()

    def _end(self) -> bytes:
        words = f"<!-- {self.left_out} left out: their status or dates are withheld -->\n" if self.left_out else ""
        return f"{words}</iati-activities>\n".encode()

    async def _written(self, activities: Sequence[Activity]) -> bytes:
        guards = await guards_of(self.reader, activities)
        pairs = [(each, seen_by(each, self.viewer, guards=guards)) for each in activities]
        visible = [(each, seen) for each, seen in pairs if seen is not None]
        writable = [(each, seen) for each, seen in visible if can_be_written(seen.activity)]
        self.left_out += len(visible) - len(writable)
        made = self._redacted(writable) if self.redacted else await self._whole(writable)
        return b"".join(etree.tostring(write_activity(each), encoding="utf-8") + b"\n" for each in made)

    def _redacted(self, visible: Sequence[tuple[Activity, Seen]]) -> list[Exportable]:
        redacted = [self.redaction.redact(seen.activity) for _, seen in visible]
        return [Exportable(seen=Seen(each), original=each) for each in redacted]

    async def _whole(self, visible: Sequence[tuple[Activity, Seen]]) -> list[Exportable]:
        sources = await store.sources(self.reader, [each.id for each, _ in visible])
        told = [each.id for each, _ in visible if may_see_block(each, "contacts", self.viewer)]
        people = await contacts.of(self.reader, told) if told else {}
        return [
            Exportable(
                seen=seen,
                original=each,
                source=sources.get(each.id),
                contacts=people.get(each.id, ()),
                more=may_see_block(each, "more", self.viewer),
            )
            for each, seen in visible
        ]
