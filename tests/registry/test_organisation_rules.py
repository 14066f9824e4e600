"""What may be done with the record of an organisation."""

import pytest
from pydantic import ValidationError

from services.registry.organisations import domain
from services.registry.organisations.domain import Identifier, RegisterOrganisation, UpdateOrganisation
from tests.registry.builders import NOW, an_organisation


def test_a_new_organisation_is_told_without_its_names() -> None:
    command = RegisterOrganisation(names={"en": "Example"}, kinds=["donor"], country="SE")
    organisation, event = domain.register(command, now=NOW)
    assert event.model_dump() == {
        "organisation_id": organisation.id,
        "revision": 1,
        "kinds": ["donor"],
        "country": "SE",
        "region": None,
        "level": None,
    }


def test_a_correction_raises_the_revision_and_is_told() -> None:
    organisation = an_organisation(kinds=["donor"])
    changed, event = domain.update(organisation, UpdateOrganisation(names={"en": "Other"}, kinds=["implementer"]))
    assert event is not None
    assert (changed.revision, changed.names, event.revision, event.kinds) == (2, {"en": "Other"}, 2, ["implementer"])


def test_a_correction_that_changes_nothing_is_none() -> None:
    organisation = an_organisation(country="PL")
    command = UpdateOrganisation(names={"en": "An organisation"}, country="PL")
    assert domain.update(organisation, command) == (organisation, None)


def test_an_organisation_is_recognised_by_every_name_and_its_acronym() -> None:
    organisation = an_organisation(
        names={"be": "Беларускі Дом", "en": "Belarusian House"}, other_names={"fr": "Maison"}, acronym="BH"
    )
    assert organisation.name_keys == ["belarusian house", "belaruski dom", "bh", "maison"]


def test_an_alias_and_an_acronym_in_another_language_are_names_too() -> None:
    organisation = an_organisation(names={"en": "Example"}, aliases=["Приклад"], acronym="EX", acronyms=["ПР"])
    assert (organisation.full_names, organisation.every_acronym) == (["Example", "Приклад"], ["EX", "ПР"])
    assert organisation.name_keys == ["ex", "example", "pr", "priklad"]


def test_a_place_says_its_region_and_a_region_its_country() -> None:
    city = an_organisation(kinds=["public-authority"], level="municipal", teryt="1061011")
    assert (city.country, city.region, city.teryt) == ("PL", "PL-10", "1061011")
    assert an_organisation(region="BY-HM").country == "BY"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"kinds": ["public-authority"], "level": "municipal"}, "11"),
        ({"kinds": ["public-authority"], "level": "central"}, "15"),
        ({"kinds": ["donor", "government"]}, "10"),
        ({"kinds": ["donor"]}, "90"),
        ({"kinds": ["implementer"], "type": "21"}, "21"),
    ],
)
def test_kinds_amount_to_a_type_of_iati(fields: dict[str, object], code: str) -> None:
    assert an_organisation(**fields).iati_type == code


def test_an_identifier_is_the_same_in_any_case() -> None:
    organisation = an_organisation(identifiers=[{"scheme": "iati", "value": "PL-KRS-1"}])
    assert domain.identify(organisation, [Identifier(scheme="iati", value="pl-krs-1")]) == (organisation, None)


@pytest.mark.parametrize(
    "fields",
    [
        {"names": {}},
        {"names": {"en": ""}},
        {"names": {"xx": "Example"}},
        {"names": {"en": "Exa\nmple"}},
        {"names": {"en": "x" * 201}},
        {"names": {"en": "Example"}, "kinds": ["king"]},
        {"names": {"en": "Example"}, "country": "pl"},
        {"names": {"en": "Example"}, "identifiers": [{"scheme": "$ne", "value": "x"}]},
        {"names": {"en": "Example"}, "id": "mine"},
        {"names": {"en": "Example"}, "region": "PL-99"},
        {"names": {"en": "Example"}, "region": "PL-14", "country": "BY"},
        {"names": {"en": "Example"}, "teryt": "1465", "region": "PL-02"},
        {"names": {"en": "Example"}, "teryt": "13"},
        {"names": {"en": "Example"}, "teryt": "1465", "country": "BY"},
        {"names": {"en": "Example"}, "level": "county", "kinds": ["donor"]},
        {"names": {"en": "Example"}, "represents": {"en": "Lemkos"}},
        {"names": {"en": "Example"}, "type": "12"},
        {"names": {"en": "Example"}, "identifiers": [{"scheme": "PL-NIP", "value": "1234567890"}]},
    ],
)
def test_what_breaks_a_rule_is_no_organisation(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        RegisterOrganisation.model_validate(fields)
