"""The pages of those who write a report together."""

from typing import Any

from shared.ids import new_id
from tests.portal.fake import Portal, problem

REPORT, OURS, THEIRS = new_id(), new_id(), new_id()
WRITER: dict[str, Any] = {"name": {"en": "Press House"}, "organisation_id": OURS, "mine": True}
HIDDEN: dict[str, Any] = {"name": {"en": "Organisation C"}, "pseudonym": True, "organisation_id": None}
SECTION: dict[str, Any] = {
    "key": "media-freedom",
    "title": {"en": "Media freedom"},
    "state": "accepted",
    "due_on": "2030-01-01",
    "mine": True,
    "texts": {"en": {"written": True, "revision": 4}, "be": {"written": False, "revision": 1}},
    "writers": [WRITER, HIDDEN],
}
WORKSHOP: dict[str, Any] = {
    "report_id": REPORT,
    "title": {"en": "Monitoring report"},
    "country": "BY",
    "period_from_on": "2008-10-01",
    "period_to_on": "2008-12-31",
    "languages": ["en", "be"],
    "due_on": "2030-03-01",
    "commissioned": True,
    "contributors": [WRITER, HIDDEN],
    "sections": [SECTION],
}
READING = {
    "key": "media-freedom",
    "title": {"en": "Media freedom"},
    "html": {"en": "<p>Nine newspapers.</p>"},
    "seen": {"en": 4},
}
HERE = f"/reports/{REPORT}/workshop/media-freedom"
ORGANISATION = {"id": OURS, "names": {"en": "Press House"}, "kinds": ["implementer"], "country": "BY"}


def playing(portal: Portal, **changes: Any) -> None:
    """Play the workshop, with its one section changed."""
    shown = {**WORKSHOP, "sections": [{**SECTION, **changes}]}
    portal.services.plays |= {
        f"GET /reports/{REPORT}/workshop": shown,
        f"GET /reports/{REPORT}/readings/media-freedom": READING,
        f"GET /organisations/{OURS}": ORGANISATION,
    }


async def test_the_workshop_says_who_writes_what_and_names_nobody_under_a_pseudonym(portal: Portal) -> None:
    playing(portal)
    async with portal.browser("member") as browser:
        text = (await browser.get(f"/en/reports/{REPORT}/workshop")).text
    assert ("Press House" in text, "Organisation C" in text, "not signed off yet" in text) == (True, True, True)
    assert f'href="/en{HERE}"' in text
    assert "/contributors" not in text  # for editors alone


async def test_a_section_is_signed_off_as_it_was_read(portal: Portal) -> None:
    playing(portal)
    portal.services.plays[f"POST /reports/{REPORT}/writing/media-freedom/sign-offs"] = {}
    async with portal.browser("member") as browser:
        page = (await browser.get(f"/en{HERE}/sign-off")).text
        answer = await browser.post(f"/en{HERE}/sign-off", data={"verdict": "signed-off", "seen-en": "4"})
    assert ("Nine newspapers." in page, 'name="seen-en" value="4"' in page) == (True, True)
    assert answer.headers["location"] == f"/en{HERE}?done=signed"
    assert portal.services.body() == {"verdict": "signed-off", "dissent": {}, "seen": {"en": 4}}


async def test_a_dissent_needs_words_and_a_changed_text_is_read_again(portal: Portal) -> None:
    playing(portal)
    stale = problem(412, "changed-meanwhile")
    portal.services.plays[f"POST /reports/{REPORT}/writing/media-freedom/sign-offs"] = stale
    async with portal.browser("member") as browser:
        silent = await browser.post(f"/en{HERE}/sign-off", data={"verdict": "dissent", "seen-en": "4"})
        undecided = await browser.post(f"/en{HERE}/sign-off", data={"seen-en": "4"})
        words = {"verdict": "dissent", "dissent-en": "Too low.", "seen-en": "3"}
        late = await browser.post(f"/en{HERE}/sign-off", data=words)
    assert [each.status_code for each in (silent, undecided, late)] == [422, 422, 412]
    assert 'href="#dissent-en"' in silent.text
    assert 'href="#verdict"' in undecided.text
    assert ("Read it again below" in late.text, "Too low." in late.text) == (True, True)


async def test_editors_send_a_section_back_only_with_a_note(portal: Portal) -> None:
    playing(portal, state="submitted")
    portal.services.plays[f"GET /reports/{REPORT}/workshop"]["edits"] = True
    portal.services.plays[f"POST /reports/{REPORT}/writing/media-freedom/changes"] = {}
    async with portal.browser("editor") as browser:
        empty = await browser.post(f"/en{HERE}", data={"step": "changes-requested", "note": ""})
        sent = await browser.post(f"/en{HERE}", data={"step": "changes-requested", "note": "Name the court."})
    assert (empty.status_code, 'href="#note"' in empty.text) == (422, True)
    assert sent.headers["location"] == f"/en{HERE}?done=changes-requested"
    assert portal.services.body() == {"note": "Name the court."}


async def test_the_plan_keeps_sections_names_and_pseudonyms_of_each_organisation(portal: Portal) -> None:
    playing(portal)
    held = {
        "revision": 3,
        "due_on": "2030-03-01",
        "contributors": [{"organisation_id": OURS, "names": ["PH Minsk"]}, {"organisation_id": THEIRS}],
    }
    names = {"names": {"en": "Press House", "be": "Дом прэсы"}, "aliases": ["Press Club"], "acronyms": ["DP"]}
    portal.services.plays[f"GET /organisations/{OURS}"] = {**ORGANISATION, **names, "acronym": "PH"}
    address = f"/reports/{REPORT}/commission"
    portal.services.plays |= {f"GET {address}": held, f"PUT {address}": {}}
    form = {
        "due_on": "2030-04-01",
        "revision": "3",
        "sections-0": "media-freedom",
        "credit-0-en": "Press House",
        "pseudonymous-0": "1",
        "gone-1": "1",
    }
    async with portal.browser("editor") as browser:
        page = (await browser.get(f"/en/reports/{REPORT}/contributors")).text
        answer = await browser.post(f"/en/reports/{REPORT}/contributors", data=form)
    assert ("Media freedom" in page, "Press House" in page) == (True, True)
    assert answer.headers["location"] == f"/en/reports/{REPORT}/contributors?done=planned"
    kept = {
        "organisation_id": OURS,
        "credit": {"en": "Press House", "be": "Дом прэсы"},
        "names": ["PH Minsk", "Press House", "Дом прэсы", "Press Club", "PH", "DP"],
        "sections": ["media-freedom"],
        "pseudonymous": True,
        "due_on": None,
    }
    body = {"contributors": [kept], "editor_ids": [], "deadlines": {}, "due_on": "2030-04-01"}
    assert portal.services.body() == body
    assert portal.services.changes()[0].headers["if-match"] == '"3"'


async def test_my_desk_leads_to_what_waits(portal: Portal) -> None:
    task = {"key": "media-freedom", "title": {"en": "Media freedom"}, "task": "sign-again", "late": True}
    item = {"report_id": REPORT, "title": {"en": "Monitoring report"}, "tasks": [{**task, "due_on": "2026-01-01"}]}
    portal.services.plays["GET /writing"] = {"items": [item]}
    async with portal.browser("member") as browser:
        text = (await browser.get("/en/writing")).text
    assert f'href="/en{HERE}/sign-off"' in text
    assert ("the text has changed" in text, "Late" in text) == (True, True)


async def test_a_named_editor_without_the_role_is_shown_only_what_they_may_do(portal: Portal) -> None:
    playing(portal)
    portal.services.plays[f"GET /reports/{REPORT}/workshop"] |= {"edits": True, "commissioned": False}
    pages = {}
    for role in ("member", "editor"):
        async with portal.browser(role) as browser:
            pages[role] = (await browser.get(f"/en/reports/{REPORT}/workshop")).text
            allowed = [
                (await browser.get(f"/en/reports/{REPORT}/{page}")).status_code != 403
                for page in ("contributors", "edit")
            ]
        offered = [f"/reports/{REPORT}/{page}" in pages[role] for page in ("contributors", "edit")]
        assert offered == allowed, role
    assert "Plan who writes" not in pages["member"]


async def test_my_desk_sees_what_waits_beyond_its_first_page(portal: Portal) -> None:
    def item(**more: Any) -> dict[str, Any]:
        return {"report_id": new_id(), "title": {"en": "Older"}, **more}

    task = {"key": "media-freedom", "title": {"en": "Media freedom"}, "task": "write"}
    pages: dict[str, Any] = {
        "": {"items": [item() for _ in range(20)], "next": "second"},
        "second": {"items": [item(title={"en": "The one that waits"}, tasks=[task])], "next": None},
    }
    for path in ("/my/invitations", "/my/decisions", "/reports"):
        portal.services.plays[f"GET {path}"] = {"items": []}
    portal.services.plays["GET /writing"] = lambda request: pages[request.url.params.get("after", "")]
    async with portal.browser("member") as browser:
        text = (await browser.get("/en/desk")).text
    assert ("The one that waits" in text, "Older" in text) == (True, False)


async def test_numbers_and_words_of_pictures_stand_on_the_page_on_which_a_section_is_signed(portal: Portal) -> None:
    playing(portal)
    numbers = {
        "indicator_id": new_id(),
        "title": "Newspapers closed",
        "source": "Press House",
        "columns": ["H2 2008"],
        "series": [{"label": "Dailies", "values": ["9"]}],
        "drawn": True,
    }
    portal.services.plays[f"GET /reports/{REPORT}/readings/media-freedom"] = {
        **READING,
        "indicators": {"en": [numbers]},
        "pictures": {"en": [{"image_id": new_id(), "alt": "An empty kiosk", "caption": "Minsk, 2008"}]},
        "digests": {"en": "ab12"},
    }
    portal.services.plays[f"POST /reports/{REPORT}/writing/media-freedom/sign-offs"] = {}
    async with portal.browser("member") as browser:
        page = (await browser.get(f"/en{HERE}/sign-off")).text
        sent = {"verdict": "signed-off", "seen-en": "4", "digest-en": "ab12"}
        answer = await browser.post(f"/en{HERE}/sign-off", data=sent)
    assert answer.status_code == 303, answer.text
    assert [
        each
        for each in ("Newspapers closed", "Dailies", "<td>9</td>", "An empty kiosk", "Minsk, 2008")
        if each not in page
    ] == []
    assert f"/reports/{REPORT}/indicators/{numbers['indicator_id']}/chart.svg" in page
    assert 'name="digest-en" value="ab12"' in page
    assert portal.services.body()["digests"] == {"en": "ab12"}


EDITORS = f"/reports/{REPORT}/editors"


async def test_coordinators_name_editors_by_their_name_and_take_that_back(portal: Portal) -> None:
    playing(portal)
    vera, aleh = new_id(), new_id()
    person = {"id": vera, "display_name": "Vera Baranova", "organisation_ids": [OURS], "roles": ["member"]}
    other = {"id": aleh, "display_name": "Aleh Zub", "organisation_ids": [], "roles": ["editor"]}
    held = {"revision": 3, "due_on": "2030-03-01", "contributors": [{"organisation_id": OURS}], "editor_ids": [aleh]}
    portal.services.plays |= {
        f"GET /reports/{REPORT}/commission": held,
        "GET /people": {"items": [person, other, {**person, "id": new_id(), "active": False}]},
        "POST /people/lookup": {"items": [other, person]},
        f"PUT {EDITORS}/{vera}": {},
        f"DELETE {EDITORS}/{vera}": {},
    }
    async with portal.browser("coordinator") as browser:
        page = (await browser.get(f"/en{EDITORS}?q=vera")).text
        named = await browser.post(f"/en{EDITORS}", data={"person": vera, "do": "name", "q": "vera"})
        told = (await browser.get(named.headers["location"])).text
        undo = told.partition("now on:")[2].partition("</form>")[0]
        back = await browser.post(f"/en{EDITORS}", data={"person": vera, "do": "release"})
        strange = await browser.post(f"/en{EDITORS}", data={"person": "../commission", "do": "name"})
    assert (page.count("Vera Baranova</strong>"), page.count("Aleh Zub</strong>")) == (1, 1)
    assert "writes this report" in page
    assert all(
        each in undo for each in ("Vera Baranova</strong>", f'value="{vera}"', 'value="release"', "Take it back")
    )
    locations = [f"/en{EDITORS}?done=editor-{what}&who={vera}" for what in ("named", "released")]
    assert [named.headers["location"], back.headers["location"]] == locations
    assert strange.status_code == 422
    changes = [(each.method, each.url.path) for each in portal.services.changes()]
    assert [each for each in changes if "lookup" not in each[1]] == [
        ("PUT", f"{EDITORS}/{vera}"),
        ("DELETE", f"{EDITORS}/{vera}"),
    ]


async def test_a_report_without_a_plan_or_with_fifty_editors_says_what_to_do(portal: Portal) -> None:
    playing(portal)
    vera = new_id()
    portal.services.plays[f"GET /reports/{REPORT}/commission"] = problem(404, "commission-not-found")
    portal.services.plays[f"PUT {EDITORS}/{vera}"] = problem(409, "too-many-editors")
    async with portal.browser("coordinator") as browser:
        unplanned = (await browser.get(f"/en{EDITORS}")).text
        full = await browser.post(f"/en{EDITORS}", data={"person": vera, "do": "name"})
        link = (await browser.get(f"/en/reports/{REPORT}/workshop")).text
    async with portal.browser("editor") as browser:
        refused = await browser.get(f"/en{EDITORS}")
        unlinked = (await browser.get(f"/en/reports/{REPORT}/workshop")).text
    assert (f'href="/en/reports/{REPORT}/contributors"' in unplanned, 'name="q"' in unplanned) == (True, False)
    assert (full.status_code, "room for 50 editors" in full.text, refused.status_code) == (409, True, 403)
    assert [f'href="/en{EDITORS}"' in each for each in (link, unlinked)] == [True, False]
