"""What is known about a person, who sees it, and who may change it."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.registry.people import domain
from services.registry.people.domain import RegisterPerson
from shared.events.registry import ContactChanged, PersonRegistered, PersonUpdated, Role
from shared.ids import new_id
from shared.problems import Conflict, Forbidden
from tests.registry.builders import NOW, a_person

COORDINATOR: tuple[Role, ...] = ("coordinator",)


def test_a_new_person_is_told_twice_with_the_address_only_in_private() -> None:
    command = RegisterPerson(display_name="Hanna Example", address="hanna@Example.ORG", language="be")
    person, news = domain.register(command, by=COORDINATOR, now=NOW)
    assert [type(each) for each in news] == [PersonRegistered, ContactChanged]
    assert "hanna" not in str(news[0]).casefold()
    assert isinstance(news[1], ContactChanged)
    assert news[1].contact is not None
    assert (news[1].contact.address, news[1].contact.display_name) == ("hanna@example.org", "Hanna Example")
    assert [each.revision for each in news] == [person.revision, person.revision]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, []),
        ({"notes": "Writes in Belarusian only."}, []),
        ({"roles": ["editor"]}, [PersonUpdated]),
        ({"active": False}, [PersonUpdated, ContactChanged]),
        ({"organisation_ids": [new_id()]}, [PersonUpdated]),
        ({"address": "other@example.org"}, [PersonUpdated, ContactChanged]),
        ({"display_name": "Hanna Other"}, [ContactChanged]),
        ({"language": "uk"}, [PersonUpdated, ContactChanged]),
        ({"time_zone": "Europe/Kyiv"}, [PersonUpdated, ContactChanged]),
        ({"no_contact": True}, [PersonUpdated, ContactChanged]),
    ],
)
def test_a_change_is_told_to_those_whom_it_concerns(changes: dict[str, Any], told: list[type]) -> None:
    person = a_person()
    changed, news = domain.update(person, domain.update_command(person, **changes), by=COORDINATOR)
    assert [type(each) for each in news] == told
    assert changed.revision == (2 if changes else 1)


def test_only_operators_make_and_unmake_operators() -> None:
    person, operator = a_person(), a_person(roles=["operator"])
    with pytest.raises(Forbidden, match="role-not-yours-to-give"):
        domain.update(person, domain.update_command(person, roles=["operator"]), by=COORDINATOR)
    with pytest.raises(Forbidden, match="role-not-yours-to-give"):
        domain.update(operator, domain.update_command(operator, roles=["member"]), by=COORDINATOR)
    with pytest.raises(Forbidden, match="role-not-yours-to-give"):
        domain.register(
            RegisterPerson(display_name="X", address="x@example.org", roles=["operator"]), by=COORDINATOR, now=NOW
        )


def test_with_another_address_the_links_that_were_sent_to_the_one_before_are_out() -> None:
    person = a_person()
    moved, news = domain.update(person, domain.update_command(person, address="y@example.org"), by=COORDINATOR)
    assert [each.address_generation for each in news if not isinstance(each, PersonRegistered)] == [2, 2]
    renamed, _ = domain.update(moved, domain.update_command(moved, display_name="Y"), by=COORDINATOR)
    assert renamed.address_generation == 2


@pytest.mark.parametrize("changes", [{"active": False}, {"address": "mine@example.org"}])
def test_nobody_becomes_an_operator_by_taking_their_address(changes: dict[str, Any]) -> None:
    operator = a_person(roles=["operator"])
    with pytest.raises(Forbidden, match="role-not-yours-to-give"):
        domain.update(operator, domain.update_command(operator, **changes), by=COORDINATOR)


def test_whoever_is_out_gets_no_more_letters_until_they_are_back() -> None:
    person, news = domain.update(a_person(), domain.update_command(a_person(), active=False), by=COORDINATOR)
    assert [each.no_contact for each in news if isinstance(each, ContactChanged)] == [True]
    _, news = domain.update(person, domain.update_command(person, active=True), by=COORDINATOR)
    assert [each.no_contact for each in news if isinstance(each, ContactChanged)] == [False]


@pytest.mark.parametrize("changes", [{"active": False}, {"roles": ["member"]}])
def test_coordinators_cannot_shut_themselves_out(changes: dict[str, Any]) -> None:
    person = a_person(roles=["coordinator"])
    with pytest.raises(Conflict, match="own-standing"):
        domain.update(person, domain.update_command(person, **changes), by=COORDINATOR, by_id=person.id)


def test_no_view_but_the_single_record_shows_an_address() -> None:
    person = a_person(notes="At risk.")
    views = [domain.name_of(person), domain.summary_of(person), domain.own_record_of(person), domain.record_of(person)]
    assert ["hanna@example.org" in view.model_dump_json() for view in views] == [False, False, True, True]
    assert ["At risk." in view.model_dump_json() for view in views] == [False, False, False, True]


@pytest.mark.parametrize(
    "address",
    [
        "hanna",
        "hanna@",
        "@example.org",
        "hanna@example",
        "hanna@exa mple.org",
        "hanna@example.org\nBcc: x@example.org",
        "hanna@example.org, x@example.org",
        "Hanna <hanna@example.org>",
        ".hanna@example.org",
        "han..na@example.org",
        '"hanna"@example.org',
        "ханна@example.org",
        "hanna@-example.org",
        f"{'x' * 65}@example.org",
        f"hanna@{'x' * 250}.org",
        "hanna@[127.0.0.1]",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        RegisterPerson(display_name="Hanna Example", address=address)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (" Hanna.O'Neil+biim@EXAMPLE.org ", "Hanna.O'Neil+biim@example.org"),
        ("hanna@пример.бел", "hanna@xn--e1afmkfd.xn--90ais"),
    ],
)
def test_an_address_is_kept_with_its_domain_in_ascii(written: str, kept: str) -> None:
    assert RegisterPerson(display_name="Hanna Example", address=written).address == kept
