"""The pages of reporting periods: opened with an end of day in the reader's zone, answered by members, reminded of."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from shared.ids import new_id, utc_now
from tests.portal.fake import Portal, problem

PERIOD, ORGANISATION = new_id(), new_id()
SOON = date.today() + timedelta(days=30)


def a_period(**values: Any) -> dict[str, Any]:
    """Return a period as the registry shows it."""
    return {
        "id": PERIOD,
        "revision": 2,
        "title": {"en": "Autumn 2008"},
        "from_on": "2008-09-01",
        "to_on": "2008-11-30",
        "opens_at": utc_now().isoformat(),
        "closes_at": (utc_now() + timedelta(days=9)).isoformat(),
        "remind_days_before": 7,
        "state": "open",
        "counts": {"reported": 1, "nothing_to_report": 0, "awaited": 1, "late": 1},
        **values,
    }


def a_report(**values: Any) -> dict[str, Any]:
    """Return what an organisation said."""
    return {
        "revision": 4,
        "period_id": PERIOD,
        "organisation_id": ORGANISATION,
        "state": "awaited",
        "note": "",
        "asked_at": utc_now().isoformat(),
        **values,
    }


def plays(portal: Portal, *, period: dict[str, Any] | None = None, report: dict[str, Any] | None = None) -> None:
    period, report = period or a_period(), report or a_report()
    portal.services.plays |= {
        f"GET /organisations/{ORGANISATION}": {"id": ORGANISATION, "names": {"en": "Free Press Fund"}},
        "GET /periods": {"items": [period], "next": None},
        f"GET /periods/{PERIOD}": period,
        f"GET /periods/{PERIOD}/reports": {"items": [report], "next": None},
        f"GET /periods/{PERIOD}/corrections": {"items": [], "next": None},
        "GET /periods/own-reports": {"items": [{"period": period, "report": report}], "next": None},
    }


FORM = {
    "title-en": "Autumn 2008",
    "from_on": "2008-09-01",
    "to_on": "2008-11-30",
    "closes_on": SOON.isoformat(),
    "remind_days_before": "5",
    "kinds": ["donor"],
    "key": "k1",
}


async def test_a_period_is_open_until_the_end_of_its_last_day_where_the_coordinator_is(portal: Portal) -> None:
    plays(portal)
    portal.services.plays["GET /organisations"] = {"items": [{"id": ORGANISATION, "names": {"en": "Free Press Fund"}}]}
    portal.services.plays["POST /periods"] = a_period()
    async with portal.browser("coordinator") as browser:
        answer = await browser.post("/en/periods/new", data=FORM)
    assert answer.headers["location"] == f"/en/periods/{PERIOD}"
    body = portal.services.body()
    assert portal.services.changes()[0].headers["idempotency-key"] == "k1"
    closes = datetime.fromisoformat(body["closes_at"])
    midnight_in_minsk = datetime.combine(SOON, datetime.min.time(), UTC) + timedelta(hours=21)
    assert closes == midnight_in_minsk
    assert (body["organisation_ids"], body["remind_days_before"], body["title"]) == (
        [ORGANISATION],
        5,
        {"en": "Autumn 2008"},
    )


async def test_what_is_missing_is_said_at_its_field(portal: Portal) -> None:
    async with portal.browser("coordinator") as browser:
        empty = await browser.post("/en/periods/new", data={})
        over = await browser.post("/en/periods/new", data={**FORM, "closes_on": "2008-12-01"})
        nobody = await browser.post("/en/periods/new", data={**FORM, "kinds": []})
    assert empty.status_code == 422
    assert all(f'href="#{name}"' in empty.text for name in ("from_on", "to_on", "closes_on", "title-en"))
    assert '<a href="#closes_on">Choose a closing time that is still to come.</a>' in over.text
    assert '<a href="#kinds">Choose at least one organisation that has a record.</a>' in nobody.text


async def test_a_coordinator_sees_who_is_silent_and_reminds_them(portal: Portal) -> None:
    plays(portal)
    portal.services.plays[f"POST /periods/{PERIOD}/reminders"] = {"organisations": 1}
    async with portal.browser("coordinator") as browser:
        shown = await browser.get(f"/en/periods/{PERIOD}?state=awaited")
        reminded = await browser.post(f"/en/periods/{PERIOD}/reminders", data={"key": "k"})
        after = await browser.get(reminded.headers["location"])
    assert "Free Press Fund" in shown.text
    assert "1 answer came late." in shown.text
    assert "1 organisation is being reminded." in after.text


async def test_a_member_says_that_there_was_nothing_to_report(portal: Portal) -> None:
    plays(portal)
    path = f"/periods/{PERIOD}/reports/{ORGANISATION}"
    portal.services.plays[f"PUT {path}"] = a_report(state="nothing-to-report")
    form = {"answer": "nothing-to-report", "organisation_id": ORGANISATION, "revision": "4", "note": "A quiet year."}
    async with portal.browser("member") as browser:
        shown = await browser.get(f"/en/periods/{PERIOD}/report")
        answer = await browser.post(f"/en/periods/{PERIOD}/report", data=form)
    assert "Free Press Fund" in shown.text
    assert answer.headers["location"] == f"/en/periods/{PERIOD}/report?done=saved"
    (request,) = portal.services.changes()
    assert request.headers["if-match"] == '"4"'
    assert portal.services.body() == {"state": "nothing-to-report", "note": "A quiet year."}


async def test_a_member_answers_for_no_other_organisation(portal: Portal) -> None:
    plays(portal)
    form = {"answer": "reported", "organisation_id": new_id(), "revision": "1"}
    async with portal.browser("member") as browser:
        answer = await browser.post(f"/en/periods/{PERIOD}/report", data=form)
    assert (answer.status_code, portal.services.changes()) == (422, [])


async def test_two_of_one_organisation_do_not_overwrite_each_other(portal: Portal) -> None:
    plays(portal)
    portal.services.plays[f"PUT /periods/{PERIOD}/reports/{ORGANISATION}"] = problem(412, "changed-meanwhile")
    form = {"answer": "reported", "organisation_id": ORGANISATION, "revision": "1"}
    async with portal.browser("member") as browser:
        answer = await browser.post(f"/en/periods/{PERIOD}/report", data=form)
    assert (answer.status_code, "has just answered" in answer.text) == (412, True)


async def test_a_member_sees_periods_but_not_who_answered(portal: Portal) -> None:
    plays(portal)
    async with portal.browser("member") as browser:
        listed = await browser.get("/en/periods")
        shown = await browser.get(f"/en/periods/{PERIOD}")
    assert ("Autumn 2008" in listed.text, f'href="/en/periods/{PERIOD}"' in listed.text) == (True, False)
    assert shown.status_code == 403


async def test_a_period_is_extended_and_more_are_asked_by_name(portal: Portal) -> None:
    plays(portal)
    path = f"/periods/{PERIOD}"
    portal.services.plays |= {
        "GET /organisations": {"items": [{"id": ORGANISATION, "names": {"en": "Free Press Fund"}}], "next": None},
        f"PUT {path}": a_period(),
        f"POST {path}/organisations": a_period(),
    }
    async with portal.browser("coordinator") as browser:
        form = {"revision": "2", "closes_on": SOON.isoformat()}
        assert (await browser.post(f"/en{path}/extension", data=form)).headers["location"] == f"/en{path}"
        sent = portal.services.body()
        assert portal.services.changes()[-1].headers["if-match"] == '"2"'
        asked = await browser.post(f"/en{path}/organisations", data={"organisations": "free press fund"})
        assert (asked.status_code, portal.services.body()) == (303, {"organisation_ids": [ORGANISATION]})
        portal.services.plays[f"PUT {path}"] = problem(422, "period-over")
        over = await browser.post(f"/en{path}/extension", data=form)
        dayless = await browser.post(f"/en{path}/extension", data={"closes_on": "soon"})
        portal.services.plays["GET /organisations"] = {"items": [], "next": None}
        nobody = await browser.post(f"/en{path}/organisations", data={"organisations": "Nobody"})
    closes = datetime.combine(SOON, datetime.min.time(), UTC) + timedelta(hours=21)  # midnight in Minsk
    assert datetime.fromisoformat(sent.pop("closes_at")) == closes
    assert sorted(sent) == ["from_on", "opens_at", "remind_days_before", "title", "to_on"]
    assert '<a href="#closes_on">Choose a closing time that is still to come.</a>' in over.text
    assert ("Choose a day." in dayless.text, 'href="#organisations"' in nobody.text) == (True, True)


async def test_a_period_asks_organisations_by_name_beside_those_of_a_kind(portal: Portal) -> None:
    plays(portal)
    named = {"id": ORGANISATION, "names": {"en": "Free Press Fund"}}
    portal.services.plays["GET /organisations"] = lambda request: {
        "items": [named] if "q" in request.url.params else [{**named, "id": PERIOD}],
        "next": None,
    }
    portal.services.plays["POST /periods"] = a_period()
    async with portal.browser("coordinator") as browser:
        await browser.post("/en/periods/new", data={**FORM, "organisations": "Free Press Fund"})
    assert portal.services.body()["organisation_ids"] == [ORGANISATION, PERIOD]


async def test_coordinators_see_who_corrected_a_locked_period_and_why(portal: Portal) -> None:
    plays(portal, period=a_period(state="locked"))
    by = new_id()
    correction = {"activity_id": new_id(), "reason": "A typing error", "by": by, "at": utc_now().isoformat()}
    portal.services.plays[f"GET /periods/{PERIOD}/corrections"] = {"items": [correction], "next": None}
    portal.services.plays["POST /people/lookup"] = {"items": [{"id": by, "display_name": "Hanna"}], "next": None}
    async with portal.browser("coordinator") as browser:
        shown = await browser.get(f"/en/periods/{PERIOD}")
    async with portal.browser("operator") as browser:
        looked = await browser.get(f"/en/periods/{PERIOD}")
    assert ("A typing error" in shown.text, f'href="/en/people/{by}">Hanna</a>' in shown.text) == (True, True)
    assert ("A typing error" in looked.text, "Hanna" in looked.text) == (True, False)


async def test_the_pages_are_there_in_every_language(portal: Portal) -> None:
    locked = a_period(state="locked")
    plays(portal, period=locked, report=a_report(state="reported", late=True, said_at=utc_now().isoformat()))
    correction = {"activity_id": new_id(), "reason": "A typing error", "at": utc_now().isoformat()}
    portal.services.plays[f"GET /periods/{PERIOD}/corrections"] = {"items": [correction], "next": None}
    async with portal.browser("coordinator") as browser:
        for language in ("en", "pl", "be", "uk", "ru"):
            for path in ("", "/new", f"/{PERIOD}", f"/{PERIOD}/report"):
                answer = await browser.get(f"/{language}/periods{path}")
                assert (answer.status_code, answer.text.count("<h1")) == (200, 1), (language, path)
