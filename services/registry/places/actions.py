"""What is done with places: names are resolved; what nobody knows goes to the review list and is never dropped."""

from collections.abc import Iterable, Sequence

from services.registry.places import domain, store
from services.registry.places.domain import Asked, Commune, DecidePlace, Place, UnmatchedPlace
from shared.ids import utc_now
from shared.problems import FieldError, Invalid
from shared.storage import Reader, Tx
from shared.web import expect


async def record_communes(tx: Tx, communes: Sequence[Commune]) -> None:
    """Keep communes (at most 1,000) as the register has them now."""
    await store.put_communes(tx, communes)


async def resolve_place(tx: Tx, names: Iterable[str], *, country: str | None = None, code: str = "") -> Place | None:
    """Return the place that is meant; one that nobody knows is put on the review list and `None` returned.

    What was decided to be no place is `Place()`, of which nothing is known.

    ``country`` is a code or a name, ``code`` one of ISO 3166-2 or ``PL-TERYT-`` and a commune.
    """
    (found,) = await resolve_places(tx, [domain.asked(names, country=country, code=code)])
    return found


async def resolve_places(tx: Tx, wanted: Sequence[Asked]) -> list[Place | None]:
    """Return the places that are meant, one by one, as `resolve_place` does: three reads for at most 1,000 of them."""
    found = await known_places(tx, wanted)
    unknown = {each.key: each for each, place in zip(wanted, found, strict=True) if place is None and each.key}
    listed = await store.with_keys(tx, unknown)
    now = utc_now()
    await store.list_unmatched(tx, [domain.unmatched(unknown[key], now=now) for key in unknown if key not in listed])
    return found


async def known_places(reader: Reader, wanted: Sequence[Asked]) -> list[Place | None]:
    """Return the places that are meant as far as they are known: by code, by what was decided, by name."""
    decided = await store.with_keys(reader, [each.key for each in wanted if each.key])
    communes = await store.communes_called(reader, [key for each in wanted for key in each.folded])
    called: dict[str, list[Commune]] = {}
    for commune in communes:
        for key in commune.keys:
            called.setdefault(key, []).append(commune)
    return [_place_of(each, decided.get(each.key), called) for each in wanted]


def _place_of(wanted: Asked, entry: UnmatchedPlace | None, called: dict[str, list[Commune]]) -> Place | None:
    if (coded := domain.by_code(wanted.code, country=wanted.country)) is not None:
        return coded
    if entry is not None and entry.state == "decided":
        return entry.place or Place()  # decided to be no place: no longer asked
    namesakes = next((called[key] for key in wanted.folded if key in called), [])
    return domain.by_name(wanted, namesakes)


async def decide_place(tx: Tx, entry_id: str, command: DecidePlace, *, revision: int | None, by: str) -> UnmatchedPlace:
    """Keep what a name means.  Raises `NotFound`, `Stale`, `PreconditionRequired`, `Invalid`."""
    entry = await store.unmatched_places.get(tx, entry_id)
    expect(entry, revision)
    if command.commune and not await store.known_communes(tx, [command.commune]):
        detail = "There is no such commune in the register: import the newest register, or name the region."
        raise Invalid("commune-not-found", detail, errors=(FieldError("commune-not-found", detail, "commune"),))
    entry = domain.decide(entry, command, by=by, now=utc_now())
    await store.unmatched_places.put(tx, entry)
    return entry


async def forget_person(tx: Tx, person_id: str) -> None:
    """Leave no trace of what a person decided and why."""
    await store.forget_person(tx, person_id)
