"""IATI both ways: what was imported is exported again word by word, valid by the schema, and imports as the same."""

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from lxml import etree

from services.registry.activities.activity import Activity
from services.registry.activities.commands import RecordActivity
from services.registry.activities.domain import record
from services.registry.activities.parts import PARTS
from services.registry.activities.seeing import Seen
from services.registry.exports.iati_activity import Exportable, write_activity
from services.registry.imports.actions import import_iati
from services.registry.imports.iati import check_file, load_schema, read_file
from services.registry.main import create_app
from services.registry.settings import Settings
from shared.ids import new_id
from shared.testing.stack import Running, Stack
from tests.registry.activity_bodies import a_recorded
from tests.registry.builders import NOW, an_activity, an_iati_file

SCHEMA = load_schema()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def elsewhere() -> AsyncIterator[Running]:
    """Another registry, on the same servers, that knows nothing."""
    import os

    other = Stack(os.environ["ZGODA_TEST_MONGO_URL"], os.environ["ZGODA_TEST_AMQP_URL"])
    async with other.running(create_app, Settings(**other.values("registry")), background=False) as running:
        yield running
    await other.clear()


def words(content: bytes) -> list[list[str]]:
    """Return the elements of each activity of a file in canonical form, without the spaces between them."""
    root = etree.fromstring(content, etree.XMLParser(remove_comments=True))
    return [
        [str(sorted(activity.attrib.items()))]
        + [etree.tostring(each, method="c14n", exclusive=True, with_tail=False).decode() for each in activity]
        for activity in root.iterfind("iati-activity")
    ]


def key_of(activity: list[str]) -> str:
    """Return by what an activity is known: its identifier, or all its words."""
    return "".join(activity) if activity[1] == "<iati-identifier></iati-identifier>" else activity[1]


def distinct(contents: list[bytes]) -> list[dict[str, etree._Element]]:
    """Return the activities of files by their keys, as few groups as there can be with each key once."""
    groups: list[dict[str, etree._Element]] = []
    for content in contents:
        for activity, said in zip(etree.fromstring(content).iterfind("iati-activity"), words(content), strict=True):
            key = key_of(said)
            group = next((each for each in groups if key not in each), None)
            if group is None:
                groups.append(group := {})
            group[key] = activity
    return groups


def joined(activities: dict[str, etree._Element]) -> bytes:
    """Return one file of activities."""
    root = etree.Element("iati-activities", version="2.03")
    root.extend(activities.values())
    return etree.tostring(root)


def facts(activity: Activity) -> dict[str, Any]:
    """Return an activity without what is another in another registry: ids and moments."""
    said = activity.model_dump(exclude={"id", "recorded_at", "changed_at", "reporting_id", "revision"})
    said["participations"] = [{**each, "organisation_id": None} for each in said["participations"]]
    return said


async def recorded(registry: Running) -> list[dict[str, Any]]:
    from services.registry.activities.finding import Filter
    from services.registry.activities.store import ids, with_ids
    from services.registry.audiences import ANY_COORDINATOR

    found = await ids(registry.storage.reader, Filter(), viewer=ANY_COORDINATOR)
    activities = await with_ids(registry.storage.reader, found)
    return [facts(activities[each]) for each in found]


async def export(registry: Running, **query: str) -> bytes:
    answer = await registry.as_("coordinator").get("/exports/iati", params=query)
    assert answer.status_code == 200
    return answer.content


def assert_valid(content: bytes) -> None:
    schema = load_schema()
    assert schema.validate(etree.fromstring(content)), schema.error_log


async def test_the_standard_s_files_come_back_word_by_word(
    registry: Running, elsewhere: Running, iati_files: Path
) -> None:
    paths = [
        iati_files / "activity-standard-example-annotated.xml",
        *sorted((iati_files / "should-pass").glob("*.xml")),
    ]
    files = [joined(some) for some in distinct([path.read_bytes() for path in paths])]
    expected: dict[str, list[str]] = {}
    for content in files:
        assert (await import_iati(registry.storage, content)).refused == 0
        expected.update({key_of(each): each for each in words(content)})
    exported = await export(registry)
    assert_valid(exported)
    assert sorted(words(exported)) == sorted(expected.values())
    report = await import_iati(elsewhere.storage, exported)
    assert (report.created, report.refused) == (len(expected), 0)
    assert await recorded(elsewhere) == await recorded(registry)
    again = await export(elsewhere)
    assert words(again) == words(exported)
    report = await import_iati(registry.storage, again)
    assert (report.unchanged, report.updated, report.created) == (len(expected), 0, 0)


async def test_a_correction_by_hand_keeps_what_we_do_not_model(registry: Running) -> None:
    identifier = f"PL-{new_id()}"
    result = """<conditions attached="1"><condition type="1"><narrative xml:lang="fr">Conditions</narrative></condition>
</conditions>"""
    await import_iati(registry.storage, an_iati_file(an_activity(identifier, more=result)))
    coordinator = registry.as_("coordinator")
    (line,) = (await coordinator.get("/activities", params={"q": identifier})).json()["items"]
    shown = (await coordinator.get(f"/activities/{line['id']}")).json()
    body = written_body(shown, title={**shown["title"], "pl": "Wolna prasa"})
    answer = await coordinator.put(f"/activities/{line['id']}", json=body, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json()["revision"]) == (200, 2)
    exported = (await coordinator.get(f"/activities/{line['id']}/iati")).content
    assert_valid(exported)
    before, after = words(an_iati_file(an_activity(identifier, more=result)))[0], words(exported)[0]
    assert [each for each in after if each not in before] == [
        '<title><narrative xml:lang="en">Free press</narrative><narrative xml:lang="be">Свабодная прэса</narrative>'
        '<narrative xml:lang="pl">Wolna prasa</narrative><narrative xml:lang="fr">Presse libre</narrative></title>'
    ]
    assert len(after) == len(before)


def written_body(shown: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return the body that writes an activity as it was shown, but for ``changes``."""
    from services.registry.activities.commands import WriteActivity

    return {**{name: shown[name] for name in WriteActivity.model_fields if name in shown}, **changes}


def test_where_a_place_is_comes_back_by_region_and_commune() -> None:
    places = [
        {"name": {"pl": "Warszawa"}, "country": "PL", "region": "PL-14", "commune": "1465011"},
        {"name": {"be": "Гродна"}, "country": "BY", "region": "BY-HR"},
        {"country": "UA"},
    ]
    activity = a_recorded(locations=places)
    made = etree.tostring(write_activity(Exportable(seen=Seen(activity), original=activity)), encoding="utf-8")
    (found,) = list(read_file(b'<iati-activities version="2.03">' + made + b"</iati-activities>", SCHEMA))
    assert found.command is not None, found.errors
    assert found.command.locations == activity.locations


TEXTS = some.text(some.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=30)
LINES = TEXTS.map(str.strip).filter(lambda text: bool(text) and "\ufffe" not in text and "\uffff" not in text)
WORDINGS = some.dictionaries(some.sampled_from(["pl", "en", "be", "uk", "ru"]), LINES, max_size=3)
OTHERS = some.dictionaries(some.sampled_from(["fr", "de", "ar", "sr-latn"]), LINES, max_size=2)
DAYS = some.dates(date(1990, 1, 1), date(2100, 1, 1))
AMOUNTS = some.decimals(min_value=-(10**12), max_value=10**12, places=2)
CODES = some.from_regex(r"[A-Z0-9][A-Z0-9-]{0,11}", fullmatch=True)
NAMED: Any = {
    "ref": some.just("") | CODES,
    "type": some.sampled_from(["10", "22"]),
    "name": WORDINGS,
    "other_names": OTHERS,
}
MONEY = some.fixed_dictionaries(
    {"amount": AMOUNTS, "currency": some.sampled_from(["EUR", "PLN", "BYN"]), "valued_on": DAYS}
)
SHARES = some.lists(
    some.fixed_dictionaries({"code": CODES, "vocabulary": some.sampled_from(["1", "2", ""])}), max_size=2
)
PERIODS = some.tuples(DAYS, DAYS).map(sorted)
BUDGETS = some.builds(
    lambda days, money: {"type": "1", "status": "2", "starts_on": days[0], "ends_on": days[1], "money": money},
    PERIODS,
    MONEY,
)
TRANSACTIONS = some.fixed_dictionaries(
    {
        "type": some.sampled_from(["1", "2", "3"]),
        "happened_on": DAYS,
        "money": MONEY,
        "description": WORDINGS,
        "description_otherwise": OTHERS,
        "provider": some.none() | some.fixed_dictionaries(NAMED),
        "sectors": SHARES,
        "countries": some.lists(some.sampled_from(["BY", "PL"]), max_size=1),
        "humanitarian": some.booleans(),
    }
)
LOCATIONS = some.fixed_dictionaries(
    {
        "ref": some.just("") | CODES,
        "name": WORDINGS,
        "other_names": OTHERS,
        "latitude": some.just(52.23),
        "longitude": some.just(21.0125),
    }
)
ACTIVITIES = some.fixed_dictionaries(
    {
        "iati_identifier": CODES,
        "title": WORDINGS.filter(bool),
        "title_otherwise": OTHERS,
        "description": WORDINGS.filter(bool),
        "description_otherwise": OTHERS,
        "reporting": some.fixed_dictionaries(NAMED | {"name": WORDINGS.filter(bool)}),
        "participations": some.lists(
            some.fixed_dictionaries(NAMED | {"part": some.sampled_from(list(PARTS.values()))}), min_size=1, max_size=3
        ),
        "status": some.sampled_from(["1", "2", "4"]),
        "dates": some.lists(
            some.fixed_dictionaries({"kind": some.sampled_from(["planned-start", "actual-end"]), "happens_on": DAYS}),
            min_size=1,
            max_size=2,
        ),
        "sectors": SHARES,
        "countries": some.lists(
            some.fixed_dictionaries(
                {"code": some.sampled_from(["BY", "PL"]), "percentage": some.just(Decimal("33.3"))}
            ),
            max_size=2,
        ),
        "locations": some.lists(LOCATIONS, max_size=2),
        "budgets": some.lists(BUDGETS, max_size=2),
        "transactions": some.lists(TRANSACTIONS, max_size=2),
        "hierarchy": some.none() | some.integers(1, 3),
        "humanitarian": some.booleans(),
        "default_currency": some.sampled_from(["", "EUR"]),
        "related": some.lists(CODES, max_size=2),
    }
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ACTIVITIES)
def test_whatever_is_recorded_by_hand_is_read_again_as_it_was(fields: dict[str, Any]) -> None:
    command = RecordActivity.model_validate(fields)
    parts: list[str | None] = [None for _ in command.participations]
    activity = record(command, reporting_id=None, organisation_ids=parts, now=NOW)
    made = etree.tostring(write_activity(Exportable(seen=Seen(activity), original=activity)), encoding="utf-8")
    content = b'<iati-activities version="2.03">' + made + b"</iati-activities>"
    check_file(content, SCHEMA)
    (found,) = list(read_file(content, SCHEMA))
    assert found.errors == ()
    assert found.command is not None
    assert found.command.model_dump() == command.model_dump()
