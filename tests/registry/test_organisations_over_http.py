"""Organisations over HTTP: kept once, found in any spelling, changed by whoever saw the newest revision."""

from typing import Any

import pytest

from shared.ids import new_id
from shared.testing.stack import Running


async def register(registry: Running, **fields: Any) -> dict[str, Any]:
    answer = await registry.as_("coordinator").post("/organisations", json={"names": {"en": "Example"}, **fields})
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def found(registry: Running, **query: str) -> list[str]:
    answer = await registry.as_().get("/organisations", params=query)
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.json()["items"]]


async def test_an_organisation_is_registered_told_and_shown_to_everybody(registry: Running) -> None:
    organisation = await register(registry, names={"pl": "Fundacja Przykład"}, kinds=["donor"], country="PL")
    (event,) = [each for each in await registry.published() if each["subject"] == organisation["id"]]
    assert (event["type"], event["data"]["kinds"], event["data"]["country"]) == (
        "organisation-registered",
        ["donor"],
        "PL",
    )
    assert "Fundacja" not in str(event["data"])
    shown = await registry.as_().get(f"/organisations/{organisation['id']}")
    assert (shown.json(), shown.headers["etag"]) == ({**organisation, "asked_id": None}, '"1"')
    assert sorted(organisation) == [
        "acronym", "acronyms", "aliases", "audience", "country", "id", "identifiers", "kinds", "level", "merged_ids",
        "merged_into", "names", "other_names", "region", "registered_at", "represents", "revision", "teryt", "type",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "question",
    ["helsin", "ХЕЛЬСІН", "Камітэт Беларускі", "belarusk kamit", "bhk", "komitet helsinski", "by-9-77"],
)
async def test_an_organisation_is_found_by_any_spelling_of_any_name(registry: Running, question: str) -> None:
    identifier = f"BY-9-77{new_id()}"
    organisation = await register(
        registry,
        names={"be": "Беларускі Хельсінскі Камітэт", "pl": "Białoruski Komitet Helsiński"},
        acronym="BHK",
        identifiers=[{"scheme": "iati", "value": identifier}],
    )
    assert organisation["id"] in await found(registry, q=question, limit="200")


@pytest.mark.parametrize("question", ["zzz", ".*", "$ne", "^zz", "[a-z]", "!!!"])
async def test_what_fits_nothing_finds_nothing(registry: Running, question: str) -> None:
    await register(registry, names={"en": "Beta"})
    assert await found(registry, q=question) == []


async def test_an_empty_question_asks_for_all(registry: Running) -> None:
    assert await found(registry, q=" ") == await found(registry)


async def test_organisations_are_listed_by_kind_and_country(registry: Running) -> None:
    organisation = await register(registry, kinds=["eu-body"], country="LU")
    assert await found(registry, kind="eu-body", country="LU") == [organisation["id"]]
    assert await found(registry, kind="eu-body", country="SE") == []


async def test_a_list_is_read_page_by_page(registry: Running) -> None:
    ids = [(await register(registry, country="IS"))["id"] for _ in range(5)]
    read, after = [], None
    while True:
        query = {"country": "IS", "limit": "2"} | ({"after": after} if after else {})
        page = (await registry.as_().get("/organisations", params=query)).json()
        read += [each["id"] for each in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert read == ids


async def test_a_correction_names_the_revision_it_corrects(registry: Running) -> None:
    organisation = await register(registry)
    address, body = f"/organisations/{organisation['id']}", {"names": {"en": "Better"}, "kinds": ["donor"]}
    coordinator = registry.as_("coordinator")
    assert (await coordinator.put(address, json=body)).status_code == 428
    answer = await coordinator.put(address, json=body, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.headers["etag"], answer.json()["names"]) == (200, '"2"', {"en": "Better"})
    stale = await coordinator.put(address, json=body, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.headers["content-type"]) == (412, "application/problem+json")
    events = [each["type"] for each in await registry.published() if each["subject"] == organisation["id"]]
    assert events == ["organisation-registered", "organisation-updated"]


async def test_a_corrected_name_is_found_and_the_old_one_is_not(registry: Running) -> None:
    organisation = await register(registry, names={"en": "Quagga"})
    await registry.as_("coordinator").put(
        f"/organisations/{organisation['id']}", json={"names": {"en": "Okapi"}}, headers={"If-Match": '"1"'}
    )
    assert await found(registry, q="quagga") == []
    assert await found(registry, q="okapi") == [organisation["id"]]


async def test_an_identifier_belongs_to_one_organisation(registry: Running) -> None:
    identifiers = [{"scheme": "iati", "value": f"PL-{new_id()}"}]
    holder, other = await register(registry, identifiers=identifiers), await register(registry)
    body = {"names": {"en": "Other"}, "identifiers": identifiers}
    coordinator = registry.as_("coordinator")
    refused = await coordinator.post("/organisations", json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "identifier-taken")
    assert refused.json()["organisation_id"] == holder["id"]
    put = await coordinator.put(f"/organisations/{other['id']}", json=body, headers={"If-Match": '"1"'})
    assert put.status_code == 409


async def test_only_coordinators_write(registry: Running) -> None:
    body = {"names": {"en": "Example"}}
    statuses = [
        (await client.post("/organisations", json=body)).status_code
        for client in (registry.as_(), registry.as_("member"), registry.as_("editor"), registry.as_("operator"))
    ]
    assert statuses == [401, 403, 403, 403]


async def test_an_organisation_that_is_not_there_is_not_found(registry: Running) -> None:
    answer = await registry.as_().get(f"/organisations/{new_id()}")
    assert (answer.status_code, answer.json()["code"]) == (404, "organisation-not-found")


@pytest.mark.parametrize(
    "body",
    [
        {"names": {"$ne": ""}},
        {"names": {"en": {"$gt": ""}}},
        {"names": {"en": "Example"}, "other_names": {"a.b": "x"}},
        {"names": {"en": "Example"}, "kinds": {"$in": []}},
        {"names": {"en": "Example"}, "$where": "1"},
    ],
)
async def test_operators_are_refused_and_not_echoed(registry: Running, body: dict[str, Any]) -> None:
    answer = await registry.as_("coordinator").post("/organisations", json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert [word for word in ("$ne", "$gt", "$in", "$where", "a.b") if word in answer.text] == []
