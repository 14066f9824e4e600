"""What people do here, in a real browser: answer, schedule, write, publish, read, switch the language."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import BrowserContext, Page, expect

from services.portal.words import THEMES
from tests.browser.conftest import sign_in
from tests.browser.world import INVITED, World

pytestmark = pytest.mark.browser

MEMBER = "tomasz.wrona@wspolnystol.example"


async def test_an_invitation_is_answered_and_the_answer_changed(anybody: BrowserContext, world: World) -> None:
    page = await anybody.new_page()
    await page.goto(f"/en{world.answer}")
    assert await anybody.cookies() == []
    word = page.get_by_label("What the organisers should know")
    if not await word.is_visible():  # it stands open when something was written before
        await page.get_by_text("Add a word to the organisers").click()
    await word.fill("I come with a colleague.")
    await page.get_by_role("button", name="Perhaps").click()
    await expect(page.get_by_role("status")).to_have_text("Thank you: your answer is recorded.")
    await page.get_by_role("button", name="I will come").click()
    await expect(page.get_by_role("main")).to_contain_text("Your answer: I will come")
    await expect(word).to_have_value("I come with a colleague.")
    assert await anybody.cookies() == []


async def test_the_page_of_a_link_shows_nobody_else(anybody: BrowserContext, world: World) -> None:
    page = await anybody.new_page()
    await page.goto(f"/en{world.answer}")
    text = await page.inner_text("body")
    assert INVITED not in text
    assert [name for name in ("Tomasz Wrona", "Ingrid Lindqvist") if name in text] == []


async def test_the_calendar_file_can_be_saved(anybody: BrowserContext, world: World) -> None:
    page = await anybody.new_page()
    await page.goto(f"/en{world.answer}")
    async with page.expect_download() as waiting:
        await page.get_by_role("link", name="Save for my calendar").click()
    path = await (await waiting.value).path()
    assert path.read_bytes().startswith(b"BEGIN:VCALENDAR")


async def test_the_language_changes_and_the_page_stays(anybody: BrowserContext, world: World) -> None:
    page = await anybody.new_page()
    await page.goto(f"/en{world.answer}")
    await page.get_by_role("navigation", name="Languages").get_by_role("link", name="Беларуская").click()
    assert page.url == f"{world.portal}/be{world.answer}"
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Міжнародная сустрэча")


async def test_the_keyboard_goes_straight_to_the_content(anybody: BrowserContext, world: World) -> None:
    page = await anybody.new_page()
    await page.goto("/en/reports")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Go to the content")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile(r"#main$"))


async def test_a_report_is_read_by_its_contents(anybody: BrowserContext, world: World) -> None:
    page = await anybody.new_page()
    await page.goto("/en/reports")
    await page.get_by_role("link", name="Monitoring report: a sample").click()
    await page.get_by_role("navigation", name="Contents").get_by_role("link", name="Freedom of assembly").click()
    await expect(page.get_by_role("heading", name="Freedom of assembly")).to_be_in_viewport()
    await expect(page.get_by_text(re.compile(r"^[0-9a-f]{64}$"))).to_be_visible()


async def test_a_meeting_is_scheduled_seen_before_sending_and_called_off(desk: BrowserContext, world: World) -> None:
    page = await desk.new_page()
    await page.goto("/en/desk")
    await page.get_by_role("link", name="Schedule a meeting").click()
    day = (datetime.now(UTC) + timedelta(days=60)).date()
    await page.get_by_label("Begins").fill(f"{day}T09:00")
    await page.get_by_label("Ends").fill(f"{day}T12:00")
    english = page.locator("details", has_text="English").filter(has=page.locator("#title-en"))
    await english.get_by_label("Title").fill("Donors' breakfast")
    await english.get_by_label("Agenda").fill("09:00 Coffee\n09:30 Who funds what")
    await page.get_by_label("Find organisations and people by name").fill("Zieli")
    await page.get_by_role("button", name="Find", exact=True).click()
    await page.get_by_label("Marta Zielińska").check()
    await page.get_by_role("button", name="Look at it before sending").click()
    await expect(page.get_by_role("main")).to_contain_text("1 person will get an invitation.")
    await expect(page.get_by_role("main")).to_contain_text("Not written in this language")
    await page.get_by_role("button", name="Change something").click()
    await expect(english.get_by_label("Title")).to_have_value("Donors' breakfast")
    await page.get_by_role("button", name="Look at it before sending").click()
    await page.get_by_role("button", name="Send 1 invitation").click()
    await expect(page.get_by_role("status")).to_contain_text("The meeting is scheduled")
    await world.system.mail_to(INVITED, lambda mail: "Donors' breakfast" in str(mail.message["subject"]))
    await _has_letter(page)
    await page.get_by_role("link", name="Move or call off").click()
    await page.locator("#why-en").fill("The kitchen is closed.")
    await page.get_by_role("button", name="Call the meeting off and tell everybody").click()
    await expect(page.get_by_role("heading", name="This meeting was called off.")).to_be_visible()
    await expect(page.get_by_role("main")).to_contain_text("The kitchen is closed.")


async def _has_letter(page: Page) -> None:
    await page.get_by_role("link", name="Answers", exact=True).click()
    await expect(page.get_by_role("row", name="Marta Zielińska")).to_contain_text("No answer yet")
    await page.get_by_role("link", name="Letters", exact=True).click()
    await expect(page.get_by_role("row", name="Marta Zielińska")).to_contain_text("Invitation")


async def test_errors_lead_to_their_fields(desk: BrowserContext) -> None:
    page = await desk.new_page()
    await page.goto("/en/meetings/new")
    await page.get_by_role("button", name="Look at it before sending").click()
    await page.get_by_role("alert").get_by_role("link", name=re.compile("Give a day and a time")).first.click()
    assert page.url.endswith("#starts_at")


async def test_a_report_is_written_published_and_read(desk: BrowserContext, world: World) -> None:
    page = await desk.new_page()
    await page.goto("/en/reports/new")
    await page.get_by_label("From").fill("2009-01-01")
    await page.get_by_label("To", exact=True).fill("2009-03-31")
    await page.locator("#title-en").fill("First quarter of 2009")
    await page.locator("#summary-en").fill("Little changed.")
    await page.get_by_role("button", name="Begin the report").click()
    await expect(page.get_by_role("main")).to_contain_text("to be written")
    begun = page.url
    for name in THEMES.values():
        row = page.get_by_role("row", name=name)
        await row.get_by_role("link", name=re.compile("to be written")).click()
        await page.get_by_label("Text", exact=True).fill(f"About **{name.lower()}**.")
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("status")).to_contain_text("Saved.")
        await page.goto(begun)
    await page.get_by_role("link", name="Checklist, publication, corrections").click()
    await page.get_by_role("button", name="Publish now").click()
    await expect(page.get_by_role("status")).to_contain_text("The report is published")
    await page.get_by_role("link", name="Edition no. 1").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("First quarter of 2009")
    await expect(page.locator("strong", has_text="media freedom")).to_be_visible()


async def test_two_editors_lose_nothing(desk: BrowserContext, world: World) -> None:
    address = f"/en/reports/{world.draft_id}/sections/freedom-of-assembly/en"
    first, second = await desk.new_page(), await desk.new_page()
    for page in (first, second):
        await page.goto(address)
    await first.get_by_label("Text", exact=True).fill("The first text.")
    await first.get_by_role("button", name="Save").click()
    await second.get_by_label("Text", exact=True).fill("The second text.")
    await second.get_by_role("button", name="Save").click()
    await expect(second.get_by_role("alert")).to_contain_text("Somebody else saved in the meantime.")
    await expect(second.get_by_role("main")).to_contain_text("The first text.")
    await expect(second.get_by_label("Text", exact=True)).to_have_value("The second text.")
    await second.get_by_role("button", name="Save this text").click()
    await expect(second.get_by_role("status")).to_contain_text("Saved.")


async def test_a_file_is_read_in_and_told_row_by_row(desk: BrowserContext) -> None:
    page = await desk.new_page()
    await page.goto("/en/imports")
    rows = "display_name,address,language,time_zone,organisation,roles\nAla,not-an-address,pl,Europe/Warsaw,,member\n"
    await page.get_by_label("File of people").set_input_files(
        {"name": "people.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )
    await page.get_by_role("button", name="Read in the people").click()
    await expect(page.get_by_role("table")).to_contain_text("Line 2")


async def test_a_member_answers_at_the_own_desk_and_sees_nobody_else(world: World, anybody: BrowserContext) -> None:
    await sign_in(anybody, world, MEMBER)
    page = await anybody.new_page()
    await page.goto("/en/desk")
    await page.get_by_role("link", name="Belarus International Implementers' Meeting, Warsaw").first.click()
    await page.get_by_role("button", name="I cannot come").click()
    await expect(page.get_by_role("main")).to_contain_text("Your answer: I cannot come")
    await expect(page.get_by_text("Who comes")).to_have_count(0)
    await page.get_by_role("button", name="Sign out").click()
    await page.goto("/en/desk")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


async def test_a_browser_without_the_cookie_does_not_see_the_desk(anybody: BrowserContext, world: World) -> None:
    page = await anybody.new_page()
    await page.goto("/en/desk")
    assert page.url == f"{world.portal}/en/sign-in?then=%2Fdesk"
    assert await anybody.cookies() == []
