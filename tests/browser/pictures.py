"""Takes the README's pictures anew: `.venv/bin/python -m pytest tests/browser/pictures.py` writes docs/pictures/.

It lives through one night on Acme's Slack and looks at it where a reader should. It is no test of the usual run: its
name keeps it out. Look at each picture before committing it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect
from screen import Screen
from small_png import shrunk
from town.town import Town

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
LARGEST = 250_000  # bytes of one picture
ALICE_S = ZoneInfo("Europe/Berlin")


@pytest.mark.timeout(300)  # making them small takes longer than taking them
def test_pictures_for_the_readme(screen: Screen, town: Town) -> None:
    it_is_three_in_the_morning(town)
    somebody_declares(screen)
    nobody_has_acked(screen)
    bob_is_paged(screen)
    bob_has_it(screen)
    home_shows_it(screen)
    the_postmortem_stands(screen)
    for path in PICTURES.glob("*.png"):
        path.write_bytes(shrunk(path.read_bytes()))
        assert path.stat().st_size < LARGEST


def it_is_three_in_the_morning(town: Town) -> None:
    """Alice's next 03:02."""
    now = town.clock.now.astimezone(ALICE_S)
    night = now.replace(hour=3, minute=2, second=0, microsecond=0)
    night += timedelta(days=0 if night > now else 1)
    town.clock.passes(seconds=(night - datetime.now(ALICE_S)).total_seconds())


def somebody_declares(screen: Screen) -> None:
    screen.become("Dave")
    screen.open_channel("incidents")
    screen.says("/incident declare")
    form = screen.form("declare_form")
    form.fill("title", "Payments API is slow")
    form.fill("description", "Checkout takes 30 seconds since 02:55, for customers in Europe.")
    take(screen, "declare")
    form.done()


def nobody_has_acked(screen: Screen) -> None:
    screen.open_room()
    expect(screen.card).to_contain_text("email sent")
    expect(screen.texts(screen.phone("Alice"))).to_have_count(1)
    to_the_card(screen)
    take(screen, "war-room")


def bob_is_paged(screen: Screen) -> None:
    screen.passes(5)
    expect(screen.texts(screen.phone("Bob"))).to_have_count(1)
    screen.become("Bob")
    screen.open_app("messages")
    page = screen.message("INC-1 · Payments API is slow")
    expect(screen.reaction(page, "x")).to_be_visible()
    take(screen, "page")
    screen.press(page, "Ack")
    expect(page).to_contain_text("You have it.")


def bob_has_it(screen: Screen) -> None:
    screen.open_room()
    screen.react(screen.card, "medal")
    screen.says("/incident status identified")
    expect(screen.card).to_contain_text("Status identified")
    screen.says("/incident update The connection pool is exhausted. We roll back to 4.2.")
    expect(screen.card).to_contain_text("Last update")
    screen.become("Dave")
    screen.says("p99 is back under 300 ms")
    screen.react(screen.message("p99 is back"), "pushpin")
    screen.become("Bob")
    to_the_card(screen)
    expect(screen.page.get_by_test_id("topic")).to_contain_text("identified")  # it waits for the end of a burst
    take(screen, "acked")


def home_shows_it(screen: Screen) -> None:
    screen.passes(1)  # until Alice's phone rings no more
    screen.become("Alice")
    screen.open_app("home")
    expect(screen.home).to_contain_text("Commander Bob Okafor")
    take(screen, "home")


def the_postmortem_stands(screen: Screen) -> None:
    screen.become("Bob")
    screen.open_room()
    screen.passes(15)
    screen.says("/incident resolve Rolled back to 4.2")
    file = screen.page.get_by_test_id("file")
    expect(file).to_contain_text("Time to resolve")
    file.evaluate("node => node.closest('.message').scrollIntoView({ block: 'start' })")
    take(screen, "postmortem")


def to_the_card(screen: Screen) -> None:
    """By its pin, as a reader finds it."""
    screen.page.get_by_test_id("pins").click()
    screen.page.locator(".pin-row").click()
    expect(screen.card.get_by_role("heading")).to_be_in_viewport(ratio=1)


def take(screen: Screen, name: str) -> None:
    """One picture, with pointer and focus out of the way."""
    screen.page.mouse.move(720, 2)
    screen.page.evaluate("document.activeElement.blur()")
    PICTURES.mkdir(exist_ok=True)
    screen.page.screenshot(path=PICTURES / f"{name}.png", animations="disabled", caret="hide")
