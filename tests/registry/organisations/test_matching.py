"""Whom a file means: certain, to be confirmed, or new; and what was decided once is never asked again."""

from typing import Any

import pytest

from services.registry.organisations import matching
from services.registry.organisations.domain import RegisterOrganisation
from services.registry.organisations.matching import Match
from services.registry.organisations.proposals import store as proposal_store
from shared.ids import new_id
from shared.storage import Tx
from shared.testing.stack import Running


def said(name: str, **fields: Any) -> RegisterOrganisation:
    return RegisterOrganisation.model_validate({"names": {"en": name}, **fields})


async def registered(registry: Running, name: str, **fields: Any) -> str:
    body = {"names": {"en": name}, **fields}
    answer = await registry.as_("coordinator").post("/organisations", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def resolved(registry: Running, *commands: RegisterOrganisation, **how: Any) -> list[Match]:
    return await registry.storage.transact(matching.resolve_many, commands, **how)


async def proposal(registry: Running, match: Match) -> dict[str, Any]:
    answer = await registry.as_("coordinator").get(f"/organisations/proposals/{match.proposal_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def word() -> str:
    """Return a word that no other test has: letters only, far from each other."""
    letters = str.maketrans("0123456789abcdef", "bdfghklmnprstvzo")
    return new_id()[-12:].translate(letters).capitalize()


@pytest.mark.parametrize(
    ("fields", "asked"),
    [
        ({"names": {"be": "Беларускі Дом {}"}}, {"names": {"pl": "Bielaruski Dom {}", "en": "BELARUSKI DOM {}"}}),
        ({"aliases": ["Dom Białoruski {}"]}, {"names": {"en": "dom bialoruski {}"}}),
        ({"acronyms": ["BD{}"]}, {"names": {"en": "bd{}"}}),
        ({"names": {"ru": "Гродно {}"}}, {"names": {"en": "Hrodno {}"}}),
    ],
)
async def test_who_is_known_under_a_name_an_alias_or_an_acronym_is_one(
    registry: Running, fields: dict[str, Any], asked: dict[str, Any]
) -> None:
    unique = word()

    def filled(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: filled(each) for key, each in value.items()}
        return [filled(each) for each in value] if isinstance(value, list) else value.format(unique)

    known = await registered(registry, f"Whatever {unique} is", **filled(fields))
    (match,) = await resolved(registry, RegisterOrganisation.model_validate(filled(asked)))
    assert (match.how, match.organisation_id) == ("certain", known)


async def test_a_record_begins_for_the_narrowest_audience_of_what_names_it(registry: Running) -> None:
    name, other, number = word(), word(), f"XX-{new_id()}"
    numbered = {"identifiers": [{"scheme": "iati", "value": number}]}
    matches = await resolved(
        registry,
        said(name),
        said(name, audience="coordinators"),
        said(name, audience="members"),
        said(other, **numbered),
        said(f"{other} of old", audience="members", **numbered, country="PL"),
        said(other, audience="coordinators"),  # the same, known by another key
    )
    assert [matches[place].organisation_id for place in (1, 2, 4, 5)] == [
        matches[place].organisation_id for place in (0, 0, 3, 3)
    ]
    later = await resolved(registry, said(name))  # what names it publicly one day widens nothing
    assert later[0].organisation_id == matches[0].organisation_id
    for match in (matches[0], matches[3]):
        record = await registry.as_("coordinator").get(f"/organisations/{match.organisation_id}")
        assert record.json()["audience"] == "coordinators"


async def test_an_identifier_decides_whatever_the_name_and_the_spelling_of_its_scheme(registry: Running) -> None:
    number = str(int(new_id()[-10:], 16) % 10**10).zfill(10)
    known = await registered(registry, word(), identifiers=[{"scheme": "PL-KRS", "value": number}])
    asked = said(word(), identifiers=[{"scheme": "iati", "value": f"pl-krs-{number}"}])
    (match,) = await resolved(registry, asked)
    assert (match.how, match.organisation_id, match.score) == ("certain", known, 1.0)
    assert [each.code for each in match.reasons] == ["same-identifier"]


async def test_who_is_known_by_name_is_known_by_the_identifier_of_the_file_from_now_on(registry: Running) -> None:
    name, value = word(), f"XX-{new_id()}"
    known = await registered(registry, name)
    await resolved(registry, said(name, identifiers=[{"scheme": "iati", "value": value}]))
    (match,) = await resolved(registry, said(word(), identifiers=[{"scheme": "iati", "value": value}]))
    assert (match.how, match.organisation_id) == ("certain", known)


async def test_nobody_known_is_a_new_record_once(registry: Running) -> None:
    name = word()
    first, again = await resolved(registry, said(name), said(name.upper()))
    (later,) = await resolved(registry, said(name))
    assert (
        (first.how, first.organisation_id) == (again.how, again.organisation_id) == ("created", first.organisation_id)
    )
    assert (later.how, later.organisation_id) == ("certain", first.organisation_id)


async def test_a_dry_run_says_the_same_and_changes_nothing(registry: Running) -> None:
    name = word()
    known = await registered(registry, f"Association {name}")
    before = await registry.storage.reader["organisations"].count({})
    commands = [said(f"Association {name}"), said(f"Foundation {name}"), said(word())]
    matches = await matching.look_up_many(registry.storage.reader, commands)
    assert [each.how for each in matches] == ["certain", "proposed", "unknown"]
    assert (matches[0].organisation_id, matches[2].organisation_id) == (known, None)
    assert await registry.storage.reader["organisations"].count({}) == before
    assert await registry.storage.reader["organisation_proposals"].count({"name": f"Foundation {name}"}) == 0


@pytest.mark.parametrize(
    ("known", "asked", "codes"),
    [
        ({"country": "PL"}, {"country": "BY"}, ["same-name", "other-country"]),
        (
            {"identifiers": [{"scheme": "PL-NIP", "value": "5260250274"}]},
            {"identifiers": [{"scheme": "PL-NIP", "value": "7010181018"}]},
            ["same-name", "other-identifier"],
        ),
    ],
)
async def test_what_speaks_against_a_name_makes_it_a_question(
    registry: Running, known: dict[str, Any], asked: dict[str, Any], codes: list[str]
) -> None:
    name = word()
    await registered(registry, name, **known)
    (match,) = await resolved(registry, said(name, **asked))
    assert (match.how, [each.code for each in match.reasons]) == ("proposed", codes)


async def test_two_of_one_name_are_a_question_unless_the_country_tells_them_apart(registry: Running) -> None:
    name = word()
    polish, other = await registered(registry, name, country="PL"), await registered(registry, name, country="BY")
    here, nowhere = await resolved(registry, said(name, country="PL"), said(name))
    assert (here.how, here.organisation_id) == ("certain", polish)
    assert nowhere.how == "proposed"
    shown = (await proposal(registry, nowhere))["shown"]
    assert sorted(each["organisation_id"] for each in shown) == sorted([polish, other])


async def test_a_slip_of_the_pen_is_asked_once_and_confirmed_once(registry: Running) -> None:
    name = word()
    known = await registered(registry, f"Free {name} Association")
    asked = said(f"Free {name} Asociation")
    (match,) = await resolved(registry, asked, source="members.csv")
    assert (match.how, [each.code for each in match.reasons]) == ("proposed", ["similar-name"])
    (again,) = await resolved(registry, asked)
    assert (again.proposal_id, again.organisation_id) == (match.proposal_id, match.organisation_id)
    shown = await proposal(registry, match)
    assert (shown["source"], shown["state"], shown["shown"][0]["organisation_id"]) == ("members.csv", "open", known)
    coordinator, path = registry.as_("coordinator"), f"/organisations/proposals/{match.proposal_id}"
    answer = await coordinator.post(f"{path}/confirmation", json={"organisation_id": known})
    assert (answer.status_code, answer.json()["state"]) == (200, "confirmed")
    (decided,) = await resolved(registry, asked)
    assert (decided.how, decided.organisation_id) == ("decided", known)
    old = (await registry.as_().get(f"/organisations/{match.organisation_id}")).json()
    assert (old["id"], old["asked_id"]) == (known, match.organisation_id)
    twice = await coordinator.post(f"{path}/confirmation", json={"organisation_id": known})
    assert (twice.status_code, twice.json()["code"]) == (409, "proposal-decided")


async def test_a_rejected_match_stays_its_own_and_is_not_asked_again(registry: Running) -> None:
    name = word()
    known = await registered(registry, f"Free {name} Association")
    asked = said(f"Free {name} Asociation")
    (match,) = await resolved(registry, asked)
    path = f"/organisations/proposals/{match.proposal_id}/rejection"
    assert (await registry.as_("coordinator").post(path)).status_code == 200
    (decided,) = await resolved(registry, asked)
    assert (decided.how, decided.organisation_id) == ("decided", match.organisation_id)
    assert decided.organisation_id != known


async def test_a_decision_is_taken_back_with_the_merge_it_made(registry: Running) -> None:
    name = word()
    known = await registered(registry, f"Free {name} Association")
    (match,) = await resolved(registry, said(f"Free {name} Asociation"))
    coordinator, path = registry.as_("coordinator"), f"/organisations/proposals/{match.proposal_id}"
    await coordinator.post(f"{path}/confirmation", json={"organisation_id": known})
    assert (await coordinator.post(f"{path}/reopening")).json()["state"] == "open"
    own = (await registry.as_().get(f"/organisations/{match.organisation_id}")).json()
    assert (own["id"], own["merged_into"]) == (match.organisation_id, None)
    (again,) = await resolved(registry, said(f"Free {name} Asociation"))
    assert (again.how, again.proposal_id) == ("proposed", match.proposal_id)


async def test_without_creating_uncertain_names_still_wait_for_review(registry: Running) -> None:
    name = word()
    known = await registered(registry, f"Free {name} Association")
    asked = said(f"Free {name} Asociation")
    (match,) = await resolved(registry, asked, create=False)
    assert (match.how, match.organisation_id) == ("proposed", None)
    (with_record,) = await resolved(registry, asked)
    assert (with_record.proposal_id, with_record.organisation_id is None) == (match.proposal_id, False)
    path = f"/organisations/proposals/{match.proposal_id}/confirmation"
    await registry.as_("coordinator").post(path, json={"organisation_id": known})
    (decided,) = await resolved(registry, asked)
    assert decided.organisation_id == known


async def test_names_of_one_batch_are_compared_with_each_other(registry: Running) -> None:
    name, value = word(), f"XX-{new_id()}"
    one, other, slip = await resolved(
        registry,
        said(f"Free {name}", identifiers=[{"scheme": "iati", "value": value}]),
        said(f"FREE {name}"),
        said(f"Free {name[:-1]}"),
    )
    assert (one.how, other.how, slip.how) == ("created", "certain", "proposed")
    assert one.organisation_id == other.organisation_id


async def test_a_thousand_names_are_resolved_by_few_reads(registry: Running) -> None:
    commands = [said(f"{word()} {number}") for number in range(300)] * 3
    matches = await resolved(registry, *commands)
    assert len({each.organisation_id for each in matches}) == 300
    assert matches[:300] == matches[300:600] == matches[600:]


async def test_candidates_are_proposed_with_scores_and_reasons_in_words(registry: Running) -> None:
    name = word()
    known = await registered(registry, f"Free {name}", country="PL")
    body = {"names": {"en": f"Free {name}"}, "country": "PL"}
    (found,) = (await registry.as_("coordinator").post("/organisations/matching", json=body)).json()
    assert (found["organisation_id"], found["score"]) == (known, 0.98)
    assert [each["words"] for each in found["reasons"]] == [
        "Has the same name, but for case, accents or script.",
        "Is in the same country.",
    ]


async def test_who_forgets_a_person_keeps_what_they_decided(registry: Running) -> None:
    from services.registry.organisations.actions import forget_person

    name, person_id = word(), new_id()
    known = await registered(registry, f"Free {name} Association")
    (match,) = await resolved(registry, said(f"Free {name} Asociation"))
    coordinator = registry.as_("coordinator", person_id=person_id)
    path = f"/organisations/proposals/{match.proposal_id}/confirmation"
    await coordinator.post(path, json={"organisation_id": known})

    async def forget(tx: Tx) -> None:
        await forget_person(tx, person_id)

    await registry.storage.transact(forget)
    for collection in (
        "organisation_proposals",
        "organisation_decisions",
        "organisation_history",
        "organisation_mergings",
    ):
        rows = await registry.storage.reader[collection].find({}, limit=10_000)
        assert [each for each in rows if person_id in str(each)] == []


async def test_among_too_many_like_names_the_likest_are_compared(
    registry: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = word()
    known = await registered(registry, f"Free {name} Association")
    await resolved(registry, *(said(f"Free {word()[:3]}{name[3:]} Association") for _ in range(6)))
    monkeypatch.setattr(proposal_store, "MAX_NEAR", 1)
    monkeypatch.setattr(proposal_store, "MAX_NEAR_ONE", 4)
    (match,) = await matching.look_up_many(registry.storage.reader, [said(f"Free {name} Asociation")])
    assert match.how == "proposed"
    found = await matching.propose(registry.storage.reader, said(f"Free {name} Asociation"))
    assert found[0].organisation_id == known
