"""A small world to look at: the sample organisations and people, a meeting, a published report, a draft."""

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2

from deploy.sample import SAMPLE
from shared.testing.stack import until
from tests.reports.pictures import png
from tests.system import Session, System, link_in

READER = "reader@example.org"
SUBSCRIBER = "subscriber@example.org"
INVITED = "marta.zielinska@wspolnystol.example"


@dataclass
class World:
    """What there is, by the addresses of its pages below ``/{language}``."""

    system: System
    coordinator: Session
    meeting_id: str = ""
    report_id: str = ""
    draft_id: str = ""
    organisation_id: str = ""
    activity_id: str = ""
    decision_id: str = ""
    session_id: str = ""
    series_id: str = ""
    copy_id: str = ""
    coalition_id: str = ""
    answer: str = ""
    subscription: str = ""
    preferences: str = ""
    own_subscription: str = ""
    webhook_id: str = ""
    links: dict[str, str] = field(default_factory=dict)

    @property
    def portal(self) -> str:
        """Where the portal answers."""
        return self.system.url("portal")


async def build(system: System, coordinator: Session) -> World:
    """Fill ``system`` with the sample and return where everything is."""
    world = World(system, coordinator)
    await _registry(world)
    await _meeting(world)
    await _preparation(world)
    await _outcomes(world)
    await _subscriber(world)
    await _reports(world)
    await _subscription(world)
    await _told(world)
    await _preferences(world)
    return world


async def _registry(world: World) -> None:
    async with world.coordinator.at("registry") as registry:
        body = (SAMPLE / "activities.xml").read_bytes()
        answer = await registry.post("/imports/iati", content=body, headers={"Content-Type": "application/xml"})
        assert answer.status_code == 200, answer.text
        answer = await registry.post(
            "/imports/people",
            content=(SAMPLE / "people.csv").read_bytes(),
            headers={"Content-Type": "text/csv"},
            params={"create_organisations": True},
        )
        assert answer.status_code == 200, answer.text
        found = (await registry.get("/organisations", params={"q": "Common Table"})).json()["items"]
        world.organisation_id = found[0]["id"]
        world.activity_id = (await registry.get("/activities")).json()["items"][0]["id"]
        name = {"en": "The Belarus round table", "pl": "Białoruski okrągły stół"}
        answer = await registry.post("/coalitions", json={"name": name, "organisation_ids": [world.organisation_id]})
        assert answer.status_code == 201, answer.text
        world.coalition_id = answer.json()["id"]


def sample_meeting(*, days: int = 30) -> dict[str, Any]:
    """Return the sample's meeting, ``days`` from now at nine in Warsaw's winter."""
    sample = json.loads((SAMPLE / "meeting.json").read_text())
    starts_at = datetime.now(UTC).replace(hour=8, minute=0, second=0, microsecond=0) + timedelta(days=days)
    agenda = [
        {"starts_at": (starts_at + timedelta(minutes=item.pop("after_minutes"))).isoformat(), **item}
        for item in sample.pop("agenda")
    ]
    ends_at = starts_at + timedelta(minutes=sample.pop("length_minutes"))
    return {
        **sample,
        "agenda": agenda,
        "starts_at": starts_at.isoformat(),
        "ends_at": ends_at.isoformat(),
        "time_zone": "Europe/Warsaw",
    }


async def _meeting(world: World) -> None:
    async with world.coordinator.at("meetings") as meetings:

        async def known() -> bool:
            audience = {"organisation_ids": [world.organisation_id]}
            answer = await meetings.post("/audiences/preview", json={"audience": audience})
            return bool(answer.status_code == 200 and answer.json()["people"])

        await until(known, "meetings knows the people", within=30)
        kinds = {"organisation_kinds": ["implementer", "donor", "government", "expert-body"]}
        answer = await meetings.post("/meetings", json={**sample_meeting(), "audience": kinds})
        assert answer.status_code == 201, answer.text
        world.meeting_id = answer.json()["id"]
    mail = await world.system.mail_to(INVITED, lambda mail: b"/answer/" in mail.content)
    world.answer = link_in(mail, "answer").removeprefix(world.portal)[3:]


async def _preparation(world: World) -> None:
    """Begin a series, plan parallel sessions with an outdated translation, hand in a document, copy the meeting."""
    async with world.coordinator.at("meetings") as meetings:
        title = {"en": "Implementers' meetings", "pl": "Spotkania realizatorów"}
        answer = await meetings.post("/series", json={"title": title})
        assert answer.status_code == 201, answer.text
        world.series_id = answer.json()["id"]
        answer = await meetings.put(f"/series/{world.series_id}/feed", json={"language": "en"})
        assert answer.status_code == 200, answer.text
        agenda = f"/meetings/{world.meeting_id}/agenda"
        last = (await meetings.get(agenda)).json()["sessions"][-1]
        session = {
            "after_minutes": last["after_minutes"],
            "lasts_minutes": 45,
            "title": {"en": "Law and courts", "pl": "Prawo i sądy"},
            "text": {"en": "What defenders need next year."},
            "track": "Law",
            "room": "Room 2",
            "speakers": [{"name": "Hanna Example"}, {"name": "Jan Kowalski"}],
        }
        answer = await meetings.post(f"{agenda}/sessions", json=session)
        assert answer.status_code == 201, answer.text
        made = answer.headers["location"]
        world.session_id = made.rpartition("/")[2]
        answer = await meetings.put(made, json={**session, "title": {**session["title"], "en": "Law and the courts"}})
        assert answer.status_code == 200, answer.text
        paper = {"title": {"en": "Who funds what"}, "language": "en", "session_id": world.session_id}
        answer = await meetings.post(f"/meetings/{world.meeting_id}/documents", json=paper)
        answer = await meetings.put(f"{answer.headers['location']}/content", content=b"%PDF-1.7 sample")
        assert answer.status_code == 200, answer.text
        answer = await meetings.post(f"/meetings/{world.meeting_id}/copy")
        assert answer.status_code == 201, answer.text
        world.copy_id = answer.json()["id"]


async def _outcomes(world: World) -> None:
    """Write minutes, take a decision that commissions a report, and give a late task."""
    async with world.coordinator.at("meetings") as meetings:
        texts = {"en": "We agreed to **watch** the media.\n\n- every quarter\n- in five languages", "pl": ""}
        minutes = f"/meetings/{world.meeting_id}/minutes/general"
        answer = await meetings.put(minutes, json={"text": texts})
        assert answer.status_code == 200, answer.text
        answer = await meetings.put(f"{minutes}/state", json={"state": "proposed"})
        assert answer.status_code == 200, answer.text
        decision = {
            "text": {"en": "Monitor the freedom of the media and report on it.", "pl": "Monitorować wolność mediów."},
            "owner_id": world.organisation_id,
            "due_on": "2026-12-01",
            "commission": {
                "title": {"en": "Media in Belarus"},
                "country": "BY",
                "period_from_on": "2026-01-01",
                "period_to_on": "2026-12-31",
                "languages": ["en"],
                "contributor_ids": [world.organisation_id],
                "due_on": "2027-02-01",
            },
        }
        answer = await meetings.post(f"/meetings/{world.meeting_id}/decisions", json=decision)
        assert answer.status_code == 201, answer.text
        world.decision_id = answer.json()["id"]
        task = {"text": {"en": "Name two experts."}, "organisation_id": world.organisation_id, "due_on": "2026-01-31"}
        answer = await meetings.post(f"/decisions/{world.decision_id}/tasks", json=task)
        assert answer.status_code == 201, answer.text


async def _reports(world: World) -> None:
    sample = json.loads((SAMPLE / "report.json").read_text())
    sections = sample.pop("sections")
    async with world.coordinator.at("reports") as reports:
        for publish in (True, False):
            answer = await reports.post("/reports", json=sample)
            assert answer.status_code == 201, answer.text
            report_id = answer.json()["id"]
            for theme, texts in list(sections.items())[: 6 if publish else 2]:
                for language, text in texts.items():
                    address = f"/reports/{report_id}/sections/{theme}/{language}"
                    etag = (await reports.get(address)).headers["etag"]
                    answer = await reports.put(address, json={"text": text}, headers={"If-Match": etag})
                    assert answer.status_code == 200, answer.text
            if publish:
                answer = await reports.post(f"/reports/{report_id}/publication")
                assert answer.status_code == 201, answer.text
                world.report_id = report_id
            else:
                world.draft_id = report_id
                await _texts(world, reports)
                await _writers(world, reports)
                await _evidence(world, reports)


async def _evidence(world: World, reports: httpx2.AsyncClient) -> None:
    """Record an arrest that is protected and one that is not, somebody, a file, and a number counted from them."""
    base = f"/reports/{world.draft_id}"
    incident = {
        "title": {"en": "Arrest before the meeting"},
        "when": {"from_on": "2008-10-14"},
        "where": {"country": "BY", "region": "BY-HR"},
        "acts": [{"code": "030101000000", "unnamed_victims": 3}],
        "sources": [{"material": "230920140501"}],
    }
    days = {"period_from_on": "2008-07-01", "period_to_on": "2009-03-31"}
    row = {"count": {"measure": "victims"}}
    made: dict[str, str] = {}
    for path, body in (
        ("parties", {"names": ["Somebody"], "label": "a student of 21"}),
        ("exhibits", {"title": "Account of a witness"}),
        ("incidents", {**incident, "level": "protected"}),
        ("incidents", incident),
        ("indicators", {"title": {"en": "Arrested people"}, **days, "step": "quarter", "series": [row]}),
    ):
        answer = await reports.post(f"{base}/{path}", json=body)
        assert answer.status_code == 201, answer.text
        made[path] = answer.json()["id"]
    sent = await reports.put(f"{base}/exhibits/{made['exhibits']}/content", content=b"What was seen.")
    assert sent.status_code == 200, sent.text
    world.links |= {path: f"{base}/evidence/{path}/{id}" for path, id in made.items()}


async def _writers(world: World, reports: httpx2.AsyncClient) -> None:
    """Have an organisation write two sections of the draft; the editors have taken one of them."""
    writer = {
        "organisation_id": world.organisation_id,
        "sections": ["media-freedom", "freedom-of-assembly"],
        "credit": {"en": "Common Table", "pl": "Wspólny Stół"},
    }
    plan = {"contributors": [writer], "due_on": "2030-03-01", "deadlines": {"media-freedom": "2026-01-31"}}
    address = f"/reports/{world.draft_id}"
    answer = await reports.post(f"{address}/commission", json=plan)
    assert answer.status_code == 201, answer.text
    answer = await reports.post(f"{address}/writing/media-freedom/acceptance")
    assert answer.status_code == 200, answer.text


async def _texts(world: World, reports: httpx2.AsyncClient) -> None:
    """Add a picture that is described in one language only, and comment on two passages, one of which is gone."""
    answer = await reports.post(f"/reports/{world.draft_id}/images", content=png(320, 200, shade=120))
    assert answer.status_code == 201, answer.text
    words = {"alt": {"en": "A newsroom with empty desks"}, "caption": {"en": "Minsk, 2008"}}
    answer = await reports.put(f"{answer.headers['location']}/description", json=words, headers={"If-Match": '"1"'})
    assert answer.status_code == 200, answer.text
    for quote in ("a", "what nobody wrote"):
        comments = f"/reports/{world.draft_id}/sections/media-freedom/en/comments"
        answer = await reports.post(comments, json={"quote": quote, "text": "Say how many, and since when."})
        assert answer.status_code == 201, answer.text


async def _subscription(world: World) -> None:
    async with world.coordinator.at("reports") as reports:
        wish = {"address": READER, "themes": ["media-freedom"], "language": "en"}
        answer = await reports.post("/subscriptions", json=wish)
        assert answer.status_code == 202, answer.text
    mail = await world.system.mail_to(READER, lambda mail: b"/subscription/" in mail.content)
    world.subscription = link_in(mail, "subscription").removeprefix(world.portal)[3:]


async def _subscriber(world: World) -> None:
    """Let somebody subscribe and confirm, and register a system that will not answer."""
    async with world.coordinator.at("reports") as reports:
        wish = {"address": SUBSCRIBER, "themes": ["media-freedom"], "language": "en"}
        answer = await reports.post("/subscriptions", json=wish)
        assert answer.status_code == 202, answer.text
        system = {"label": "Library of the university", "url": "https://hooks.invalid.example/reports"}
        answer = await reports.post("/webhooks", json={**system, "countries": ["BY"]})
        assert answer.status_code == 201, answer.text
        world.webhook_id = answer.json()["id"]
    mail = await world.system.mail_to(SUBSCRIBER, lambda mail: b"/subscription/" in mail.content)
    token = link_in(mail, "subscription").rpartition("/")[2]
    async with httpx2.AsyncClient(headers={"Authorization": f"Link {token}"}) as owner:
        answer = await owner.post(f"{world.system.url('reports')}/subscription/confirmation")
        assert answer.status_code == 200, answer.text


async def _told(world: World) -> None:
    """Find the page of one's own subscription in the letter about the report."""
    mail = await world.system.mail_to(SUBSCRIBER, lambda mail: b"/unsubscribe/" in mail.content)
    world.own_subscription = link_in(mail, "preferences").removeprefix(world.portal)[3:]
    world.links["unsubscribe"] = link_in(mail, "unsubscribe").removeprefix(world.portal)[3:]


async def _preferences(world: World) -> None:
    mail = await world.system.mail_to(INVITED, lambda mail: b"/preferences/" in mail.content)
    world.preferences = link_in(mail, "preferences").removeprefix(world.portal)[3:]


def pages_for_all(world: World) -> dict[str, str]:
    """Return the pages that need no sign-in, by name."""
    return {
        "front": "",
        "library": "/reports",
        "library-empty": "/reports?country=PL",
        "library-found": "/reports?q=belarus&theme=media-freedom",
        "practices": "/practices",
        "report": f"/reports/{world.report_id}",
        "activities": "/activities",
        "activities-none": "/activities?q=nothing",
        "activity": f"/activities/{world.activity_id}",
        "organisations": "/organisations",
        "organisation": f"/organisations/{world.organisation_id}",
        "matrix": "/matrix",
        "matrix-of-money": "/matrix?rows=region&columns=year&show=budget",
        "matrix-activities": "/matrix/activities?theme=media-freedom",
        "overlaps": "/matrix/overlaps",
        "gaps": "/matrix/gaps?country=BY",
        "pictures": "/matrix/pictures?country=BY",
        "answer": world.answer,
        "answer-agenda": f"{world.answer}/agenda",
        "preferences": world.preferences,
        "preferences-key": f"{world.preferences}/key",
        "preferences-letters": f"{world.preferences}/letters",
        "preferences-path": f"{world.preferences}/path",
        "preferences-stop": f"{world.preferences}/stop/meetings",
        "certificates": "/certificates",
        "sign-in": "/sign-in?then=/desk",
        "sign-in-sent": "/sign-in/sent",
        "sign-in-elsewhere": "/sign-in/x",
        "subscribe": "/subscribe",
        "subscribe-sent": "/subscribe/sent",
        "subscription": world.subscription,
        "subscription-own": f"{world.own_subscription}/subscription",
        "subscription-preferences": world.own_subscription,
        "not-found": "/nothing",
        "link-not-valid": "/answer/" + re.sub(r"[a-z]", "a", "forged"),
    }


def pages_for_coordinators(world: World) -> dict[str, str]:
    """Return the pages that coordinators see, by name."""
    meeting, draft = f"/meetings/{world.meeting_id}", f"/reports/{world.draft_id}"
    return {
        "desk": "/desk",
        "meetings": "/meetings",
        "meetings-past": "/meetings?when=past",
        "schedule": "/meetings/new",
        "meeting": meeting,
        "answers": f"{meeting}/answers",
        "letters": f"{meeting}/deliveries",
        "minutes": f"{meeting}/minutes",
        "edit-minutes": f"{meeting}/minutes/general",
        "decisions-of-meeting": f"{meeting}/decisions",
        "brief": f"{meeting}/brief",
        "decisions": "/decisions",
        "decisions-late": "/decisions?which=overdue&whose=mine",
        "decision": f"/decisions/{world.decision_id}",
        "invite": f"{meeting}/invite",
        "places-of-meeting": f"{meeting}/places",
        "answers-withdrawn": f"{meeting}/answers?standing=withdrawn",
        "change": f"{meeting}/change",
        "agenda": f"{meeting}/agenda",
        "session": f"{meeting}/agenda/{world.session_id}",
        "documents": f"{meeting}/documents",
        "attendance": f"{meeting}/attendance",
        "certificate": f"{meeting}/certificate",
        "draft-meeting": f"/meetings/{world.copy_id}",
        "draft-plan": f"/meetings/{world.copy_id}/plan",
        "draft-agenda": f"/meetings/{world.copy_id}/agenda",
        "series": "/series",
        "one-series": f"/series/{world.series_id}",
        "calendar": "/calendar",
        "new-activity": "/activities/new",
        "edit-activity": f"/activities/{world.activity_id}/edit",
        "places": "/places",
        "people": "/people",
        "organisations-coordinated": "/organisations?kind=public-authority&country=PL",
        "organisation-history": f"/organisations/{world.organisation_id}",
        "organisation-new": "/organisations/new",
        "organisation-edit": f"/organisations/{world.organisation_id}/edit",
        "organisation-merge": f"/organisations/{world.organisation_id}/merge?q=a",
        "organisations-review": "/organisations/review",
        "organisations-duplicates": "/organisations/duplicates",
        "coalitions": "/coalitions",
        "coalition-new": "/coalitions/new",
        "coalition": f"/coalitions/{world.coalition_id}",
        "imports": "/imports",
        "operations": "/operations",
        "operations-addresses": "/operations/addresses",
        "operations-received": "/operations/received",
        "letters-all": "/letters",
        "letters-kinds": "/letters/kinds",
        "letter-sample": "/letters/kinds/brief-prepared/pl",
        "webhooks": "/webhooks",
        "webhook": f"/webhooks/{world.webhook_id}",
        "periods": "/periods",
        "period-new": "/periods/new",
        "new-report": "/reports/new",
        "report-drafts": "/reports/drafts",
        "edit-report": f"{draft}/edit",
        "about-report": f"{draft}/about",
        "section": f"{draft}/sections/media-freedom/en",
        "section-comments": f"{draft}/sections/media-freedom/en/comments?state=all",
        "section-revisions": f"{draft}/sections/media-freedom/en/revisions",
        "section-revision": f"{draft}/sections/media-freedom/en/revisions/2",
        "pictures-of-report": f"{draft}/images",
        "evidence": f"{draft}/evidence",
        "evidence-incident": world.links["incidents"],
        "evidence-people": f"{draft}/evidence/people",
        "evidence-person": world.links["parties"].replace("/parties/", "/people/"),
        "evidence-files": f"{draft}/evidence/files",
        "evidence-passages": f"{draft}/evidence/passages",
        "evidence-log": f"{draft}/evidence/log?verify=true",
        "indicators": f"{draft}/indicators",
        "indicator-new": f"{draft}/indicators/new",
        "workshop": f"{draft}/workshop",
        "workshop-section": f"{draft}/workshop/media-freedom",
        "contributors": f"{draft}/contributors",
        "editors": f"{draft}/editors?q=a",
        "writing": "/writing",
        "publishing": f"{draft}/publishing",
        "correction": f"/reports/{world.report_id}/correction",
        "withdrawal": f"/reports/{world.report_id}/withdrawal",
    }
