"""Taking pictures, describing, removing and restoring them; what hinders a publication; which ones an edition shows."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping

from services.reports.access import find_part, part_of
from services.reports.book import store as practices
from services.reports.book.domain import chapters
from services.reports.images import domain, store
from services.reports.images.cleaning import Cleaned
from services.reports.images.domain import DescribeImage, Image
from services.reports.images.store import FILES, IMAGES
from services.reports.publication.around import says_something
from services.reports.publication.content import ContentImage
from services.reports.publication.markdown import pictures_in
from services.reports.reports import store as reports
from services.reports.writing import domain as writing
from services.reports.writing import store as works
from services.reports.writing.printed import named_in
from shared.auth import Actor
from shared.ids import utc_now
from shared.model import Language
from shared.problems import FieldError, Forbidden, NotFound
from shared.storage import Reader, Storage, StoredFile, Tx
from shared.storage.file_types import JPEG, PNG, WEBP
from shared.web import expect

ALLOWED = frozenset({PNG, JPEG, WEBP})


async def receive(storage: Storage, cleaned: Cleaned) -> StoredFile:
    """Store a cleaned picture; `add_image` keeps it."""

    async def parts() -> AsyncIterator[bytes]:
        yield cleaned.data

    return await FILES.receive(storage, parts(), allowed=ALLOWED, max_bytes=domain.MAX_BYTES)


async def add_image(tx: Tx, report_id: str, cleaned: Cleaned, file: StoredFile, *, by: Actor) -> Image:
    """Add a picture to a report; the same file sent again is the picture that is there."""
    part = await part_of(tx, by, report_id)
    held = await store.of_report(tx, report_id)
    known = next((each for each in held if each.sha256 == file.sha256), None)
    if known is not None:
        return known
    now = utc_now()
    image = domain.add(
        report_id,
        cleaned,
        file_id=file.id,
        sha256=file.sha256,
        others=held,
        by=by.person_id,
        now=now,
        acting_for=part.organisation_ids,
    )
    await FILES.keep(tx, file.id)
    await IMAGES.add(tx, image)
    return image


async def describe_image(
    tx: Tx, report_id: str, image_id: str, command: DescribeImage, *, seen: int | None, by: Actor
) -> Image:
    """Say what a picture shows.  Raises as `_check_own` does."""
    known = await one(tx, report_id, image_id)
    await _check_own(tx, known, by=by)
    changes = command.model_dump()
    if all(getattr(known, name) == value for name, value in changes.items()):
        return known
    expect(known, seen)
    image = known.evolve(**changes, described_at=utc_now())
    await IMAGES.put(tx, image)
    return image


async def remove_image(tx: Tx, report_id: str, image_id: str, *, by: Actor) -> Image:
    """Take a picture away; for a month that can be undone.  Editions that show it go on showing it.

    Raises as `_check_own` does.
    """
    known = await one(tx, report_id, image_id)
    await _check_own(tx, known, by=by)
    image = known.evolve(removed_at=utc_now())
    await IMAGES.put(tx, image)
    return image


async def restore_image(tx: Tx, report_id: str, image_id: str, *, by: Actor) -> Image:
    """Have a removed picture back.  Raises as `_check_own` does."""
    known = await one(tx, report_id, image_id, removed=True)
    await _check_own(tx, known, by=by)
    if known.removed_at is None:
        return known
    image = known.evolve(removed_at=None)
    await IMAGES.put(tx, image)
    return image


async def _check_own(reader: Reader, image: Image, *, by: Actor) -> None:
    """Raise unless somebody may say what a picture shows, and take it away.

    Editors may; so may whoever sent it, their organisations, and whoever writes a section that shows it: else it is
    `Forbidden` (``image-of-others``), and for them `Conflict` (``section-under-review``) while its editors have one.
    """
    part = await part_of(reader, by, image.report_id)
    if part.edits:
        return
    shown = {each.key for each in await reports.sections_of(reader, image.report_id) if image.id in named_in(each.text)}
    sent = image.added_by == by.person_id or set(image.added_for) & set(part.organisation_ids)
    if not sent and not any(part.writes(key) for key in shown):
        raise Forbidden("image-of-others", "Other organisations show this picture: leave them a comment instead.")
    for key in sorted(shown):
        writing.check_open(await works.find(reader, image.report_id, key))


async def one(reader: Reader, report_id: str, image_id: str, *, removed: bool = False) -> Image:
    """Return a picture of a report.  Raises `NotFound`, also for a removed one unless ``removed`` is asked for."""
    image = await IMAGES.find(reader, image_id)
    if image is None or image.report_id != report_id or (image.removed_at and not removed):
        raise NotFound("image-not-found", "There is no such picture.")
    return image


async def seen_by(reader: Reader, actor: Actor | None, report_id: str, image_id: str) -> Image:
    """Return a picture that an edition shows, or that whoever takes part in the report may see.  Raises `NotFound`."""
    image = await one(reader, report_id, image_id, removed=True)
    if not image.editions and (image.removed_at or await find_part(reader, actor, report_id) is None):
        raise NotFound("image-not-found", "There is no such picture.")
    return image


async def known_to(reader: Reader, report_id: str) -> dict[str, ContentImage]:
    """Return the pictures of a report by id, as its texts may show them."""
    return {each.id: each.content for each in await store.of_report(reader, report_id)}


async def shown_in(tx: Tx, report_id: str, edition: int, shown: Iterable[ContentImage]) -> None:
    """Note that a published edition shows these pictures: from now on everybody may see them, and they stay."""
    await store.shown_in(tx, report_id, edition, [each.image_id for each in shown])


async def withdraw(tx: Tx, report_id: str) -> None:
    """Note that a report is withdrawn: its pictures are again for those alone who write it."""
    await store.withdraw(tx, report_id)


async def points(reader: Reader, report_id: str) -> tuple[FieldError, ...]:
    """Return what hinders publication: a picture that is gone, or of which nothing is said, in its text's language.

    ``field`` is ``sections.<key>.<language>``, or ``practices.<id>.text.<language>``.
    """
    report = await reports.get(reader, report_id)
    known = await known_to(reader, report_id)
    sections = [each for each in await reports.sections_of(reader, report_id) if each.language in report.languages]
    sections.sort(key=lambda each: (report.languages.index(each.language), report.keys.index(each.key)))
    texts: list[tuple[str, Language, str]] = [
        (f"sections.{each.key}.{each.language}", each.language, each.text) for each in sections
    ]
    texts += [
        (f"practices.{each.id}.text.{language}", language, each.text.get(language, ""))
        for language in report.languages
        for each in chapters(await practices.of_report(reader, report_id))
    ]
    return await asyncio.to_thread(lambda: tuple(point for each in texts for point in _points(*each, known)))


def _points(place: str, language: Language, text: str, known: Mapping[str, ContentImage]) -> Iterator[FieldError]:
    if "image:" not in text.lower():
        return
    for shown in pictures_in(text):
        picture = known.get(shown.image_id)
        if picture is None:
            yield FieldError("image-missing", "The text shows a picture that is gone: choose another one.", field=place)
        elif not (says_something(shown.alt) or says_something(picture.alt.get(language, ""))):
            advice = "Say in this language what the picture shows, for those who do not see it."
            yield FieldError("alt-text-missing", advice, field=place)


async def forget_image(tx: Tx, image: Image) -> None:
    """Take a picture away for good, with its file."""
    await store.forget(tx, image)


async def forget_person(tx: Tx, person_id: str) -> None:
    """Forget who sent which picture."""
    await store.forget_person(tx, person_id)
