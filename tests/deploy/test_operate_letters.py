"""The operator's commands about letters act on the database of notifications."""

import asyncio
from collections.abc import Iterator
from typing import get_args

import pytest
from typer.testing import CliRunner, Result

from deploy import operate
from services.notifications.deliveries.actions import owe_letters
from services.notifications.deliveries.domain import Recipient, letter_id
from services.notifications.operations import store
from services.notifications.operations.domain import Hold
from services.notifications.suppressions.actions import give_up
from services.notifications.suppressions.domain import Reason
from shared.ids import new_id, utc_now
from shared.settings import ServiceSettings
from shared.storage import Storage, Tx
from shared.testing.stack import SECRET

EVENT, MEETING, PERSON = new_id(), new_id(), new_id()


@pytest.fixture(scope="module")
def letter(servers: tuple[str, str]) -> Iterator[str]:
    """A letter that is owed, in a database of its own that the environment names; its number."""
    mongo_url, amqp_url = servers
    told = {"MONGO_URL": mongo_url, "AMQP_URL": amqp_url, "DATABASE": f"t{new_id()[-12:]}_letters"}
    secrets = {f"{name}_SECRETS": SECRET for name in ("EVENT", "LINK", "VAULT")}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (told | secrets).items():
            patch.setenv(name, value)
        asyncio.run(_fill())
        yield letter_id(EVENT, PERSON, "people-invited")
        asyncio.run(_drop())


async def _fill() -> None:
    async def owe(tx: Tx) -> None:
        who = [Recipient(PERSON, new_id(), language="en")]
        await owe_letters(tx, "people-invited", who, event_id=EVENT, about_id=MEETING)
        for reason in get_args(Reason):
            await give_up(tx, new_id(), reason, "5.1.1")

    storage = Storage.connect(ServiceSettings(service="notifications"))
    await storage.transact(owe)
    await storage.close()


async def _drop() -> None:
    storage = Storage.connect(ServiceSettings(service="notifications"))
    for name in await storage.reader.collection_names():
        await storage.reader[name].delete_many({})
    await storage.close()


def letters(*arguments: str) -> Result:
    """Run ``letters …``."""
    return CliRunner().invoke(operate.commands, ["letters", *arguments])


def test_an_operator_sees_what_waits_holds_it_and_cancels_it(letter: str) -> None:
    assert letters("waiting").stdout.split() == ["1", "people-invited", "queued"]
    assert letters("hold", "people-invited").stdout == "✓ people-invited is held\n"
    assert "held  people-invited" in letters("waiting").stdout
    assert letters("release", "people-invited").exit_code == 0
    assert f'"about_id": "{MEETING}"' in letters("show", f"<{letter}@zgoda.example>").stdout
    assert letters("cancel", "--about", MEETING).stdout == "✓ 1 letters are withheld\n"
    assert letters("again", "--letter", letter).stdout == "✓ 0 letters are on their way again\n"  # it must not be sent


def test_an_operator_takes_many_addresses_up_again(letter: str) -> None:
    assert letters("lift", "--code", "5.1.1", "--until", "2026-01-01T14:00+01:00").stdout == (
        "✓ letters go to 0 addresses again\n"
    )
    assert letters("lift", "--code", "5.1.1").stdout == "✓ letters go to 2 addresses again\n"
    assert letters("lift", "--reason", "complaint").stdout == "✓ letters go to 1 addresses again\n"


def test_what_names_nothing_or_nothing_known_is_refused(letter: str) -> None:
    refused = [letters("cancel"), letters("again", "--state", "failed"), letters("show", new_id())]
    refused.append(letters("lift"))
    assert [each.exit_code for each in refused] == [1] * 4
    unknown = [letters("hold", "everything"), letters("again", "--kind", "x"), letters("lift", "--since", "noon")]
    assert [each.exit_code for each in unknown] == [2] * 3


def test_an_operator_sees_what_a_relay_said_that_is_held_for_it(letter: str) -> None:
    async def brake() -> None:
        storage = Storage.connect(ServiceSettings(service="notifications"))
        because = "550 5.7.1 [192.0.2.1] is on a list"
        await storage.transact(store.keep, Hold(what="relay-default", held_at=utc_now(), because=because))
        await storage.close()

    asyncio.run(brake())
    assert "    held  relay-default  550 5.7.1 [192.0.2.1] is on a list\n" in letters("waiting").stdout
    assert letters("release", "relay-default").exit_code == 0
    assert "relay-default" not in letters("waiting").stdout
