"""A whole incident, lived in the browser by the people of Acme, from the declaration to the postmortem."""

from __future__ import annotations

from playwright.sync_api import expect
from screen import Screen

TITLE = "INC-1 · Payments API is slow"


def test_a_whole_incident_is_lived_in_the_browser(screen: Screen) -> None:
    dave_declares_by_the_form_which_refuses_what_is_missing(screen)
    the_war_room_stands_and_alice_is_paged(screen)
    nobody_answers_for_five_minutes_so_bob_is_paged(screen)
    bob_sees_the_page_at_home_and_acks_it_in_his_direct_messages(screen)
    he_volunteers_as_commander_by_a_medal_on_the_card(screen)
    he_says_where_it_stands_and_how_bad_it_is(screen)
    what_the_timeline_should_hold_is_noted_and_pinned(screen)
    app_home_shows_what_is_open_and_who_is_on_call(screen)
    he_resolves_it_and_the_postmortem_stands_in_the_room(screen)


def dave_declares_by_the_form_which_refuses_what_is_missing(screen: Screen) -> None:
    screen.become("Dave")
    screen.open_channel("incidents")
    screen.says("/incident declare")
    form = screen.form("declare_form")
    form.send()
    expect(form.error("title")).to_have_text("Please complete this required field.")  # says Slack's client
    form.fill("title", "   ")
    form.send()
    expect(form.error("title")).to_have_text("An incident needs a title: say in a few words what is broken.")
    expect(form.input("severity")).to_have_attribute("data-value", "SEV2")
    form.fill("title", "Payments API is slow")
    form.fill("description", "Checkout takes 30 seconds.")
    form.done()
    expect(screen.message(TITLE)).to_contain_text("Nobody has acked yet.")


def the_war_room_stands_and_alice_is_paged(screen: Screen) -> None:
    screen.open_room()
    expect(screen.title).to_have_text("inc-1-payments-api-is-slow")
    expect(screen.page.get_by_test_id("topic")).to_have_text(
        "🟠 SEV2 INC-1 · investigating · not acked yet · Payments API is slow"
    )
    bookmark = screen.page.get_by_test_id("bookmark")
    expect(bookmark).to_have_attribute("href", "https://runbooks.acme.example/payments-api")
    expect(screen.card).to_contain_text("Pinned by Tocsin")
    expect(screen.card).to_contain_text("Checkout takes 30 seconds.")
    expect(screen.card).to_contain_text("Paged now: Alice Chen")
    expect(screen.card).to_contain_text("Bob Okafor is paged (tier 2 of 3, cycle 1).")
    expect(screen.texts(screen.phone("Alice"))).to_have_count(1)
    expect(screen.texts(screen.phone("Alice"))).to_contain_text(
        "SEV2 INC-1 Payments API is slow\nReply ACK 1 or DECLINE 1."
    )


def nobody_answers_for_five_minutes_so_bob_is_paged(screen: Screen) -> None:
    expect(screen.texts(screen.phone("Bob"))).to_have_count(0)
    screen.passes(5)
    expect(screen.ringing("Alice")).to_be_visible()  # a phone that begins to ring comes to the front
    expect(screen.texts(screen.phone("Bob"))).to_have_count(1)
    expect(screen.card).to_contain_text("Carol Díaz is paged (tier 3 of 3, cycle 1).")


def bob_sees_the_page_at_home_and_acks_it_in_his_direct_messages(screen: Screen) -> None:
    screen.become("Bob")
    screen.open_app("home")
    expect(screen.home).to_contain_text("1 page waiting for you")
    screen.open_app("messages")
    page = screen.message(TITLE)
    expect(page).to_contain_text("You are paged (tier 2 of 3, cycle 1).")
    screen.press(page, "Ack")
    expect(page).to_contain_text("You have it.")
    expect(page).not_to_contain_text("You are paged")
    screen.open_room()
    expect(screen.card).to_contain_text("State IN_PROGRESS")
    expect(screen.card).to_contain_text("Assigned to @Bob Okafor")
    expect(screen.card).to_contain_text("Nobody else is paged, since it was acked.")


def he_volunteers_as_commander_by_a_medal_on_the_card(screen: Screen) -> None:
    screen.react(screen.card, "medal")
    expect(screen.card).to_contain_text("Commander @Bob Okafor")


def he_says_where_it_stands_and_how_bad_it_is(screen: Screen) -> None:
    screen.press(screen.card, "Update status")
    form = screen.form("update_form")
    form.fill("text", "The connection pool is exhausted. Rolling back to 4.2.")
    form.choose("status", "identified")
    form.done()
    expect(screen.card).to_contain_text("Status identified")
    expect(screen.card).to_contain_text("Rolling back to 4.2.")
    screen.press(screen.card, "Severity")
    form = screen.form("severity_form")
    form.choose("severity", "SEV1")
    form.done()
    expect(screen.card).to_contain_text("SEV1 critical")


def what_the_timeline_should_hold_is_noted_and_pinned(screen: Screen) -> None:
    screen.says("/incident note Release 4.3 went out an hour ago")
    expect(screen.message("Bob Okafor noted.")).to_be_visible()
    screen.says("p99 is back under 300 ms")
    said = screen.message("p99 is back under 300 ms")
    screen.react(said, "pushpin")
    expect(screen.reaction(said, "white_check_mark")).to_be_visible()


def app_home_shows_what_is_open_and_who_is_on_call(screen: Screen) -> None:
    screen.open_app("home")
    expect(screen.home).to_contain_text("You have INC-1 (commander: Bob Okafor, last update under a minute ago)")
    expect(screen.home).to_contain_text("INC-1 Payments API is slow · SEV1 · identified")
    expect(screen.home).to_contain_text("payments @Alice Chen")
    expect(screen.home).to_contain_text("payments-second @Bob Okafor")


def he_resolves_it_and_the_postmortem_stands_in_the_room(screen: Screen) -> None:
    screen.open_room()
    screen.press(screen.card, "Resolve")
    form = screen.form("resolve_form")
    form.fill("text", "Rolled back to 4.2")
    form.done()
    expect(screen.card).to_contain_text("State RESOLVED")
    expect(screen.page.get_by_test_id("topic")).to_have_text("✅ SEV1 INC-1 · resolved after 5 min")
    expect(screen.page.get_by_test_id("file")).to_have_count(1)
    screen.page.get_by_test_id("file-open").click()
    viewer = screen.page.get_by_test_id("file-viewer")
    expect(viewer.get_by_role("heading", level=2)).to_have_text(
        [
            "INC-1 postmortem", "Summary", "Impact", "Timeline", "Root Cause", "Contributing Factors", "Resolution",
            "Action Items", "Lessons Learned",
        ]
    )  # fmt: skip
    expect(viewer.get_by_role("row", name="Commander Bob Okafor")).to_have_count(1)
    expect(viewer).to_contain_text("Bob Okafor noted: Release 4.3 went out an hour ago")
    expect(viewer).to_contain_text("Bob Okafor wrote: p99 is back under 300 ms")
