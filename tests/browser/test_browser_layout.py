"""The sandbox's page fits its window: nothing scrolls sideways or is cut off, on a telephone as on a laptop."""

from __future__ import annotations

import pytest
from cut_off import cut_off
from playwright.sync_api import expect
from screen import Screen
from town.town import Town

TITLE = "Payments API answers with 500 for every second customer in Europe"
WORD = "connection_pool_of_the_primary_database_" * 4

SIZES = {"telephone": (390, 844), "small laptop": (1280, 720)}


@pytest.fixture
def crowded(town: Town) -> None:
    """An incident with long names and long words. It must stand before the browser opens (see `screen`)."""
    room = town.declares(f"sev1 {TITLE}", by=town.carol)
    town.carol.joins(room.id)
    town.carol.types(f"/incident update {WORD}", at=room.id)
    town.card_shows("Last update")


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES.keys())
def test_nothing_scrolls_sideways_and_nothing_is_cut_off(crowded: None, screen: Screen, size: tuple[int, int]) -> None:
    screen.page.set_viewport_size({"width": size[0], "height": size[1]})

    screen.show("side")
    fits(screen, "the channels")
    screen.become("Carol")
    screen.show("side")
    screen.open_room()
    expect(screen.card).to_contain_text("Last update")
    fits(screen, "the war room")
    expect(screen.page.get_by_test_id("composer")).to_be_in_viewport(ratio=1)
    screen.press(screen.card, "Escalate")
    form = screen.form("escalate_form")
    fits(screen, "a form")
    expect(form.box.get_by_test_id("modal-submit")).to_be_in_viewport(ratio=1)
    form.box.get_by_test_id("modal-close").click()
    expect(form.box).to_have_count(0)
    screen.show("side")
    screen.open_app("home")
    expect(screen.home).to_contain_text("1 page waiting for you")
    fits(screen, "App Home")
    for panel in ("phones", "mail", "sheet", "log", "faults"):
        screen.show("devices")
        screen.open_panel(panel)
        fits(screen, panel)
    screen.phone("Alice")
    expect(screen.texts(screen.phone("Alice"))).to_have_count(1)
    expect(screen.phone("Alice").get_by_test_id("sms-input")).to_be_in_viewport(ratio=1)
    fits(screen, "a phone with a page")
    expect(screen.page.get_by_test_id("clock-plus-15")).to_be_in_viewport(ratio=1)


def fits(screen: Screen, what: str) -> None:
    assert cut_off(screen.page) == [], what
