"""What became of the numbers since an earlier edition.  Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from services.reports.publication.content import ContentIndicator, ContentSeries
from shared.ids import Id
from shared.model import Language, Model

Cells = Mapping[str, tuple[Mapping[Language, str], str | None]]


class Change(Model):
    """One number that is another now; `None` where there was, or is, none."""

    series: dict[Language, str]
    column: dict[Language, str]
    before: str | None
    now: str | None


class ComparedIndicator(Model):
    """An indicator beside itself in an earlier edition."""

    indicator_id: Id
    title: dict[Language, str]
    is_new: bool
    is_gone: bool
    changes: list[Change]


def compared(earlier: Iterable[Mapping[str, Any]], now: Iterable[ContentIndicator]) -> list[ComparedIndicator]:
    """Return what changed in each indicator since ``earlier``, as an edition holds it; unchanged ones are there too."""
    before = {each.indicator_id: each for each in map(ContentIndicator.model_validate, earlier)}
    newest = {each.indicator_id: each for each in now}
    return [_compared(before.get(each), newest.get(each)) for each in dict.fromkeys([*newest, *before])]


def _compared(before: ContentIndicator | None, now: ContentIndicator | None) -> ComparedIndicator:
    either = now or before
    if either is None:
        raise ValueError("one of the two must be there")
    changes: list[Change] = []
    if before is not None and now is not None:
        for earlier, later in _pairs(before.series, now.series):
            changes += _changes(_cells(before, earlier), _cells(now, later), (later or earlier or now.series[0]).label)
    return ComparedIndicator(
        indicator_id=either.indicator_id,
        title=dict(either.title),
        is_new=before is None,
        is_gone=now is None,
        changes=changes,
    )


def _pairs(
    before: Sequence[ContentSeries], now: Sequence[ContentSeries]
) -> Iterator[tuple[ContentSeries | None, ContentSeries | None]]:
    """Yield each row beside itself in the earlier table, known by its name in any language, wherever it stands.

    The only row of a table needs no name; one that is new, or gone, stands beside nothing.
    """
    if len(before) == len(now) == 1:
        yield before[0], now[0]
        return
    left = list(before)
    for row in now:
        same = next((each for each in left if _same(each.label, row.label)), None)
        if same is not None:
            left.remove(same)
        yield same, row
    yield from ((each, None) for each in left)


def _same(one: Mapping[Language, str], other: Mapping[Language, str]) -> bool:
    return any(one.get(language) == text for language, text in other.items()) or not (one or other)


def _changes(old: Cells, new: Cells, label: Mapping[Language, str]) -> list[Change]:
    nothing: tuple[Mapping[Language, str], str | None] = ({}, None)
    return [
        Change(series=dict(label), column=dict(column), before=old.get(key, nothing)[1], now=new.get(key, nothing)[1])
        for key, (column, _) in {**old, **new}.items()
        if old.get(key, nothing)[1] != new.get(key, nothing)[1]
    ]


def _cells(indicator: ContentIndicator, row: ContentSeries | None) -> Cells:
    """Return the numbers of a row by the English name of the period, each with all its names."""
    if row is None:
        return {}
    return {_key(column): (column, value) for column, value in zip(indicator.columns, row.values, strict=True)}


def _key(column: Mapping[Language, str]) -> str:
    return column.get("en") or next(iter(column.values()), "")
