"""A notifier by which nothing goes out is known, and why; one bad address is not taken for it."""

from __future__ import annotations

from bot.domain.delivery import Effect, Later, Never, Sent, Unknown
from bot.usecases.delivery import Drop
from scheduler.senders import Senders, Trouble


def test_three_tries_in_a_row_that_come_to_nothing_are_trouble_until_one_goes_out() -> None:
    senders = Senders()
    for outcome in (Later(reason="Twilio answered http 503"), Unknown("no answer in time")):
        senders.note(Effect.PAGE_SMS, outcome)
    assert senders.troubles() == {}
    senders.note(Effect.PAGE_SMS, Later(reason="the Twilio account is suspended"))
    senders.note(Effect.PAGE_EMAIL, Never("no such mailbox"))
    assert senders.troubles() == {"sms": Trouble(3, "the Twilio account is suspended")}
    senders.note(Effect.PAGE_SMS, Sent({"sid": "SM1"}))
    assert senders.troubles() == {}


def test_every_try_of_a_page_is_counted_by_what_became_of_it() -> None:
    senders = Senders()
    for outcome in (Sent(), Sent(), Never("x"), Later(reason="x"), Unknown("x"), Drop("acknowledged")):
        senders.note(Effect.PAGE_VOICE, outcome)
    senders.note(Effect.CARD_UPDATE, Never("x"))
    assert senders.pages == {
        ("voice", "sent"): 2, ("voice", "failed"): 1, ("voice", "later"): 1, ("voice", "unknown"): 1,
    }  # fmt: skip
