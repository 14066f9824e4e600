"""What people agreed to: recorded with its words and its day, seen by themselves, taken back by themselves."""

from typing import Any

from shared.testing.stack import Running
from tests.registry.builders import person_body

CONSENT = {
    "purpose": "publication-of-name",
    "text": "My name may stand in the report on the year 2008.",
    "language": "en",
    "given_at": "2008-10-14T09:00:00Z",
    "way": "on-paper",
}


async def somebody(registry: Running) -> dict[str, Any]:
    body: dict[str, Any] = (await registry.as_("coordinator").post("/people", json=person_body())).json()
    return body


async def test_a_consent_keeps_its_words_and_its_day(registry: Running) -> None:
    path = f"/people/{(await somebody(registry))['id']}/consents"
    answer = await registry.as_("coordinator").post(path, json=CONSENT)
    assert answer.status_code == 201, answer.text
    (listed,) = (await registry.as_("coordinator").get(path)).json()["items"]
    assert {name: listed[name] for name in CONSENT} == CONSENT
    assert listed["withdrawn_at"] is None


async def test_people_take_their_own_consent_back_once(registry: Running) -> None:
    person = await somebody(registry)
    path, me = f"/people/{person['id']}/consents", registry.as_("member", person_id=person["id"])
    consent = (await registry.as_("coordinator").post(path, json=CONSENT)).json()
    answers = [await me.post(f"{path}/{consent['id']}/withdrawal") for _ in range(2)]
    assert [each.status_code for each in answers] == [200, 409]
    assert (await me.get(path)).json()["items"][0]["withdrawn_at"] is not None


async def test_nobody_sees_or_withdraws_the_consents_of_others(registry: Running) -> None:
    path = f"/people/{(await somebody(registry))['id']}/consents"
    consent = (await registry.as_("coordinator").post(path, json=CONSENT)).json()
    member, operator = registry.as_("member"), registry.as_("operator")
    answers = [await each.get(path) for each in (member, operator)]
    answers.append(await member.post(f"{path}/{consent['id']}/withdrawal"))
    assert [each.status_code for each in answers] == [404, 404, 404]


async def test_a_consent_is_not_recorded_before_it_was_given(registry: Running) -> None:
    path = f"/people/{(await somebody(registry))['id']}/consents"
    answer = await registry.as_("coordinator").post(path, json={**CONSENT, "given_at": "2099-01-01T00:00:00Z"})
    assert (answer.status_code, answer.json()["code"]) == (422, "consent-ahead")


async def test_a_consent_belongs_to_one_person(registry: Running) -> None:
    one, other = await somebody(registry), await somebody(registry)
    consent = (await registry.as_("coordinator").post(f"/people/{one['id']}/consents", json=CONSENT)).json()
    path = f"/people/{other['id']}/consents/{consent['id']}/withdrawal"
    assert (await registry.as_("coordinator").post(path)).status_code == 404
