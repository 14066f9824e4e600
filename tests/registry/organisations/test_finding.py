"""Organisations are found in spite of slips, in a stable order, page by page, by whoever may know of them."""

import time
from typing import Any

import pytest
import pytest_asyncio

from services.registry.organisations import finding, store
from services.registry.organisations.domain import Organisation
from services.registry.organisations.finding import Wanted
from shared.paging import Paging
from shared.storage import Tx
from shared.testing.stack import Running
from tests.registry.builders import an_organisation
from tests.registry.organisations.test_matching import registered, word

MANY = 1_500
BEGINNINGS = ("Bara", "Cheba", "Dovna", "Hara", "Kova", "Lapi")
ENDS = ("novich", "kevich", "l", "tar", "senka")
SURNAMES = [beginning + end for beginning in BEGINNINGS for end in ENDS]


async def found(registry: Running, *, as_: Any = None, **query: str) -> list[str]:
    client = registry.as_() if as_ is None else as_
    answer = await client.get("/organisations", params={"limit": "200", **query})
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.json()["items"]]


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("Helsinki Committee {}", "Helsnki {}"),
        ("Helsinki Committee {}", "helsinky comittee {}"),
        ("Беларускі Хельсінскі Камітэт {}", "belaruski helsinski kamtet {}"),
        ("Stowarzyszenie Łódzkie {}", "stowarzyzsenie lodzkie {}"),
        ("Праваабарончы цэнтр Вясна {}", "viasna {}"),
        ("Międzynarodowa Współpraca {}", "miedzynarodova wspolpraca {}"),
    ],
)
async def test_a_known_organisation_is_found_in_spite_of_slips(registry: Running, name: str, question: str) -> None:
    unique = word()
    known = await registered(registry, name.format(unique))
    assert await found(registry, q=question.format(unique)) == [known]


async def test_a_slip_in_the_rarest_word_is_forgiven_too(registry: Running) -> None:
    unique = word()
    known = await registered(registry, f"Press {unique}")
    slipped = unique[:4] + unique[5] + unique[4] + unique[6:]
    assert await found(registry, q=f"press {slipped}") == [known]


async def test_a_whole_name_comes_first_and_then_what_begins_with_it(registry: Running) -> None:
    unique = word()
    longer = await registered(registry, f"{unique}er Union")
    whole = await registered(registry, unique)
    assert await found(registry, q=unique) == [whole, longer]


@pytest.mark.parametrize("question", ["PL-NIP 7010181018", "701-018-10-18", "pl-nip-7010181018"])
async def test_a_number_is_found_however_it_is_written(registry: Running, question: str) -> None:
    holder = await found(registry, q="7010181018")
    known = holder or [await registered(registry, word(), identifiers=[{"scheme": "PL-NIP", "value": "7010181018"}])]
    assert await found(registry, q=question) == known


async def test_what_is_not_for_everybody_is_found_shown_and_counted_by_nobody_else(registry: Running) -> None:
    unique = word()
    hidden = await registered(registry, f"{unique} hidden", audience="coordinators")
    inner = await registered(registry, f"{unique} inner", audience="members")
    open_one = await registered(registry, f"{unique} open")
    nobody, member = registry.as_(), registry.as_("member")
    own, coordinator = registry.as_("member", organisation_ids=[hidden]), registry.as_("coordinator")
    for client, known in (
        (nobody, [open_one]),
        (member, [inner, open_one]),
        (own, [hidden, inner, open_one]),
        (coordinator, [hidden, inner, open_one]),
    ):
        assert await found(registry, as_=client, q=unique) == known
        assert await found(registry, as_=client, q=f"{unique} hiden") == [each for each in known if each == hidden]
        counts = (await client.get("/organisations/counts", params={"q": unique})).json()
        assert counts["total"] == len(known)
        shown = [(await client.get(f"/organisations/{each}")).status_code for each in (hidden, inner, open_one)]
        assert shown == [200 if each in known else 404 for each in (hidden, inner, open_one)]


async def test_filters_by_region_and_level_go_together(registry: Running) -> None:
    kinds = {"kinds": ["public-authority"], "region": "PL-32"}
    city = await registered(registry, word(), level="municipal", **kinds)
    region = await registered(registry, word(), level="regional", **kinds)
    assert await found(registry, region="PL-32") == [city, region]
    assert await found(registry, region="PL-32", level="municipal", kind="public-authority", country="PL") == [city]
    answer = await registry.as_().get("/organisations", params={"region": "PL-99"})
    assert (answer.status_code, answer.json()["code"]) == (422, "input-not-valid")


async def test_counts_say_how_many_of_each_kind_and_country(registry: Running) -> None:
    unique = word()
    await registered(registry, f"{unique} a", kinds=["donor", "government"], country="SE")
    await registered(registry, f"{unique} b", kinds=["donor"], country="SE")
    await registered(registry, f"{unique} c", country="PL")
    counts = (await registry.as_().get("/organisations/counts", params={"q": unique})).json()
    assert counts == {
        "total": 3,
        "more": False,
        "by_kind": {"donor": 2, "government": 1},
        "by_country": {"SE": 2, "PL": 1},
    }


def many() -> list[Organisation]:
    return [
        an_organisation(names={"en": f"Great {SURNAMES[at % 30]} {SURNAMES[at // 30 % 30]} Union"}, country="NZ")
        for at in range(MANY)
    ]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def crowd(registry: Running) -> list[Organisation]:
    organisations = many()

    async def add(tx: Tx, some: list[Organisation]) -> None:
        await store.organisations.add_many(tx, some)

    for start in range(0, MANY, 250):
        await registry.storage.transact(add, organisations[start : start + 250])
    return organisations


@pytest.mark.parametrize("question", [None, "great", "great bara", "grreat union"])
async def test_pages_hold_everything_once_in_a_stable_order(
    registry: Running, crowd: list[Organisation], question: str | None
) -> None:
    asked = Wanted(question=question, country="NZ")
    read, after = list[str](), None
    while True:
        page = await finding.page(registry.storage.reader, asked, Paging(after=after, limit=190))
        read += [each.id for each in page.items]
        if (after := page.next) is None:
            break
    words = (question or "").split()
    fits = [each.id for each in crowd if len(words) < 2 or words[1] != "bara" or " Bara" in each.names["en"]]
    assert read == sorted(fits)


async def test_a_name_in_the_crowd_is_found_first_and_soon(registry: Running, crowd: list[Organisation]) -> None:
    known = crowd[1_234]
    began_at = time.perf_counter()
    for question in (known.names["en"], known.names["en"].replace("Great", "Graet")):
        page = await finding.page(registry.storage.reader, Wanted(question=question), Paging(limit=50))
        assert known.id in [each.id for each in page.items]
    assert time.perf_counter() - began_at < 5  # seconds: on a machine that does much else
