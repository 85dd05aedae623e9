"""What strangers type is shown as the text it is: it runs nothing, mentions nobody and fakes no link."""

from __future__ import annotations

from playwright.sync_api import Locator, expect
from screen import Screen
from town.town import Town

MARKUP = "<img src=x onerror=\"document.title='owned'\">"
TITLE = f"{MARKUP} <!channel> <@U0CAROL>"
DESCRIPTION = f"<script>document.title='owned'</script> <https://evil.example|bank.example> {MARKUP}"


def test_hostile_text_is_shown_as_text_everywhere(screen: Screen, town: Town) -> None:
    town.dave.phone.outside.post("user", user="U0DAVE", real_name=f"Dave {MARKUP}", display_name=f"Dave {MARKUP}")
    screen.become("Dave")
    screen.open_channel("incidents")
    screen.says("/incident declare")
    form = screen.form("declare_form")
    form.fill("title", TITLE)
    form.fill("description", DESCRIPTION)
    form.done()
    harmless(screen, screen.message("INC-1"), TITLE)

    screen.page.locator("[data-testid='channel'][data-name^='inc-1-']").click()
    harmless(screen, screen.card, TITLE)
    harmless(screen, screen.card, DESCRIPTION)
    screen.says(f"Look: {MARKUP}")
    said = screen.message("Look:")
    harmless(screen, said, f"Look: {MARKUP}")
    screen.react(said, "pushpin")
    harmless(screen, screen.page.get_by_test_id("topic"), TITLE)
    screen.page.get_by_test_id("pins").click()
    harmless(screen, screen.page.get_by_test_id("pins-list"), TITLE)
    screen.page.keyboard.press("Escape")

    alice = screen.texts(screen.phone("Alice"))
    harmless(screen, alice, TITLE)
    screen.become("Alice")
    screen.open_app("home")
    harmless(screen, screen.home, TITLE)
    screen.open_app("messages")
    harmless(screen, screen.message("You are paged"), DESCRIPTION)
    the_mail_is_harmless(screen)
    screen.open_panel("log")
    screen.page.get_by_test_id("log-row").filter(has_text="chat.postMessage").first.click()
    harmless(screen, screen.page.locator(".log-body"), "document.title='owned'")

    screen.open_room()
    screen.press(screen.card, "Ack")
    screen.press(screen.card, "Resolve")
    form = screen.form("resolve_form")
    form.fill("text", DESCRIPTION)
    form.done()
    screen.page.get_by_test_id("file-open").click()
    harmless(screen, screen.page.get_by_test_id("file-viewer"), TITLE)
    harmless(screen, screen.page.get_by_test_id("file-viewer"), DESCRIPTION)
    harmless(screen, screen.page.get_by_test_id("file-viewer"), f"Look: {MARKUP}")


def the_mail_is_harmless(screen: Screen) -> None:
    screen.open_panel("mail")
    screen.page.locator("[data-testid='mail-row'][data-to='alice@acme.example']").click()
    harmless(screen, screen.page.get_by_test_id("mail-subject"), TITLE)
    frame = screen.page.frame_locator("[data-testid='mail-frame']")
    expect(frame.locator("body")).to_contain_text(TITLE)
    expect(frame.locator("body")).to_contain_text(DESCRIPTION)
    expect(frame.locator("img, script")).to_have_count(0)


def harmless(screen: Screen, place: Locator, text: str) -> None:
    """The text stands there letter by letter, and did nothing."""
    expect(place).to_contain_text(text)
    expect(screen.page.locator("img[src='x'], .work script")).to_have_count(0)
    links = screen.page.locator("a[href*='evil.example']")
    expect(links.filter(has_not_text="https://evil.example")).to_have_count(0)  # one that shows where it leads is none
    for mention in ("@channel", "@Carol Díaz"):
        expect(place.get_by_text(mention, exact=True)).to_have_count(0)
    assert screen.page.title() == "Tocsin sandbox"
