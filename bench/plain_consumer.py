"""What one would write first: one message per recipient, one mail built per message, sent, and recorded by one insert.

It keeps SMTP connections open and works on as many messages at once as its prefetch allows; one could do worse.
``python -m bench.plain_consumer CONFIG.json`` prints ``ready`` and consumes until it is ended.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aio_pika
import uvloop
from aio_pika.abc import AbstractIncomingMessage
from icalendar import Calendar, Event, vCalAddress, vText
from motor.motor_asyncio import AsyncIOMotorClient

from services.notifications.smtp import Accepted, Mail, Relay, relay_address
from shared.ids import new_id, utc_now

PREFETCH = 50


def build(told: dict[str, Any], *, encoding: str | None = None) -> EmailMessage:
    """Return the mail to one person, with text, HTML and calendar."""
    zone = ZoneInfo(told["time_zone"])
    starts_at = datetime.fromisoformat(told["starts_at"])
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address("Zgoda", addr_spec="notices@zgoda.example")
    mail["To"] = Address(told["display_name"], addr_spec=told["address"])
    mail["Subject"] = told["title"]
    mail["Message-ID"] = f"<{told['id']}@zgoda.example>"
    mail["Date"] = utc_now()
    local = f"{starts_at.astimezone(zone):%Y-%m-%d %H:%M} ({told['time_zone']})"
    mail.set_content(f"{told['title']}\n\n{told['text']}\n\n{local}\n\n{told['link']}\n", cte=encoding)
    html = f"<h1>{told['title']}</h1><p>{told['text']}</p><p>{local}</p><a href='{told['link']}'>Answer</a>"
    mail.add_alternative(f"<!doctype html><html><body>{html}</body></html>", subtype="html", cte=encoding)
    mail.add_alternative(_calendar(told, zone), subtype="calendar", cte=encoding, params={"method": "REQUEST"})
    return mail


def _calendar(told: dict[str, Any], zone: ZoneInfo) -> str:
    calendar = Calendar()
    calendar.add("prodid", "-//plain//")
    calendar.add("version", "2.0")
    calendar.add("method", "REQUEST")
    event = Event()
    event.add("uid", told["meeting_id"])
    event.add("summary", told["title"])
    event.add("description", told["text"])
    event.add("dtstamp", utc_now())
    event.add("dtstart", datetime.fromisoformat(told["starts_at"]).astimezone(zone))
    event.add("dtend", datetime.fromisoformat(told["ends_at"]).astimezone(zone))
    event.add("organizer", vCalAddress("mailto:secretariat@zgoda.example"))
    attendee = vCalAddress(f"mailto:{told['address']}")
    attendee.params["CN"] = vText(told["display_name"])
    attendee.params["RSVP"] = vText("TRUE")
    event.add("attendee", attendee)
    calendar.add_component(event)
    return str(calendar.to_ical(), "utf-8")


PREPARED: dict[str, bytes] = {}
MARKS = {"id": "mail-id-x", "address": "x@address.invalid", "display_name": "Name X", "link": "https://link.invalid"}


def prepared(told: dict[str, Any]) -> bytes:
    """Return the same mail, built once for each zone and filled by replacing what is the reader's own."""
    zone = told["time_zone"]
    if zone not in PREPARED:
        PREPARED[zone] = build({**told, **MARKS}, encoding="8bit").as_bytes()
    in_header = Header(told["display_name"]).encode().encode()
    content = PREPARED[zone].replace(MARKS["display_name"].encode(), in_header, 1)
    for name, mark in MARKS.items():
        content = content.replace(mark.encode(), told[name].encode())
    return content


async def _nothing() -> None:
    """Record nothing before a mail is sent: plain consumers do not."""


def handler(
    relays: asyncio.Queue[Relay], rows: Any, write: Callable[[dict[str, Any]], bytes]
) -> Callable[[AbstractIncomingMessage], Awaitable[None]]:
    """Return what is done with each message."""

    async def handle(message: AbstractIncomingMessage) -> None:
        async with message.process(requeue=True):
            told = json.loads(message.body)
            content = write(told)
            relay = await relays.get()
            try:
                (outcome,) = await relay.send(
                    [Mail("notices@zgoda.example", told["address"], content)], before_dots=_nothing
                )
            finally:
                relays.put_nowait(relay)
            if not isinstance(outcome, Accepted):
                raise RuntimeError(outcome)
            await rows.insert_one({"_id": new_id(), "address": told["address"], "sent_at": utc_now()})

    return handle


async def main(config: dict[str, Any]) -> None:
    """Consume until ended."""
    client: Any = AsyncIOMotorClient(config["mongo_url"], w="majority", journal=True)
    relays: asyncio.Queue[Relay] = asyncio.Queue()
    for _ in range(config["connections"]):
        relays.put_nowait(Relay(relay_address(config["smtp_url"]), connections=1, name="plain.example"))
    connection = await aio_pika.connect(config["amqp_url"])
    channel = await connection.channel()
    await channel.set_qos(prefetch_count=PREFETCH)
    queue = await channel.declare_queue(config["queue"], durable=True, arguments={"x-queue-type": "quorum"})
    write = prepared if config["prepared"] else lambda told: build(told).as_bytes()
    await queue.consume(handler(relays, client["plain"]["deliveries"], write))
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main(json.loads(Path(sys.argv[1]).read_text())))
