"""Every route lets in those it names and nobody else, whatever token or link they bring."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.events.registry import Role
from shared.links import Purpose
from shared.testing.stack import SECRET, TestKeys
from tests.abuse.conftest import Target
from tests.abuse.refusals import code
from tests.abuse.spy import Spy
from tests.abuse.surface import Operation, operations

ABOUT_PEOPLE = {"registry": ("/people", "/erasures"), "notifications": ("/letters/{letter_id}/preview",)}
"""Where operators see no more than anybody: written anew here, too."""
NOT_LET_IN = {"sign-in-needed", "role-needed", "link-needed", "token-not-valid"}


def about_people(operation: Operation) -> bool:
    """Whether an operation shows people, or what is written to them."""
    return operation.path.startswith(ABOUT_PEOPLE.get(operation.service, ("nowhere",)))


def too_low(operation: Operation) -> list[tuple[Role, ...]]:
    """Return the roles, each alone, that are not enough; written anew here, so that a change is noticed."""
    operator: list[tuple[Role, ...]] = [] if operation.reads and not about_people(operation) else [("operator",)]
    found: dict[str, list[tuple[Role, ...]]] = {
        "member": [],
        "editor": [("member",), ("operator",)],
        "coordinator": [("member",), ("editor",), ("member", "editor"), *operator],
        "operator": [("member",), ("editor",), ("coordinator",)],
    }
    return found[operation.role or "member"]


@pytest.mark.parametrize("operation", operations(), ids=str)
def test_every_route_says_who_may_exactly_once(operation: Operation) -> None:
    assert len(operation.access) == 1


def test_nothing_is_public_that_is_not_meant_to_be() -> None:
    health = {"/health/live", "/health/ready", "/metrics"}
    public = {
        str(each) for each in operations() if each.role is None and each.purpose is None and each.path not in health
    }
    assert public == {
        "meetings POST /certificates/verification",
        "registry GET /.well-known/jwks.json",
        "registry GET /activities",
        "registry GET /activities/counts",
        "registry GET /activities/{activity_id}",
        "registry GET /activities/{activity_id}/iati",
        "registry GET /exports/iati",
        "registry GET /matrix",
        "registry GET /matrix/activities",
        "registry GET /matrix/gaps",
        "registry GET /matrix/overlaps",
        "registry GET /places/communes",
        "registry GET /places/regions",
        "registry GET /organisations",
        "registry GET /organisations/counts",
        "registry GET /organisations/{organisation_id}",
        "registry POST /sign-ins",
        "registry POST /sign-ins/redemption",
        "registry POST /sign-outs",
        "registry POST /tokens",
        "reports GET /feed.atom",
        "reports GET /feed.json",
        "reports GET /library",
        "reports GET /library/counts",
        "reports GET /library/{report_id}",
        "reports GET /practices",
        "reports GET /practices/{practice_id}",
        "reports GET /reports",
        "reports GET /reports/{report_id}",
        "reports GET /reports/{report_id}/editions",
        "reports GET /reports/{report_id}/editions/{number}",
        "reports GET /reports/{report_id}/editions/{number}/charts/{indicator_id}",
        "reports GET /reports/{report_id}/editions/{number}/content",
        "reports GET /reports/{report_id}/editions/{number}/indicators",
        "reports GET /reports/{report_id}/editions/{number}/indicators.csv",
        "reports GET /reports/{report_id}/editions/{number}/pdf",
        "reports GET /reports/{report_id}/images/{image_id}",
        "reports GET /subscriptions/offered",
        "reports GET /sitemap.xml",
        "reports POST /subscriptions",
    }


async def test_without_a_token_nobody_is_let_in_where_a_role_is_needed(target: Target) -> None:
    for operation in target.operations:
        answer = await target.call(operation)
        if operation.role is not None:
            assert (answer.status_code, code(answer)) == (401, "sign-in-needed"), operation
        elif operation.purpose is not None:
            assert (answer.status_code, code(answer)) == (401, "link-needed"), operation
        elif answer.status_code >= 400 and operation.path != "/health/ready":
            assert code(answer) not in NOT_LET_IN, operation


async def test_a_role_that_is_too_low_is_not_let_in(target: Target) -> None:
    for operation in target.operations:
        if operation.role is None:
            continue
        for roles in [(), *too_low(operation)]:
            headers = {"Authorization": f"Bearer {target.token(*roles)}"}
            answer = await target.call(operation, headers=headers)
            assert (answer.status_code, code(answer)) == (403, "role-needed"), (operation, roles)


async def test_whoever_may_is_let_in(target: Target) -> None:
    roles: list[Role] = ["member", "editor", "coordinator", "operator"]
    for operation in (each for each in target.operations if each.reads):
        enough = [role for role in roles if operation.role and (role,) not in too_low(operation)]
        for role in enough:
            answer = await target.call(operation, headers={"Authorization": f"Bearer {target.token(role)}"})
            assert answer.status_code not in (401, 403), (operation, role)
        if operation.purpose is not None:
            answer = await target.call(operation, headers=target.authorised(operation))
            assert answer.status_code == 200, (operation, answer.text)


def forgeries(target: Target) -> dict[str, str]:
    """Return access tokens of a coordinator that are not good, by what is wrong with them."""
    roles: list[Role] = ["coordinator", "operator", "editor", "member"]
    good = target.token(*roles)
    head, body, signature = good.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    other = next(name for name in ("reports", "meetings") if name != target.name)
    return {
        "of another issuer": target.token(*roles, iss="somebody"),
        "signed by another": TestKeys().token(target.name, *roles),
        "expired a second ago": target.token(*roles, lasts=-1),
        "expires now": target.token(*roles, lasts=0),
        "for another service": target.running.keys.token(other, *roles),
        "for nobody": target.token(*roles, aud=None),
        "not signed": f"{_part({'alg': 'none', 'typ': 'JWT'})}.{body}.",
        "not signed, with a signature": f"{_part({'alg': 'none'})}.{body}.{signature}",
        "claims changed": f"{head}.{_part({**claims, 'sub': 'somebody'})}.{signature}",
        "signature cut": good[:-10],
        "signature gone": f"{head}.{body}.",
        "empty": "",
        "words": "let me in",
        "a link": target.link("answer"),
    }


def _part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


async def test_a_token_that_is_not_good_is_refused_everywhere(target: Target) -> None:
    bad = forgeries(target)
    for operation in (each for each in target.operations if each.role is not None):
        for wrong, token in bad.items():
            answer = await target.call(operation, headers={"Authorization": f"Bearer {token}"})
            assert (answer.status_code, code(answer)) == (401, "token-not-valid"), (operation, wrong)


async def test_a_token_in_another_place_is_no_token(target: Target) -> None:
    operation = next(each for each in target.operations if each.role is not None and each.reads)
    token = target.token("coordinator")
    for headers in (
        {"Authorization": token},
        {"Authorization": f"Basic {token}"},
        {"Authorization": f"Link {token}"},
        {"Cookie": f"token={token}; access_token={token}"},
        {"X-Access-Token": token, "X-Forwarded-User": "coordinator", "X-Original-Url": "/health/live"},
    ):
        answer = await target.call(operation, headers=headers)
        assert (answer.status_code, code(answer)) == (401, "sign-in-needed")
    answer = await target.call(operation, params={"access_token": token, "token": token})
    assert answer.status_code == 401


async def test_a_link_that_is_not_good_is_refused_everywhere_with_the_same_answer(target: Target) -> None:
    purposes: list[Purpose] = ["answer", "sign-in", "subscription", "unsubscribe"]
    for operation in (each for each in target.operations if each.purpose is not None):
        good = target.link(operation.purpose)
        foreign = [target.link(each) for each in purposes if each != operation.purpose]
        forged = target.link(operation.purpose).rpartition(".")[0] + "." + foreign[0].rpartition(".")[2]
        expired_and_foreign = target.link("sign-in", expires_at=datetime(2020, 1, 1, tzinfo=UTC))
        bent = [good[:place] + _other(good[place]) + good[place + 1 :] for place in range(0, len(good), 7)]
        bad = [*foreign, forged, expired_and_foreign, *bent, good[:-1], good + "A", "", "a.b", SECRET, "x" * 10_000]
        answers = [await target.call(operation, headers={"Authorization": f"Link {each}"}) for each in bad]
        assert {(each.status_code, code(each)) for each in answers} == {(401, "link-not-valid")}, operation
        assert len({each.content for each in answers}) == 1, operation


def _other(character: str) -> str:
    return "A" if character != "A" else "B"


async def test_an_expired_link_is_refused_and_says_so_only_to_who_holds_it(target: Target) -> None:
    for operation in (each for each in target.operations if each.purpose is not None):
        expired = target.link(operation.purpose, expires_at=datetime(2020, 1, 1, tzinfo=UTC))
        answer = await target.call(operation, headers={"Authorization": f"Link {expired}"})
        assert (answer.status_code, code(answer)) == (401, "link-expired"), operation


async def test_a_link_of_another_generation_or_of_nobody_opens_nothing(target: Target) -> None:
    for operation in (each for each in target.operations if each.purpose == "answer"):
        nobody = target.link(operation.purpose, subject="01928f6c-3c1e-7d70-9a43-0d1b2c3d4e5f")
        revoked = target.link(operation.purpose, generation=2)
        for link, why in ((nobody, "link-not-valid"), (revoked, "link-withdrawn")):
            body = {"json": target.body(operation)} if operation.body_schema else {}
            answer = await target.call(operation, headers={"Authorization": f"Link {link}"}, **body)
            assert (answer.status_code, code(answer)) == (401, why), operation


async def test_reading_changes_nothing(target: Target, spy: Spy) -> None:
    heard = 0
    for operation in (each for each in target.operations if each.reads):
        with spy.listening():
            await target.call(operation, headers=target.authorised(operation))
            async with target.running.as_() as client:
                path, headers = target.path(operation), target.authorised(operation)
                await client.head(path, headers=headers)
                await client.options(path, headers=headers)
        assert spy.writes == [], operation
        heard += len(spy.commands)
    assert heard > 0, "the spy is deaf"


async def test_no_method_but_those_declared_is_answered(target: Target) -> None:
    declared: dict[str, set[str]] = {}
    for operation in target.operations:
        declared.setdefault(operation.path, set()).add(operation.method)
    methods = {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"}
    for operation in target.operations:
        for method in methods - declared[operation.path]:
            async with target.running.as_("coordinator") as client:
                answer = await client.request(method, target.path(operation))
            assert (answer.status_code, code(answer)) in ((405, "method-not-allowed"), (422, "input-not-valid")), (
                operation,
                method,
            )


@pytest.mark.parametrize(
    ("service", "least"), [("meetings", 15), ("notifications", 4), ("registry", 20), ("reports", 15)]
)
def test_the_walk_sees_all_of_it(service: str, least: int) -> None:
    assert len([each for each in operations() if each.service == service]) >= least
