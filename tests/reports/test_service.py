"""The reports service runs whole: relay, consumer and jobs beside its routes."""

from services.reports.main import create_app
from services.reports.settings import Settings
from shared.events.registry import PersonUpdated
from shared.ids import new_id
from shared.testing.stack import Stack, in_one_transaction, until


async def test_the_service_becomes_ready_and_a_change_of_rights_puts_old_tokens_out(stack: Stack) -> None:
    editor = new_id()
    changed = PersonUpdated(person_id=editor, revision=2, roles=["member"])
    async with stack.running(create_app, Settings(**stack.values("reports"))) as reports:
        async with reports.as_("editor", person_id=editor) as caller:
            assert (await caller.get("/reports")).status_code == 200
            await in_one_transaction(reports.storage, changed)

            async def is_out() -> bool:
                return (await caller.get("/reports")).status_code == 401

            await until(is_out, "the older token is refused")
        parts = (await reports.as_().get("/health/ready")).json()["parts"]
    assert {"consumer", "database", "relay"} <= set(parts)
