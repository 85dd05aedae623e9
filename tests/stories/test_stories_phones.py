"""A phone rings at 3 a.m.: answered by keys, by SMS, by a machine or by nobody, and the card is right each time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from town.town import Build, Town
from town.waiting import eventually

from bot.domain.incident import State
from bot.domain.timeline import Kind

FRESH = "Nobody has acked yet."


@pytest.fixture
def deaf(build: Build) -> Iterator[Town]:
    """The same town where nothing can reach the bot from outside: no public address, no callbacks."""
    town = build(PUBLIC_URL="")
    town.bot.start()
    yield town
    assert town.verify() == []
    assert town.bot.errors() == []


def ringing(town: Town) -> None:
    """An incident is declared, and two minutes later Alice's phone rings."""
    town.declares("sev2 payments API is slow")
    eventually(lambda: len(town.alice.phone.pages) == 1)
    town.card_shows("phone call follows in 2 min")
    town.clock.passes(minutes=2)
    town.alice.phone.rings()


def test_a_key_takes_it_and_everybody_sees_who_has_it(town: Town) -> None:
    ringing(town)
    town.card_shows("SMS delivered, email sent, phone call ringing")
    town.alice.phone.does("answer")
    said = town.alice.phone.hears("Press 4 to acknowledge")
    assert "This is Tocsin, calling Alice Chen. SEV2 high: payments API is slow. Incident 1." in said
    town.card_shows("phone call picked up, no key yet")
    town.alice.phone.presses("4")
    town.alice.phone.hears("You acked incident 1 payments API is slow. You have it: nobody else is paged.")
    town.card_shows("Alice Chen acked at")
    assert town.incident().state is State.IN_PROGRESS
    eventually(lambda: town.alice.phone.calls[-1]["status"] == "completed")
    assert town.kinds().count(Kind.PAGE_FAILED) == 0
    assert town.bob.phone.pages == []


def test_a_key_declines_and_the_next_person_is_paged_at_once(town: Town) -> None:
    ringing(town)
    town.alice.phone.does("answer")
    town.alice.phone.presses("6")
    town.alice.phone.hears("You declined incident 1. Bob Okafor is paged instead.")
    eventually(lambda: len(town.bob.phone.pages) == 1)
    town.card_shows("Paged now: Bob Okafor")


def test_star_says_it_again_and_eight_escalates(town: Town) -> None:
    ringing(town)
    town.alice.phone.does("answer")
    town.alice.phone.presses("*")
    eventually(lambda: str(town.alice.phone.calls[-1]["spoken"]).count("payments API is slow") == 4)
    town.alice.phone.presses("8")
    town.alice.phone.hears("Incident 1 is escalated: Bob Okafor is paged tier 2")
    eventually(lambda: len(town.bob.phone.pages) == 1)
    eventually(lambda: town.alice.phone.calls[-1]["status"] == "completed")
    town.card_shows("phone call answered by a key")
    assert town.kinds().count(Kind.ESCALATED) == 1


@pytest.mark.parametrize(
    ("action", "told"),
    [
        ("busy", "Alice Chen could not be reached by phone call: the line was busy"),
        ("hangup", "Alice Chen could not be reached by phone call: the line was busy"),
        ("no_answer", "Alice Chen could not be reached by phone call: nobody picked up"),
    ],
)
def test_a_phone_that_is_not_picked_up_pages_the_next_person_at_once(town: Town, action: str, told: str) -> None:
    ringing(town)
    town.alice.phone.does(action)
    eventually(lambda: len(town.bob.phone.pages) == 1)
    town.room().hears(told)
    town.room().hears("The call was not answered: Bob Okafor is paged (tier 2, cycle 1)")
    town.card_shows("Bob Okafor (")


def test_a_phone_that_rings_falls_silent_when_somebody_else_acks(town: Town) -> None:
    ringing(town)
    eventually(lambda: "Alice Chen (Slack delivered" in town.card().words)
    town.dave.types("/incident take INC-1")
    eventually(lambda: town.alice.phone.calls[-1]["status"] == "canceled")
    eventually(lambda: "phone call hung up before it was taken" in town.dave.reads("/incident why INC-1").words)
    assert "without their answer: Dave Novak acked" in town.dave.reads("/incident why INC-1").words
    assert town.kinds().count(Kind.PAGE_FAILED) == 0


def test_a_call_that_is_taken_goes_on_when_somebody_else_acks(town: Town) -> None:
    ringing(town)
    town.alice.phone.does("answer")
    town.alice.phone.hears("Press 4 to acknowledge")
    town.dave.types("/incident take INC-1")
    town.alice.phone.presses("4")
    town.alice.phone.hears("Dave Novak")
    assert town.alice.phone.calls[-1]["status"] != "canceled"


def test_without_an_address_a_phone_that_rings_falls_silent_too(deaf: Town) -> None:
    ringing(deaf)
    deaf.alice.presses("Ack", on=deaf.alice.page())
    eventually(lambda: deaf.alice.phone.calls[-1]["status"] == "canceled")


def test_voicemail_is_no_ack(town: Town) -> None:
    ringing(town)
    town.alice.phone.does("voicemail")
    town.alice.phone.hears("payments API is slow")
    town.clock.passes(minutes=1)
    town.room().hears("Alice Chen could not be reached by phone call: voicemail took the call, which is no answer")
    eventually(lambda: len(town.bob.phone.pages) == 1)
    town.card_shows(FRESH)
    town.card_shows("phone call reached voicemail only")


def test_picked_up_and_put_down_without_a_key_is_no_ack(town: Town) -> None:
    ringing(town)
    town.alice.phone.does("answer")
    town.alice.phone.hears("Press 4")
    town.alice.phone.does("hangup")
    town.room().hears("Alice Chen could not be reached by phone call: the call ended without an answer")
    eventually(lambda: len(town.bob.phone.pages) == 1)


def test_a_phone_out_of_reach_is_rung_at_once_and_then_the_next_person(town: Town) -> None:
    town.alice.phone.treats(sms="undelivered", calls="fail")
    town.declares("sev2 payments API is slow")
    room = town.room()
    room.hears("Alice Chen could not be reached by SMS: the phone is switched off or out of reach (Twilio 30003)")
    room.hears("Alice Chen could not be reached by phone call: it could not be put through")
    eventually(lambda: len(town.bob.phone.pages) == 1)
    shown = town.dave.reads("/incident why 1").words
    assert "SMS undelivered: the phone is switched off or out of reach (Twilio 30003)" in shown


@pytest.mark.parametrize("mode", ["out_of_order", "twice"])
def test_callbacks_in_any_order_and_twice_tell_the_same_story(town: Town, mode: str) -> None:
    town.outside.post("switches", callbacks=mode)
    town.alice.phone.treats(calls="busy")
    town.declares("sev2 payments API is slow")
    town.card_shows("SMS delivered")
    town.clock.passes(minutes=2)
    eventually(lambda: len(town.bob.phone.pages) == 1)
    eventually(town.at_rest)
    assert town.kinds().count(Kind.ESCALATED) == 1


# --- without an address that Twilio could call


def test_without_an_address_an_sms_is_read_and_acks(deaf: Town) -> None:
    deaf.declares("sev2 payments API is slow")
    deaf.card_shows("SMS delivered")  # asked for, since nobody brings it
    deaf.alice.texts("ack, on my way")
    deaf.card_shows("Alice Chen acked at")
    eventually(lambda: any("You acked INC-1" in text for text in deaf.alice.phone.messages))


def test_without_an_address_a_call_asks_for_a_text_and_who_heard_it_out_is_waited_for(deaf: Town) -> None:
    ringing(deaf)
    deaf.alice.phone.does("answer")
    deaf.alice.phone.hears("To take it, send the text message ACK 1 to this number, or press Ack in Slack.")
    deaf.clock.passes(minutes=1)
    deaf.card_shows("phone call heard, no answer yet")
    assert deaf.bob.phone.pages == []
    deaf.alice.texts("ACK 1")
    deaf.card_shows("Alice Chen acked at")


@pytest.mark.parametrize(("action", "shown"), [("voicemail", "reached voicemail only"), ("busy", "busy")])
def test_without_an_address_an_ended_call_is_read_and_moves_on(deaf: Town, action: str, shown: str) -> None:
    ringing(deaf)
    deaf.alice.phone.does(action)
    if action == "voicemail":
        deaf.alice.phone.hears("payments API is slow")
    deaf.clock.passes(seconds=70)
    eventually(lambda: len(deaf.bob.phone.pages) == 1)
    deaf.card_shows(FRESH)
    assert f"phone call {shown}" in deaf.dave.reads("/incident why 1").words


def test_without_an_address_what_was_texted_while_the_bot_was_down_is_read_when_it_is_back(deaf: Town) -> None:
    deaf.declares("sev2 payments API is slow")
    eventually(lambda: len(deaf.alice.phone.pages) == 1)
    deaf.bot.kill()
    deaf.alice.texts("ack")
    deaf.bot.start()
    deaf.card_shows("Alice Chen acked at")
    assert deaf.kinds().count(Kind.ACKED) == 1
