"""The pages of coalitions: members see of whom they are, coordinators form, rename and change them by names."""

from typing import Any

import httpx2
import pytest

from shared.ids import new_id
from tests.portal.fake import Portal, problem

COALITION, ONE, OTHER, HIDDEN = (new_id() for _ in range(4))
NAMES = {ONE: "Free Press", OTHER: "Open Doors", HIDDEN: "Quiet Help"}
PATH = f"/coalitions/{COALITION}"


def coalition(*ids: str, **fields: Any) -> dict[str, Any]:
    return {"id": COALITION, "revision": 4, "name": {"en": "Together"}, "organisation_ids": list(ids), **fields}


def record(id: str) -> dict[str, Any]:
    return {"id": id, "names": {"en": NAMES[id]}}


def found(request: httpx2.Request) -> Any:
    wanted = request.url.params["q"].casefold()
    return {"items": [record(id) for id, name in NAMES.items() if wanted in name.casefold()], "next": None}


def guarded(request: httpx2.Request) -> Any:
    return record(HIDDEN) if "authorization" in request.headers else problem(404, "organisation-not-found")


@pytest.fixture(autouse=True)
def _play(portal: Portal) -> None:
    portal.services.plays |= {
        "GET /coalitions": {"items": [coalition(ONE, HIDDEN)], "next": "cursor"},
        f"GET {PATH}": coalition(ONE, HIDDEN),
        f"GET /organisations/{ONE}": record(ONE),
        f"GET /organisations/{HIDDEN}": guarded,
        "GET /organisations": found,
    }


async def test_members_see_of_whom_coalitions_are_and_change_nothing(portal: Portal) -> None:
    async with portal.browser("member") as browser:
        listed = (await browser.get("/en/coalitions")).text
        shown = (await browser.get(f"/en{PATH}")).text
        assert (await browser.get("/en/coalitions/new")).status_code == 403
    assert f'href="/en{PATH}"><span>Together</span>' in listed
    assert ("2 organisations." in listed, "/en/coalitions?after=cursor" in listed) == (True, True)
    assert [name in shown for name in NAMES.values()] == [True, False, True]
    assert ("<form method" in shown.partition("<main")[2], "Form a coalition" in listed) == (False, False)


async def test_a_coalition_is_formed_of_organisations_by_name(portal: Portal) -> None:
    portal.services.plays["POST /coalitions"] = coalition(ONE, OTHER)
    data = {"name-en": "Together", "organisations": "free press\r\n Open Doors\n", "key": "k1"}
    async with portal.browser("coordinator") as browser:
        many = await browser.post("/en/coalitions/new", data={"organisations": "\n".join(map(str, range(201)))})
        assert "Write at most 200 organisations at once." in many.text
        assert [each for each in portal.services.asked if each.url.path == "/organisations"] == []
        wrong = await browser.post("/en/coalitions/new", data={"name-pl": "", "organisations": "Nobody"})
        answer = await browser.post("/en/coalitions/new", data=data)
    assert wrong.status_code == 422
    assert all(f'href="#{name}"' in wrong.text for name in ("name-en", "organisations"))
    assert answer.headers["location"] == f"/en{PATH}?done=formed"
    assert portal.services.changes()[0].headers["idempotency-key"] == "k1"
    assert portal.services.body() == {"name": {"en": "Together"}, "organisation_ids": [ONE, OTHER]}


async def test_members_are_taken_out_and_put_in_and_the_name_is_changed(portal: Portal) -> None:
    portal.services.plays |= {f"PUT {PATH}/members": coalition(HIDDEN, OTHER), f"PUT {PATH}/name": coalition()}
    async with portal.browser("coordinator") as browser:
        data = {"revision": "4", "out": ONE, "organisations": "Open Doors"}
        changed = await browser.post(f"/en{PATH}/members", data=data)
        assert portal.services.body() == {"organisation_ids": [HIDDEN, OTHER]}
        renamed = await browser.post(f"/en{PATH}/name", data={"revision": "4", "name-be": "Разам"})
        assert portal.services.body() == {"name": {"be": "Разам"}}
        nameless = await browser.post(f"/en{PATH}/name", data={"revision": "4"})
        assert "The members are saved." in (await browser.get(changed.headers["location"])).text
    assert [each.headers["if-match"] for each in portal.services.changes()] == ['"4"'] * 2
    assert (renamed.headers["location"], nameless.status_code) == (f"/en{PATH}?done=renamed", 422)


async def test_two_coordinators_do_not_overwrite_each_other(portal: Portal) -> None:
    portal.services.plays |= {f"PUT {PATH}/{part}": problem(412, "changed-meanwhile") for part in ("members", "name")}
    async with portal.browser("coordinator") as browser:
        for part in ("members", "name"):
            answer = await browser.post(f"/en{PATH}/{part}", data={"revision": "3", "name-en": "Ours"})
            assert (answer.status_code, "Somebody else saved in the meantime." in answer.text) == (412, True)


async def test_the_pages_are_there_in_every_language(portal: Portal) -> None:
    async with portal.browser("coordinator") as browser:
        for language in ("en", "pl", "be", "uk", "ru"):
            for path in ("/coalitions", "/coalitions/new", PATH):
                answer = await browser.get(f"/{language}{path}")
                assert (answer.status_code, answer.text.count("<h1")) == (200, 1), (language, path)
