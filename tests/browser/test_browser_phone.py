"""Pages answered on the phones of the sandbox's page."""

from __future__ import annotations

from playwright.sync_api import Locator, expect
from screen import Screen


def answers(phone: Locator, text: str) -> None:
    """Types an SMS and sends it."""
    phone.get_by_test_id("sms-input").fill(text)
    phone.get_by_test_id("sms-send").click()
    expect(phone.locator("[data-testid='sms'][data-direction='out']").last).to_contain_text(text)


def test_a_page_is_declined_and_acked_by_sms(screen: Screen) -> None:
    screen.become("Dave")
    screen.open_channel("incidents")
    screen.says("/incident declare sev1 payments API is down")
    screen.open_room()

    alice = screen.phone("Alice")
    expect(screen.texts(alice)).to_have_count(1)
    alice.get_by_test_id("sms-quick-decline").click()
    expect(screen.texts(alice)).to_have_count(2)
    expect(screen.texts(alice).last).to_contain_text("You declined INC-1. Bob Okafor is paged instead.")

    bob = screen.phone("Bob")
    expect(screen.texts(bob)).to_have_count(1)
    expect(screen.card).to_contain_text("Paged now: Bob Okafor")

    answers(bob, "whatever")
    expect(screen.texts(bob)).to_have_count(2)
    expect(screen.texts(bob).last).to_contain_text('Not understood: "whatever". Nothing was changed.')
    expect(screen.card).to_contain_text("Nobody has acked yet.")

    answers(bob, "ack 1")
    expect(screen.texts(bob)).to_have_count(3)
    expect(screen.texts(bob).last).to_contain_text("You have it: nobody else is paged.")
    expect(screen.card).to_contain_text("Assigned to @Bob Okafor")
    expect(screen.card).to_contain_text("State IN_PROGRESS")
