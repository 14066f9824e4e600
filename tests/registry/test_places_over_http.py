"""Places over HTTP: regions and communes for everybody, and what a name means by the register."""

from services.registry.places.actions import record_communes, resolve_place
from services.registry.places.domain import Commune, Place
from shared.ids import new_id
from shared.testing.stack import Running

WARSAW = Commune(code="1465011", name="M. st. Warszawa", kind="gmina miejska", county="1465", county_name="Warszawa")
TWINS = [
    Commune(code="0201011", name="Bolesławiec", kind="gmina miejska", county="0201", county_name="bolesławiecki"),
    Commune(code="0201022", name="Bolesławiec", kind="gmina wiejska", county="0201", county_name="bolesławiecki"),
]


async def test_regions_have_names_in_the_languages_of_the_pages(registry: Running) -> None:
    shown = (await registry.as_().get("/places/regions", params={"country": "BY"})).json()["items"]
    assert {each["code"]: each["names"]["be"] for each in shown}["BY-HM"] == "Мінск"


async def test_a_region_is_found_by_its_name_in_any_language(registry: Running) -> None:
    asked = {
        name: registry.as_().get("/places/regions", params={"name": name}) for name in ("Гродна", "mazowieckie", "x")
    }
    found = {name: [each["code"] for each in (await answer).json()["items"]] for name, answer in asked.items()}
    assert found == {"Гродна": ["BY-HR"], "mazowieckie": ["PL-14"], "x": []}


async def test_communes_are_recorded_once_and_found_in_any_spelling(registry: Running) -> None:
    for _ in range(2):
        await registry.storage.transact(record_communes, [WARSAW, *TWINS])
    everybody = registry.as_()
    found = (await everybody.get("/places/communes", params={"q": "warsz"})).json()["items"]
    assert [each["code"] for each in found] == ["1465011"]
    page = (await everybody.get("/places/communes", params={"region": "PL-02", "limit": "1"})).json()
    rest = (await everybody.get("/places/communes", params={"region": "PL-02", "after": page["next"]})).json()
    assert [each["code"] for each in [*page["items"], *rest["items"]]] == ["0201011", "0201022"]


async def test_a_name_means_the_commune_the_register_has(registry: Running) -> None:
    await registry.storage.transact(record_communes, [WARSAW, *TWINS])
    found = [
        await registry.storage.transact(resolve_place, [name], country="Polska")
        for name in ("Warszawa", "WARSZAWA", "Boleslawiec", "Mazowsze Wschodnie")
    ]
    capital = Place(country="PL", region="PL-14", commune="1465011")
    assert found == [capital, capital, Place(country="PL", region="PL-02"), None]


async def test_an_unknown_place_is_listed_once_however_often_it_is_named(registry: Running) -> None:
    name = f"Wioska {new_id()}"
    for spelling in (name, name.upper()):
        assert await registry.storage.transact(resolve_place, [spelling], country="PL") is None
    listed = (await registry.as_("coordinator").get("/places/unmatched", params={"limit": "200"})).json()["items"]
    assert [each["names"] for each in listed if each["names"][0] == name] == [[name]]
    decision = {"commune": "9999999"}
    (entry,) = [each for each in listed if each["names"][0] == name]
    refused = await registry.as_("coordinator").put(
        f"/places/unmatched/{entry['id']}/decision", json=decision, headers={"If-Match": '"1"'}
    )
    assert (refused.status_code, refused.json()["code"]) == (422, "commune-not-found")
