"""Phones and mail make trouble: a page that cannot arrive one way arrives another, and none arrives twice unmarked."""

from __future__ import annotations

from town.town import Town
from town.waiting import eventually

from bot.domain.delivery import Effect, RowState
from bot.domain.timeline import Kind


def test_twilio_is_down_and_the_sms_follows_when_it_is_back(town: Town) -> None:
    down = town.outside.fault("*", "http", target="twilio", status=503, times=None)
    town.dave.types("/incident declare sev2 payments API is slow")
    eventually(lambda: len(town.alice.mails()) == 1)
    eventually(lambda: town.outside.hits(down) >= 1)
    town.outside.mend()
    town.clock.passes(minutes=2)
    eventually(lambda: len(town.alice.phone.pages) == 1)


def test_an_sms_whose_answer_is_lost_is_looked_up_and_not_sent_again(town: Town) -> None:
    lost = town.outside.fault("messages.create", "reset_after", target="twilio")
    town.declares()
    eventually(lambda: _sms(town) is RowState.SENT)
    assert town.outside.hits(lost) == 1
    assert len(town.alice.phone.pages) == 1
    assert "This may be a repeat." not in town.alice.phone.pages[0]


def test_an_sms_that_was_never_taken_is_sent_again(town: Town) -> None:
    town.outside.fault("messages.create", "reset_before", target="twilio")
    town.declares()
    eventually(lambda: _sms(town) is RowState.SENT)
    eventually(lambda: len(town.alice.phone.pages) == 1)
    assert "This may be a repeat." in town.alice.phone.pages[0]


def _sms(town: Town) -> RowState:
    return next(row.state for row in town.page_rows() if row.effect is Effect.PAGE_SMS)


def test_a_number_that_is_none_is_told_in_the_room_and_the_other_ways_go_on(town: Town) -> None:
    town.outside.fault("messages.create", "error", target="twilio", error="21211", times=None)
    room = town.declares()
    room.hears("Alice Chen could not be reached by SMS: not a valid phone number")
    eventually(lambda: len(town.alice.mails()) == 1)
    assert town.alice.page().text.startswith("SEV2 INC-1")
    assert town.kinds().count(Kind.PAGE_FAILED) == 1
    assert town.bob.phone.pages == []


def test_no_way_reaches_her_and_the_next_person_is_paged_at_once(town: Town) -> None:
    town.outside.fault("*.create", "error", target="twilio", error="21211", match={"To": town.alice.number}, times=None)
    town.outside.fault("rcpt", "error", target="smtp", error="550 5.1.1 No such user")
    town.outside.fault("chat.postMessage", "error", error="channel_not_found", times=None, match={"channel": "D0ALICE"})
    town.outside.fault("conversations.open", "error", error="user_disabled", times=None, match={"users": "U0ALICE"})
    town.dave.types("/incident declare sev2 payments API is slow")
    eventually(lambda: len(town.bob.phone.pages) == 1)
    room = town.room()
    room.hears("Bob Okafor is paged (tier 2, cycle 1)")


def test_a_mail_server_that_says_later_gets_the_mail_later_and_once(town: Town) -> None:
    town.outside.fault("rcpt", "error", target="smtp", error="451 4.3.0 Try again later", times=2)
    town.dave.types("/incident declare sev2 payments API is slow")
    eventually(lambda: len(town.alice.phone.pages) == 1)
    town.clock.passes(minutes=1)
    town.clock.passes(minutes=1)
    eventually(lambda: len(town.alice.mails()) == 1)
    eventually(town.at_rest)
    assert len(town.alice.mails()) == 1


def test_a_mail_that_may_have_gone_out_is_sent_again_under_the_same_id(town: Town) -> None:
    town.outside.fault("data", "reset_after", target="smtp")
    town.declares()
    eventually(lambda: len(town.alice.mails()) == 2)
    first, second = town.alice.mails()
    assert first["message_id"] == second["message_id"]
    assert "This may be a repeat" in second["text"]


def test_carrier_receipts_are_kept_in_whatever_order_they_come(town: Town) -> None:
    town.outside.post("switches", callbacks="out_of_order")
    town.declares()
    eventually(lambda: len(town.alice.phone.pages) == 1)
    eventually(lambda: len(_receipts(town)) == 3)
    town.outside.post("switches", callbacks="twice")
    town.alice.texts("ack")
    town.card_shows("Alice Chen acked")


def _receipts(town: Town) -> list[int]:
    """The answers to what Twilio told of the page."""
    told = [one for one in town.outside.log() if one.get("target") == "callback"]
    return [one["status"] for one in told if "/twilio/status" in str(one["method"]) + str(one["arguments"])]
