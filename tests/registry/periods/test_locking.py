"""What was reported for a locked period is only corrected: by somebody, with a reason, the older version kept."""

from datetime import timedelta
from typing import Any

import pytest

from services.registry.activities import store as activities
from services.registry.imports.actions import import_iati
from services.registry.periods import locking, store
from shared.ids import new_id, utc_now
from shared.paging import Paging
from shared.problems import Conflict
from shared.storage import Tx
from shared.testing.stack import Running
from tests.registry.activity_bodies import activity_body, an_organisation_on_record
from tests.registry.builders import an_activity, an_iati_file
from tests.registry.imports.test_sheets_over_http import a_name, a_row, a_sheet, counts, imported
from tests.registry.periods.test_periods import command


async def a_locked_period(registry: Running, organisation_id: str) -> str:
    """Open a period for an organisation, and let its time be over."""
    answer = await registry.as_("coordinator").post("/periods", json=command(organisation_id))
    period_id: str = answer.json()["id"]
    over = utc_now() - timedelta(seconds=1)
    await registry.storage.reader["periods"].update_one({"_id": period_id}, {"$set": {"closes_at": over}})
    return period_id


async def reported(registry: Running) -> tuple[str, dict[str, Any], str]:
    """Import an activity of 2008 and lock its period; return who, the activity, and the period."""
    name = a_name()
    await imported(registry, a_sheet(a_row(name)))
    row = await registry.storage.reader["activities"].find_one({"reporting.name.en": name})
    assert row is not None
    return name, row, await a_locked_period(registry, row["reporting_id"])


async def test_an_import_changes_nothing_of_a_locked_period_without_a_reason(registry: Running) -> None:
    name, row, _ = await reported(registry)
    sheet = await imported(
        registry, a_sheet(a_row(name, value="2"), a_row(name, what="New", start="2010-01-01", end=""))
    )
    assert counts(sheet) == {"created": 1, "refused": 1}
    now = await registry.storage.reader["activities"].find_one({"_id": row["_id"]})
    assert now is not None
    assert now["revision"] == 1


async def test_a_row_that_moves_an_activity_out_of_a_locked_period_needs_a_reason(registry: Running) -> None:
    name, days = a_name(), {"start": "2008-01-01", "end": "2009-01-01"}
    await imported(registry, a_sheet(a_row(name, **days)))
    row = await registry.storage.reader["activities"].find_one({"reporting.name.en": name})
    assert row is not None
    period_id = await a_locked_period(registry, row["reporting_id"])
    moved = a_sheet(a_row(name, **days | {"end": "2008-03-01"}))
    assert counts(await imported(registry, moved)) == {"refused": 1}
    assert counts(await imported(registry, moved, correction="It ended early.")) == {"updated": 1}
    (kept,), _ = await store.corrections(registry.storage.reader, activity_id=row["_id"], paging=Paging())
    assert (kept["period_ids"], kept["reason"]) == ([period_id], "It ended early.")


async def test_a_correction_is_a_new_version_with_who_and_why(registry: Running) -> None:
    name, row, period_id = await reported(registry)
    sheet = await imported(registry, a_sheet(a_row(name, value="2")), correction="The amount was wrong.")
    assert counts(sheet) == {"updated": 1}
    listed = (await registry.as_("coordinator").get(f"/periods/{period_id}/corrections")).json()["items"]
    assert [(each["activity_id"], each["activity_revision"], each["reason"], each["begun"]) for each in listed] == [
        (row["_id"], 2, "The amount was wrong.", False)
    ]
    assert listed[0]["by"] == sheet["uploaded_by"]
    (kept,), _ = await store.corrections(registry.storage.reader, activity_id=row["_id"], paging=Paging())
    assert str(kept["before"]["budgets"][0]["money"]["amount"]) == "1000"


async def test_a_file_of_iati_leaves_a_locked_period_alone_unless_it_says_why(registry: Running) -> None:
    identifier, ref = new_id(), f"DE-1-{new_id()}"

    def a_file(title: str) -> bytes:
        return an_iati_file(an_activity(identifier, title=title).replace("PL-KRS-0000163131", ref))

    assert (await import_iati(registry.storage, a_file("Free press"))).created == 1
    row = await registry.storage.reader["activities"].find_one({"iati_identifier": identifier})
    assert row is not None
    period_id = await a_locked_period(registry, row["reporting_id"])
    refused = await import_iati(registry.storage, a_file("A freer press"))
    assert (refused.updated, [(each.line, each.code) for each in refused.errors]) == (0, [(2, "period-locked")])
    client, headers = registry.as_("coordinator"), {"Content-Type": "application/xml"}
    why = {"correction": "The title was wrong."}
    answer = await client.post("/imports/iati", content=a_file("A freer press"), headers=headers, params=why)
    assert answer.json()["updated"] == 1
    listed = (await client.get(f"/periods/{period_id}/corrections")).json()["items"]
    assert [(each["activity_id"], each["reason"]) for each in listed] == [(row["_id"], "The title was wrong.")]


async def test_over_http_a_correction_needs_a_reason_and_a_withdrawal_too(registry: Running) -> None:
    own, client = await an_organisation_on_record(registry), registry.as_("coordinator")
    made = (await client.post("/activities", json=activity_body(own))).json()
    period_id = await a_locked_period(registry, own)
    path, seen = f"/activities/{made['id']}", {"If-Match": '"1"'}
    changed = activity_body(own, status="3")
    refused = await client.put(path, json=changed, headers=seen)
    assert (refused.status_code, refused.json()["code"]) == (409, "period-locked")
    assert refused.json()["period_ids"] == [period_id]
    taken = await client.put(path, json={**changed, "correction": "It was stopped."}, headers=seen)
    assert (taken.status_code, taken.json()["status"]) == (200, "3")
    seen = {"If-Match": taken.headers["etag"]}
    withdrawn = await client.post(f"{path}/withdrawal", json={}, headers=seen)
    assert (withdrawn.status_code, withdrawn.json()["code"]) == (409, "period-locked")
    withdrawn = await client.post(f"{path}/withdrawal", json={"reason": "Twice."}, headers=seen)
    assert withdrawn.json()["state"] == "withdrawn"
    listed = (await client.get(f"/periods/{period_id}/corrections")).json()["items"]
    assert [each["reason"] for each in listed] == ["Twice.", "It was stopped."]
    assert all(each["by"] for each in listed)


async def test_whoever_changes_an_activity_by_hand_must_say_why(registry: Running) -> None:
    _, row, period_id = await reported(registry)

    async def change(tx: Tx, reason: str | None) -> list[str]:
        before = await activities.activities.get(tx, row["_id"])
        return await locking.check(tx, before, before.evolve(status="3"), correction=reason, by=new_id())

    with pytest.raises(Conflict, match="period-locked"):
        await registry.storage.transact(change, None)
    assert await registry.storage.transact(change, "It has ended.") == [period_id]
