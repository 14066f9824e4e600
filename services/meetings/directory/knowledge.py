"""What members may know of activities and of published reports.  Pure."""

from datetime import date

from pydantic import ConfigDict, Field

from shared.ids import Id
from shared.model import Language, Model, Time


class Activity(Model):
    """An activity, as far as members may know of it; days as ISO text, which sorts as the days do."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: Id
    organisation_ids: list[Id] = Field(default_factory=list)
    funder_ids: list[Id] = Field(default_factory=list)
    themes: list[str] = Field(default_factory=list)
    regions: list[str] = Field(default_factory=list)
    starts_on: date | None = None
    ends_on: date | None = None
    title: dict[Language, str] = Field(default_factory=dict)
    funder: dict[Language, str] = Field(default_factory=dict)
    recorded_at: Time


class PublishedReport(Model):
    """A report, as its latest edition shows itself."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: Id
    edition: int
    title: dict[Language, str] = Field(default_factory=dict)
    themes: list[str] = Field(default_factory=list)
    published_at: Time
