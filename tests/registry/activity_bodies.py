"""Small builders of activities that people write by hand."""

from typing import Any

from services.registry.activities.commands import RecordActivity, WriteActivity
from services.registry.activities.domain import Activity, record
from shared.ids import new_id
from shared.testing.stack import Running
from tests.registry.builders import NOW


def activity_fields(**fields: Any) -> dict[str, Any]:
    """Return what an activity is recorded from that a file names: an association that Sweden pays."""
    return {
        "iati_identifier": f"PL-KRS-0000163131-{new_id()}",
        "title": {"en": "Free press", "be": "Свабодная прэса"},
        "description": {"en": "Training of reporters."},
        "reporting": {"ref": "PL-KRS-0000163131", "type": "22", "name": {"en": "Association Example"}},
        "participations": [
            {"part": "funding", "ref": "SE-0", "name": {"en": "Government of Sweden", "pl": "Rząd Szwecji"}},
            {"part": "implementing", "ref": "PL-KRS-0000163131", "name": {"en": "Association Example"}},
        ],
        "status": "2",
        "dates": [
            {"kind": "planned-start", "happens_on": "2008-01-01"},
            {"kind": "actual-start", "happens_on": "2008-10-14"},
            {"kind": "planned-end", "happens_on": "2010-12-31"},
        ],
        "sectors": [
            {"code": "15153", "vocabulary": "1", "percentage": "60.5"},
            {"code": "15160", "vocabulary": "1", "percentage": "39.5"},
        ],
        "countries": [{"code": "BY", "percentage": "100"}],
        "locations": [{"name": {"en": "Hrodna"}, "country": "BY", "region": "BY-HR"}],
        "budgets": [
            {
                "starts_on": "2008-01-01",
                "ends_on": "2008-12-31",
                "money": {"amount": "1000.50", "currency": "EUR", "valued_on": "2008-01-01"},
            }
        ],
        "transactions": [
            {
                "type": "2",
                "happened_on": "2008-02-01",
                "money": {"amount": "500", "currency": "SEK", "valued_on": "2008-02-01"},
                "provider": {"ref": "SE-0", "name": {"en": "Government of Sweden"}},
                "description": {"en": "The first half."},
            }
        ],
        "related": ["SE-0-77"],
        "default_currency": "EUR",
        **fields,
    }


def a_recorded(**fields: Any) -> Activity:
    """Return an activity as it is kept; ``reporting_id`` and ``organisation_ids`` may be given."""
    reporting_id = fields.pop("reporting_id", None)
    command = RecordActivity.model_validate(activity_fields(**fields))
    ids: list[str | None] = [each.organisation_id for each in command.participations]
    return record(command, reporting_id=reporting_id, organisation_ids=ids, now=NOW)


def activity_body(reporting_id: str, funder_id: str | None = None, **fields: Any) -> dict[str, Any]:
    """Return the body by which somebody writes an activity."""
    said = activity_fields()
    for name in ("iati_identifier", "reporting"):
        said.pop(name)
    parts = [{"part": "implementing", "organisation_id": reporting_id}]
    if funder_id is not None:
        parts.insert(0, {"part": "funding", "organisation_id": funder_id})
    said["transactions"] = []
    return {**said, "related": [], "reporting_id": reporting_id, "participations": parts, **fields}


def a_writing(**fields: Any) -> WriteActivity:
    """Return the command to write an activity."""
    return WriteActivity.model_validate(activity_body(new_id(), new_id(), **fields))


async def an_organisation_on_record(registry: Running, name: str | None = None, **fields: Any) -> str:
    """Return the id of a new organisation."""
    body = {"names": {"en": name or f"Organisation {new_id()}"}, **fields}
    answer = await registry.as_("coordinator").post("/organisations", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])
