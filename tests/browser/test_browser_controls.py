"""Menus, pickers and buttons of the card, as a responder uses them."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from screen import Screen


@pytest.fixture
def room(screen: Screen) -> Screen:
    """Carol, an admin, in the war room of an incident that nobody has acked."""
    screen.become("Carol")
    screen.open_channel("incidents")
    screen.says("/incident declare sev2 payments API is slow")
    screen.open_room()
    expect(screen.card).to_contain_text("Paged now: Alice Chen")
    return screen


def test_escalating_shows_who_will_be_paged_before_it_pages(room: Screen) -> None:
    room.press(room.card, "Escalate")
    form = room.form("escalate_form")
    expect(form.box).to_contain_text("The next step is tier 2 of 3: Bob Okafor (Slack, SMS and email; phone call")
    form.choose("tier", "3")
    form.done()
    expect(room.card).to_contain_text("Carol Díaz (")
    expect(room.texts(room.phone("Carol"))).to_have_count(1)
    expect(room.texts(room.phone("Bob"))).to_have_count(0)


def test_the_card_s_menu_and_pickers_do_what_they_say(room: Screen) -> None:
    room.pick(room.card, "more", "Notify again")
    expect(room.texts(room.phone("Alice"))).to_have_count(2)

    room.pick(room.card, "more", "Add a note")
    form = room.form("note_form")
    form.fill("text", "Seen in Frankfurt only")
    form.done()
    expect(room.message("Seen in Frankfurt only")).to_be_visible()

    room.press(room.card, "Assign")
    form = room.form("assign_form")
    form.input("person").click()
    room.page.get_by_test_id("options-search").fill("bob")
    expect(room.page.get_by_test_id("option")).to_have_text(["BOBob Okafor"])
    room.page.keyboard.press("Enter")
    form.done()
    expect(room.texts(room.phone("Bob"))).to_have_count(1)

    room.press(room.card, "Role")
    form = room.form("role_form")
    form.choose("role", "comms")
    form.choose("person", "U0DAVE")
    form.done()
    expect(room.card).to_contain_text("Comms @Dave Novak")

    room.press(room.card, "Why?")
    why = room.message("Only visible to you")
    expect(why).to_contain_text("Alice Chen")
    why.get_by_test_id("dismiss").click()
    expect(why).to_have_count(0)
    room.pick(room.card, "more", "Timeline")
    expect(room.message("Only visible to you")).to_contain_text("Seen in Frankfurt only")
