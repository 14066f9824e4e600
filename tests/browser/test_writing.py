"""Writing with a script: what is typed is kept, offered again, and never saved by itself."""

from pathlib import Path

from playwright.async_api import Browser, expect

from tests.browser.world import World


async def test_what_was_typed_is_kept_and_offered_again(world: World, chromium: Browser, signed_in: Path) -> None:
    context = await chromium.new_context(base_url=world.portal, storage_state=signed_in)
    address = f"/en/reports/{world.draft_id}/sections/repression-of-activists/en"
    page = await context.new_page()
    await page.goto(address)
    await page.get_by_label("Text", exact=True).press_sequentially("Half a sent")
    await expect(page.locator("[data-kept]")).to_contain_text("Kept for you at", timeout=30_000)
    again = await context.new_page()
    await again.goto(address)
    await expect(again.get_by_label("Text", exact=True)).to_have_value("")
    await again.get_by_role("link", name="Go on with it").click()
    await expect(again.get_by_label("Text", exact=True)).to_have_value("Half a sent")
    await again.get_by_role("button", name="Preview").click()
    await expect(again.locator(".prose")).to_have_text("Half a sent")
    await again.get_by_role("button", name="Save", exact=True).click()
    await expect(again.get_by_role("status")).to_contain_text("Saved.")
    await expect(again.get_by_role("link", name="Go on with it")).to_have_count(0)
    await context.storage_state(path=signed_in)
    await context.close()
