"""A certificate says in one's own language that one was there, and whoever holds its code can check it."""

from typing import Any

import pytest

from services.meetings.certificates import actions, domain
from services.meetings.certificates.wording import SHEET, WORDS
from shared.ids import new_id
from shared.model import LANGUAGES, Language
from shared.testing.stack import Running, Stack
from tests.meetings.builders import code, invitations_of, known, link_to, person, schedule
from tests.meetings.test_attendance import under_way
from tests.reports.pdf_text import squeezed, text_of


async def attended(meetings: Running, **changes: Any) -> tuple[str, str]:
    """Let somebody have been at a meeting that is over; return its id and theirs."""
    guest = person(language=changes.pop("language", "pl"))
    await known(meetings, guest)
    meeting_id = await under_way(meetings, guest.person_id, **changes)
    coordinator = meetings.as_("coordinator")
    await coordinator.put(f"/meetings/{meeting_id}/attendance/people", json={"present": [guest.person_id]})
    await coordinator.post(f"/meetings/{meeting_id}/conclusion")
    return meeting_id, guest.person_id


async def issued(meetings: Running, meeting_id: str, person_id: str, **changes: Any) -> dict[str, Any]:
    client = meetings.as_("member", person_id=person_id)
    answer = await client.put(f"/my/meetings/{meeting_id}/certificate", json={"name": "Hanna Żółć", **changes})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def verified(meetings: Running, certificate_code: str) -> Any:
    return await meetings.as_().post("/certificates/verification", json={"code": certificate_code})


@pytest.mark.parametrize("language", ["pl", "be"])
async def test_a_certificate_is_a_tagged_pdf_in_the_persons_language(meetings: Running, language: Language) -> None:
    meeting_id, person_id = await attended(meetings, language=language)
    made = await issued(meetings, meeting_id, person_id)
    answer = await meetings.as_("member", person_id=person_id).get(f"/my/meetings/{meeting_id}/certificate/pdf")
    pdf, text = answer.content, squeezed(text_of(answer.content))
    marks = (b"/MarkInfo", b"/StructTreeRoot", b"<pdfuaid:part>1</pdfuaid:part>", f"({language})".encode())
    assert [mark for mark in marks if mark not in pdf] == []
    words = ("Hanna Żółć", made["code"], WORDS[language]["kind"])
    assert [word for word in words if squeezed(word) not in text] == []
    assert made["language"] == language


async def test_whoever_holds_the_code_can_check_it_and_nobody_else_learns_the_name(meetings: Running) -> None:
    meeting_id, person_id = await attended(meetings)
    made = await issued(meetings, meeting_id, person_id)
    answer = await verified(meetings, made["code"].lower().replace("-", " "))
    assert (answer.status_code, answer.json()["name"], answer.json()["title"]["en"]) == (
        200,
        "Hanna Żółć",
        "Coordination",
    )
    for wrong in ("", made["code"][:-1], "A" * 20, "$ne"):
        assert (await verified(meetings, wrong)).status_code in (404, 422)
    rows = str(await meetings.storage.reader["certificates"].find({}, limit=100))
    assert [word for word in ("Hanna", domain.plain(made["code"])) if word in rows] == []


async def test_a_certificate_issued_anew_ends_the_one_before(meetings: Running) -> None:
    meeting_id, person_id = await attended(meetings)
    first = await issued(meetings, meeting_id, person_id)
    second = await issued(meetings, meeting_id, person_id, name="Hanna Example", language="be")
    assert code(await verified(meetings, first["code"])) == (404, "certificate-not-found")
    assert (await verified(meetings, second["code"])).json()["name"] == "Hanna Example"


async def test_of_a_closed_meeting_a_certificate_says_only_that_there_was_one(meetings: Running) -> None:
    meeting_id, person_id = await attended(meetings, closed=True)
    made = await issued(meetings, meeting_id, person_id)
    said = (await verified(meetings, made["code"])).json()
    assert (said["title"]["en"], said["time_zone"]) == ("Meeting", "UTC")


async def test_only_whoever_was_there_gets_one_and_only_afterwards(meetings: Running) -> None:
    guest = person()
    await known(meetings, guest)
    meeting_id = await under_way(meetings, guest.person_id)
    client, path = meetings.as_("member", person_id=guest.person_id), f"/my/meetings/{meeting_id}/certificate"
    assert code(await client.put(path, json={"name": "Hanna"})) == (404, "attendance-not-recorded")
    coordinator = meetings.as_("coordinator")
    await coordinator.put(f"/meetings/{meeting_id}/attendance/people", json={"present": [guest.person_id]})
    assert code(await client.put(path, json={"name": "Hanna"})) == (409, "meeting-not-over")
    assert code(await client.get(path)) == (404, "certificate-not-found")
    assert code(await client.put(f"/my/meetings/{new_id()}/certificate", json={"name": "H"})) == (
        404,
        "meeting-not-found",
    )


async def test_the_bearer_of_a_link_gets_theirs(meetings: Running, stack: Stack) -> None:
    meeting_id, _ = await attended(meetings)
    (invitation,) = await invitations_of(meetings, meeting_id)
    bearer = meetings.bearing(link_to(stack, invitation))
    made = (await bearer.put("/answer/certificate", json={"name": "Hanna"})).json()
    assert (made["name"], made["language"]) == ("Hanna", "pl")
    assert (await bearer.get("/answer/certificate/pdf")).content.startswith(b"%PDF-")


async def test_with_a_person_their_certificates_go(meetings: Running) -> None:
    meeting_id, person_id = await attended(meetings)
    made = await issued(meetings, meeting_id, person_id)
    await meetings.storage.transact(actions.forget_person, person_id)
    assert code(await verified(meetings, made["code"])) == (404, "certificate-not-found")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_sign_in_sheet_holds_the_names_it_was_given_in_their_order_and_keeps_none(
    meetings: Running, language: Language
) -> None:
    meeting = await schedule(meetings)
    path = f"/meetings/{meeting['id']}/attendance/sheet"
    people = [{"name": "Żaneta Signatory", "organisation": "Дом прэсы"}, {"name": "#let x = Алена"}]
    answer = await meetings.as_("coordinator").post(path, json={"language": language, "people": people})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert (answer.headers["cache-control"], b"<pdfuaid:part>1</pdfuaid:part>" in answer.content) == ("no-store", True)
    text = squeezed(text_of(answer.content))
    told = ["Żaneta Signatory", "Дом прэсы", "#let x = Алена", *SHEET[language].values()]
    assert [each for each in told if squeezed(each) not in text] == []
    assert text.index(squeezed("Żaneta")) < text.index(squeezed("Алена"))
    for name in await meetings.storage.reader.collection_names():
        rows = [str(row) async for row in meetings.storage.reader[name].stream({})]
        assert [row for row in rows if "Signatory" in row] == [], name
    assert (await meetings.as_("member").post(path, json={"language": language, "people": []})).status_code == 403
