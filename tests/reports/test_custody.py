"""The log of custody names what was altered: a row, a row that is missing, a file."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from services.reports.evidence.custody.domain import Chain, CustodyRow, Head, append, mark_of_forgetting
from shared.ids import new_id
from shared.testing.stack import Running
from tests.reports.builders import NOW, create
from tests.reports.evidence import exhibit, post

REPORT = new_id()
NOBODY = {"by": None, "note": "", "salt": ""}


def seal(text: str) -> str:
    """Stand for the service's own key."""
    return f"sealed {text}"


def chain(length: int = 4) -> tuple[list[CustodyRow], Head]:
    """Return a log of so many rows, and its end."""
    rows: list[CustodyRow] = []
    head = None
    for number in range(length):
        at = NOW + timedelta(minutes=number)
        row, head = append(
            head, REPORT, "opened", "party", new_id(), by=new_id(), note=f"Reason {number}", now=at, seal=seal
        )
        rows.append(row)
    assert head is not None
    return rows, head


def faults(rows: list[CustodyRow], head: Head | None) -> list[tuple[str, int | None]]:
    """Return what is wrong with a log: which fault, in which row."""
    checked = Chain(seal)
    for row in rows:
        checked.check(row)
    checked.end(head)
    return [(each.code, each.seq) for each in checked.faults]


def test_a_log_that_nobody_touched_is_good() -> None:
    assert faults(*chain()) == []
    assert faults([], None) == []


@pytest.mark.parametrize("field", ["what", "subject_id", "at", "by", "note", "sha256"])
def test_an_altered_row_is_named(field: str) -> None:
    rows, head = chain()
    new: Any = {"what": "erased", "at": NOW, "sha256": "0" * 64}.get(field, new_id())
    rows[2] = rows[2].model_copy(update={field: new})
    assert faults(rows, head) == [("row-altered", 3)]


def test_a_row_that_is_missing_is_named_wherever_it_was() -> None:
    rows, head = chain()
    assert faults([*rows[:1], *rows[2:]], head) == [("row-missing", 3)]
    assert faults(rows[:-1], head) == [("row-missing", 4)]
    assert faults(rows[1:], head) == [("row-missing", 2)]


def test_a_chain_made_anew_without_the_services_key_is_seen() -> None:
    rows, head = chain(2)
    forged, _ = append(
        Head(report_id=REPORT, seq=1, hash=rows[0].hash, seal="", at=NOW),
        *(REPORT, "opened", "party", new_id()),
        by=new_id(),
        now=NOW,
        seal=lambda text: "guessed",
    )
    assert faults([rows[0], forged], head) == [("row-altered", 2), ("head-altered", 2)]


def test_a_log_holds_when_somebody_in_it_is_forgotten() -> None:
    rows, head = chain()
    rows[1] = rows[1].model_copy(update={**NOBODY, "forgotten": mark_of_forgetting(rows[1].hash, seal)})
    assert faults(rows, head) == []


@pytest.mark.parametrize(
    "forged",
    [
        NOBODY,
        {**NOBODY, "by": new_id()},
        {**NOBODY, "note": "It was not I."},
        {**NOBODY, "forgotten": "forgotten"},
        {"forgotten": "forgotten"},
    ],
)
def test_nobody_is_put_in_or_taken_out_without_the_services_key(forged: dict[str, Any]) -> None:
    rows, head = chain()
    rows[1] = rows[1].model_copy(update=forged)
    assert faults(rows, head) == [("row-altered", 2)]


def test_the_mark_of_one_row_says_nothing_of_another() -> None:
    rows, head = chain()
    rows[1] = rows[1].model_copy(update={**NOBODY, "forgotten": mark_of_forgetting(rows[2].hash, seal)})
    assert faults(rows, head) == [("row-altered", 2)]


async def _verified(reports: Running, report_id: str) -> dict[str, Any]:
    async with reports.as_("operator") as operator:
        answer = await operator.get(f"/reports/{report_id}/custody/verification")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_a_file_altered_in_the_database_and_the_break_in_the_chain_are_named(reports: Running) -> None:
    report_id = (await create(reports))["id"]
    made = [await exhibit(reports, report_id, b"What the witness said.") for _ in range(3)]
    good = await _verified(reports, report_id)
    assert (good["rows"], good["files"], good["faults"]) == (6, 3, [])
    reader = reports.storage.reader
    altered, gone = [await _file_id(reports, each["id"]) for each in made[:2]]
    await reader["exhibit_files.chunks"].update_one({"files_id": altered}, {"$set": {"data": b"Nothing at all."}})
    await reader["exhibit_files.chunks"].delete_many({"files_id": gone})
    await reader["custody"].update_one({"report_id": report_id, "seq": 5}, {"$set": {"what": "opened"}})
    found = (await _verified(reports, report_id))["faults"]
    assert [(each["code"], each.get("seq"), each.get("exhibit_id")) for each in found] == [
        ("row-altered", 5, None),
        ("file-altered", 2, made[0]["id"]),
        ("file-missing", 4, made[1]["id"]),
    ]


async def test_all_who_record_at_once_stand_in_one_chain(reports: Running) -> None:
    report_id = (await create(reports))["id"]
    parties = [post(reports, f"/reports/{report_id}/parties", {"names": [f"Somebody {n}"]}) for n in range(12)]
    await asyncio.gather(*parties)
    found = await _verified(reports, report_id)
    assert (found["rows"], found["faults"]) == (12, [])


async def _file_id(reports: Running, exhibit_id: str) -> str:
    row = await reports.storage.reader["exhibits"].find_one({"_id": exhibit_id})
    assert row is not None
    return str(row["file"]["file_id"])
