"""What may be done with a coalition."""

import pytest
from pydantic import ValidationError

from services.registry.coalitions import domain
from services.registry.coalitions.domain import MAX_MEMBERS, ChangeMembers, FormCoalition
from shared.ids import new_id
from tests.registry.builders import NOW


def test_a_coalition_has_each_member_once() -> None:
    one, other = new_id(), new_id()
    coalition, event = domain.form(FormCoalition(name={"en": "All"}, organisation_ids=[one, other, one]), now=NOW)
    assert coalition.organisation_ids == event.organisation_ids == [one, other]


def test_other_members_are_told_and_the_same_are_not() -> None:
    one, other = new_id(), new_id()
    coalition, _ = domain.form(FormCoalition(name={"en": "All"}, organisation_ids=[one, other]), now=NOW)
    assert domain.change_members(coalition, ChangeMembers(organisation_ids=[other, one])) == (coalition, None)
    changed, event = domain.change_members(coalition, ChangeMembers(organisation_ids=[one]))
    assert event is not None
    assert (changed.revision, event.revision, event.organisation_ids) == (2, 2, [one])


def test_a_coalition_has_a_bounded_number_of_members() -> None:
    with pytest.raises(ValidationError):
        ChangeMembers(organisation_ids=[new_id() for _ in range(MAX_MEMBERS + 1)])
