"""Finding people on a long list by their name or their organisation, as forgiving as the registry's own search."""

from collections.abc import Collection, Iterable

from services.portal.clients.base import Down, Refused
from services.portal.clients.registry import Organisation, Person
from services.portal.pages import Visit
from shared.folding import asked_words, fold, index_words

MAX_QUESTION = 200  # characters
ORGANISATIONS = 50  # that one question may mean


async def those_like(visit: Visit, people: Iterable[Person], question: str) -> set[str]:
    """Return the ids of those of ``people`` whose name or organisation ``question`` means."""
    called = {each.id: each for each in await _organisations(visit, question)}
    return {each.id for each in people if _belongs(each, called) or is_like(question, [each.display_name])}


def is_like(question: str, texts: Collection[str]) -> bool:
    """Return whether every word of ``question`` begins a word of ``texts``; case, marks and script do not matter."""
    words, asked = index_words(texts), asked_words(question)
    return bool(asked) and all(any(word.startswith(each) for word in words) for each in asked)


def by_name(person: Person | None) -> tuple[bool, str]:
    """Return what sorts people by name, in whatever script it is written; whoever has none comes last."""
    return (person is None, fold(person.display_name) if person else "")


def _belongs(person: Person, organisations: Collection[str]) -> bool:
    return not set(organisations).isdisjoint(person.organisation_ids)


async def _organisations(visit: Visit, question: str) -> list[Organisation]:
    try:
        return (await visit.anonymous.registry.organisations(q=question, limit=ORGANISATIONS)).items
    except (Refused, Down):
        return []
