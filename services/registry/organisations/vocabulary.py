"""The words of all organisations, so that a mistyped one leads to those that may be meant.

A word is kept with what is left of its first letters when one of them is missing: two words that differ by a letter too
many, too few, another one or two that changed places have such a remainder in common (Garbe's symmetric deletions).
Words are learnt in the transaction that first writes them and never forgotten: a word that nobody has any more finds
nothing.
"""

from collections.abc import Iterable

from services.registry.likeness import alikeness, slips, sound
from shared.storage import CollectionSpec, Document, Index, Reader, Tx

COLLECTIONS = [CollectionSpec("organisation_words", [Index([("near", 1)])])]

HEAD = 8  # first letters of a word that may hold the slip
MIN_WORD = 4  # letters: shorter words are meant as they are written
MAX_CLOSE = 24  # words that one mistyped word may mean
MAX_LOOKED_AT = 2_000


def remainders(word: str) -> list[str]:
    """Return what `word` shares with words that are one slip away, and how it sounds."""
    head = word[:HEAD]
    found = {head, *(head[:at] + head[at + 1 :] for at in range(len(head)))}
    heard = sound(word)
    return sorted(found | ({f"~{heard}"} if len(heard) > 2 else set()))


async def learn(tx: Tx, words: Iterable[str]) -> None:
    """Keep those of ``words`` that are not known yet and long enough to be mistyped."""
    wanted = sorted({each for each in words if len(each) >= MIN_WORD and not any(map(str.isdigit, each))})
    if not wanted:
        return
    found = await tx["organisation_words"].find({"_id": {"$in": wanted}}, limit=len(wanted), projection={"_id": 1})
    known = {each["_id"] for each in found}
    rows = [{"_id": each, "near": remainders(each)} for each in wanted if each not in known]
    await tx["organisation_words"].insert_many(rows)


async def close_words(reader: Reader, spellings: Iterable[str]) -> list[str]:
    """Return the words that somebody who wrote ``spellings`` of one word may have meant, the likest first."""
    asked = [each for each in spellings if len(each) >= MIN_WORD and not any(map(str.isdigit, each))]
    if not asked:
        return []
    where: Document = {"near": {"$in": sorted({part for each in asked for part in remainders(each)})}}
    found = await reader["organisation_words"].find(where, limit=MAX_LOOKED_AT, projection={"_id": 1})
    scored = [(max(_closeness(each, word["_id"]) for each in asked), word["_id"]) for word in found]
    likest = sorted((each for each in scored if each[0] > 0), key=lambda pair: (-pair[0], pair[1]))
    return [word for _, word in likest[:MAX_CLOSE]]


def _closeness(asked: str, word: str) -> float:
    """Return how close ``word`` comes to what was asked, whole or as a beginning of it."""
    beginnings = (word[:end] for end in range(len(asked) - slips(len(asked)), len(asked) + slips(len(asked)) + 1))
    return max(alikeness(asked, word), *(0.9 * alikeness(asked, each) for each in beginnings))
