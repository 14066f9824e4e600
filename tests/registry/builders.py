"""Small builders of what the registry's tests are about."""

from datetime import UTC, datetime
from typing import Any

from services.registry.organisations import domain as organisations
from services.registry.organisations.domain import Organisation, RegisterOrganisation
from services.registry.people import domain as people
from services.registry.people.domain import Person, RegisterPerson
from shared.ids import new_id

NOW = datetime(2008, 10, 14, 9, 0, tzinfo=UTC)


SHOWN_ONLY = frozenset({"id", "revision", "registered_at", "unreachable"})
"""What a person's record shows and a command does not take."""


def an_organisation(**fields: Any) -> Organisation:
    """Return an organisation that has just been registered."""
    command = RegisterOrganisation.model_validate({"names": {"en": "An organisation"}, **fields})
    return organisations.register(command, now=NOW)[0]


def a_person(**fields: Any) -> Person:
    """Return a person who has just been registered."""
    command = RegisterPerson.model_validate({"display_name": "Hanna Example", "address": "hanna@example.org", **fields})
    return people.register(command, by=("coordinator", "operator"), now=NOW)[0]


def an_address() -> str:
    """Return an address that nobody has."""
    return f"p{new_id()}@example.org"


def person_body(**fields: Any) -> dict[str, Any]:
    """Return the body that registers somebody whom nobody knows."""
    return {"display_name": "Hanna Example", "address": an_address(), **fields}


def an_iati_file(*activities: str, version: str = "2.03", before: str = "") -> bytes:
    """Return a file of activities."""
    return f'{before}<iati-activities version="{version}">\n{"".join(activities)}</iati-activities>'.encode()


def an_activity(identifier: str, *, title: str = "Free press", more: str = "", status: str = "2") -> str:
    """Return an activity that is valid by the schema; ``more`` stands where budgets and transactions do."""
    return f"""<iati-activity default-currency="EUR" hierarchy="1">
  <iati-identifier>{identifier}</iati-identifier>
  <reporting-org ref="PL-KRS-0000163131" type="22">
    <narrative xml:lang="pl">Stowarzyszenie Przykład</narrative></reporting-org>
  <title><narrative>{title}</narrative><narrative xml:lang="be">Свабодная прэса</narrative>
    <narrative xml:lang="fr">Presse libre</narrative></title>
  <description type="1"><narrative>What is done.</narrative></description>
  <participating-org role="1" type="10" ref="SE-0"><narrative>Government of Sweden</narrative></participating-org>
  <participating-org role="4" ref="PL-KRS-0000163131"><narrative>Association Example</narrative></participating-org>
  <activity-status code="{status}"/>
  <activity-date type="2" iso-date="2008-10-14"/>
  <recipient-country code="BY" percentage="100"/>
  <sector vocabulary="1" code="15153" percentage="60.5"/><sector code="15160" percentage="39.5"/>
  {more}
</iati-activity>
"""
