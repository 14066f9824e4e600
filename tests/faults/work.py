"""Work for a system that is being broken: everything that was promised by a 2xx is remembered, to be looked for."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2

from shared.ids import new_id
from shared.testing.stack import until
from tests.system import Session, System, people_csv

ORGANISATION = "Implementers In Trouble"
PATIENCE = 600  # seconds
SENT_AGAIN = 10  # at once
TOKEN_KEPT = 300  # seconds; it is good for ten minutes
REFUSED_WHILE_BROKEN = (408, 425, 429, 500, 502, 503, 504)


@dataclass
class Work:
    """What one coordinator asks of a system, again and again until it is promised."""

    system: System
    session: Session
    people: list[str] = field(default_factory=list)
    organisation_id: str = ""
    meetings: dict[str, list[str]] = field(default_factory=dict)
    """The people of each meeting that was promised, by its id."""
    refused: list[tuple[float, int]] = field(default_factory=list)
    """When an answer was a fault (seconds of the loop's clock), and which."""
    asked: int = 0
    """About how many events were caused."""
    _clients: dict[str, tuple[float, httpx2.AsyncClient]] = field(default_factory=dict)

    async def prepare(self, people: int) -> None:
        """Make people known to every service."""
        async with self.session.at("registry") as registry:
            answer = await registry.post(
                "/imports/people?create_organisations=true",
                content=people_csv(people, organisation=ORGANISATION).encode(),
                headers={"Content-Type": "text/csv"},
                timeout=PATIENCE,
            )
            assert (answer.json()["created"], answer.json()["refused"]) == (people, 0), answer.text
            found = (await registry.get("/organisations", params={"q": ORGANISATION})).json()["items"]
            self.organisation_id = found[0]["id"]
            self.people = await self._people(registry)
        await until(self._known, "meetings knows everybody", within=PATIENCE)

    async def _people(self, registry: httpx2.AsyncClient) -> list[str]:
        found: list[str] = []
        after = ""
        while True:
            params = {"organisation_id": self.organisation_id, "limit": "200"} | ({"after": after} if after else {})
            page = (await registry.get("/people", params=params)).json()
            found += [each["id"] for each in page["items"]]
            if not (after := page.get("next") or ""):
                return found

    async def _known(self) -> bool:
        async with self.session.at("meetings") as meetings:
            audience = {"organisation_ids": [self.organisation_id]}
            preview = (await meetings.post("/audiences/preview", json={"audience": audience})).json()
            return bool(preview.get("people") == len(self.people))

    async def schedule(self, invited: list[str], *, title: str) -> str:
        """Schedule a meeting, whatever breaks meanwhile; return its id."""
        starts_at = datetime.now(UTC) + timedelta(days=30)
        command = {
            "title": {"en": title},
            "time_zone": "Europe/Warsaw",
            "starts_at": starts_at.isoformat(),
            "ends_at": (starts_at + timedelta(hours=2)).isoformat(),
            "languages": ["en"],
            "audience": {"person_ids": invited},
        }
        meeting = await self._insist("meetings", "POST", "/meetings", command)
        self.meetings[meeting["id"]] = invited
        self.asked += 2
        return str(meeting["id"])

    async def touch(self, person_id: str, *, language: str) -> None:
        """Change a person's language, whatever breaks meanwhile: two events."""
        person = await self._insist("registry", "GET", f"/people/{person_id}")
        left_out = ("id", "revision", "registered_at", "unreachable")
        body = {name: value for name, value in person.items() if name not in left_out} | {"language": language}
        headers = {"If-Match": f'"{person["revision"]}"'}
        await self._insist("registry", "PUT", f"/people/{person_id}", body, headers=headers, enough=(412,))
        self.asked += 2

    async def decide(self) -> int:
        """Press "send again" for up to 200 letters that wait for somebody to decide; return how many there were."""
        page = await self._insist("notifications", "GET", "/letters?state=ambiguous&limit=200")
        paths = [f"/letters/{letter['id']}/retry" for letter in page["items"] if "due_at" not in letter]
        for start in range(0, len(paths), SENT_AGAIN):
            again = paths[start : start + SENT_AGAIN]
            await asyncio.gather(*(self._insist("notifications", "POST", path, enough=(409,)) for path in again))
        return len(paths)

    async def _insist(
        self,
        service: str,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: dict[str, str] | None = None,
        enough: tuple[int, ...] = (),
    ) -> Any:
        """Ask until it is promised: always under one Idempotency-Key, so that it is carried out once."""
        own = {"Idempotency-Key": new_id(), **(headers or {})}

        async def ask(client: httpx2.AsyncClient) -> Any:
            answer = await client.request(method, path, json=body, headers=own)
            if answer.status_code in REFUSED_WHILE_BROKEN:
                self.refused.append((asyncio.get_running_loop().time(), answer.status_code))
                return None
            if answer.status_code == 409 and (about_id := answer.json().get("about_id")) is not None:
                return {"id": about_id}  # carried out, and the process killed before it could say so
            assert answer.is_success or answer.status_code in enough, (path, answer.status_code, answer.text)
            return answer.json()

        return await self._with_patience(service, ask)

    async def _with_patience(self, service: str, ask: Callable[[httpx2.AsyncClient], Awaitable[Any]]) -> Any:
        loop, last = asyncio.get_running_loop(), "no answer"
        give_up_at = loop.time() + PATIENCE
        while loop.time() < give_up_at:
            try:
                if (answer := await ask(await self._client(service))) is not None:
                    return answer
                last = "a fault"
            except (httpx2.HTTPError, AssertionError) as error:
                last = f"{type(error).__name__}: {error}"
                self._clients.pop(service, None)  # a token of a session that is over, or of another revision
            await asyncio.sleep(0.2)
        raise AssertionError(f"{service} did not recover within {PATIENCE} s: {last}")

    async def _client(self, service: str) -> httpx2.AsyncClient:
        """Return a client whose token is good for a while; sign in anew when the answer to a renewal was lost."""
        now = asyncio.get_running_loop().time()
        got_at, client = self._clients.get(service, (now - TOKEN_KEPT, None))
        if client is not None and now - got_at < TOKEN_KEPT:
            return client
        try:
            client = await self._opened(service)
        except AssertionError:  # the session is over
            self.session = await self.system.sign_in()
            client = await self._opened(service)
        self._clients[service] = (now, client)
        return client

    async def _opened(self, service: str) -> httpx2.AsyncClient:
        async with self.session.at(service) as client:
            return httpx2.AsyncClient(base_url=client.base_url, headers=client.headers, timeout=60)
