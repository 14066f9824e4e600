"""An indicator as those see it who write the report."""

from services.reports.indicators import periods
from services.reports.indicators.domain import Chart, Indicator, Series
from services.reports.indicators.periods import Step
from services.reports.reports.domain import Day
from shared.events.reports import Theme
from shared.ids import Id
from shared.model import Language, Model, Time


class IndicatorView(Model):
    """A table of numbers; ``columns`` are codes of periods, ``names`` what each is called."""

    id: Id
    revision: int
    theme: Theme | None
    title: dict[Language, str]
    unit: dict[Language, str]
    note: dict[Language, str]
    source: dict[Language, str]
    step: Step
    period_from_on: Day
    period_to_on: Day
    columns: list[str]
    names: list[dict[Language, str]]
    series: list[Series]
    chart: Chart
    removed: bool
    changed_at: Time
    counted_at: Time | None


def view(indicator: Indicator) -> IndicatorView:
    """Return an indicator as its writers see it."""
    own = {name: getattr(indicator, name) for name in IndicatorView.model_fields if name != "names"}
    return IndicatorView(**own, names=[periods.names(each) for each in indicator.columns])
