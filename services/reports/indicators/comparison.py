"""What became of the numbers since an earlier edition.  Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.reports.publication.content import ContentIndicator
from shared.ids import Id
from shared.model import Language, Model


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
    old, new = _cells(before), _cells(now)
    both = before is not None and now is not None
    changes = [
        Change(
            series=names[0], column=names[1], before=old.get(key, (None, None))[1], now=new.get(key, (None, None))[1]
        )
        for key, (names, _) in {**old, **new}.items()
        if both and old.get(key, (None, None))[1] != new.get(key, (None, None))[1]
    ]
    return ComparedIndicator(
        indicator_id=either.indicator_id,
        title=dict(either.title),
        is_new=before is None,
        is_gone=now is None,
        changes=changes,
    )


def _cells(indicator: ContentIndicator | None) -> dict[tuple[int, str], Any]:
    """Return the numbers of an indicator by row and by the English name of the period, with the names of both."""
    if indicator is None:
        return {}
    return {
        (number, _key(column)): ((dict(series.label), dict(column)), value)
        for number, series in enumerate(indicator.series)
        for column, value in zip(indicator.columns, series.values, strict=True)
    }


def _key(column: Mapping[Language, str]) -> str:
    return column.get("en") or next(iter(column.values()), "")
