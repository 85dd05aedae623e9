"""What a call says: who is called, what is wrong and what happens otherwise, twice, in words for the ear."""

from __future__ import annotations

from dataclasses import replace

import pytest
from views_gallery import DRILL
from views_scene import INCIDENT, NOW, PAGING, page_job

from bot.domain.picture import Job
from bot.views import speech
from clients.twilio_voice import asks, says, tells

LIMIT = 4000  # characters that Twilio takes as a call's text


def titled(title: str) -> Job:
    return page_job(replace(PAGING, incident=replace(INCIDENT, title=title)))


def test_a_call_says_who_what_how_bad_where_and_what_happens_otherwise() -> None:
    assert speech.page(page_job(), NOW) == (
        "This is Tocsin, calling Alice Chen. SEV1 critical: Payments API is slow. Incident 42. "
        "Service payments, checkout. If nobody acknowledges, Bob Okafor is paged in 5 minutes."
    )


def test_a_drill_and_a_possible_repeat_say_so_first() -> None:
    assert speech.page(page_job(DRILL), NOW).startswith(
        "This is Tocsin, calling Alice Chen. This is a drill. Answer it as if it were real. SEV"
    )
    assert "This may be a repeat of an earlier call." in speech.page(page_job(doubt=True), NOW)


def test_without_keys_a_call_asks_for_a_text_message() -> None:
    assert speech.without_keys(page_job()) == (
        "To take it, send the text message ACK 42 to this number, or press Ack in Slack."
    )


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("API <b>down</b> & out", "API b down /b and out"),
        ("see https://evil.example/x?y=1 now", "see now"),
        ("🔥 checkout 🔥", "checkout"),
        ('</Say><Dial>+15550000000</Dial><Say voice="', "/Say Dial 15550000000 /Dial Say voice"),
        ("it's slow", "it's slow"),
        ("Zahlungen gehen nicht für Köln", "Zahlungen gehen nicht für Köln"),
        ("\u202ekcats\u202c", "kcats"),
    ],
)
def test_outside_text_is_said_without_what_is_no_word(title: str, said: str) -> None:
    spoken = speech.page(titled(title), NOW)
    assert spoken.split("SEV1 critical: ")[1].split(". Incident 42")[0] == said
    assert [letter for letter in "<>&" if letter in spoken] == []


@pytest.mark.parametrize("title", ["x" * 150, "&" * 150, "支払いが遅い" * 25, "a " * 75])
def test_a_call_fits_into_what_twilio_takes_with_any_title(title: str) -> None:
    text = speech.page(titled(title), NOW)
    address = "https://a-rather-long-name-of-a-host.tocsin.acme.example/twilio/voice?row=1234567890123"
    documents = [
        asks(f"{speech.other_key('5')} {text}", speech.KEYS, speech.NO_KEY, address),
        tells(text, speech.without_keys(page_job())),
    ]
    assert [len(document) < LIMIT for document in documents] == [True, True]


def test_the_longest_reading_fits_twice() -> None:
    text = "x" * speech.LONGEST
    assert len(asks(text, speech.KEYS, speech.NO_KEY, "https://tocsin.acme.example/twilio/voice?row=1")) < LIMIT


def test_a_page_is_said_twice_and_the_keys_after_each_reading() -> None:
    text = speech.page(page_job(), NOW)
    document = asks(text, speech.KEYS, speech.NO_KEY, "https://t.example/twilio/voice?row=7")
    assert (document.count(text), document.count(speech.KEYS), document.count(speech.NO_KEY)) == (2, 2, 1)
    assert tells(text, "Text us.").count(text) == 2


def test_an_answer_is_spoken_without_the_marks_of_a_screen() -> None:
    assert speech.spoken("You acked INC-42 (API is slow). To go on: `/incident reopen`.") == (
        "You acked incident 42 API is slow. To go on:"
    )
    assert says("a < b & c") == (
        '<?xml version="1.0" encoding="UTF-8"?><Response><Say>a &lt; b &amp; c</Say><Hangup/></Response>'
    )


@pytest.mark.parametrize(("key", "said"), [("5", "5 means nothing here."), ("#", "That key means nothing here.")])
def test_a_key_that_means_nothing_is_told(key: str, said: str) -> None:
    assert speech.other_key(key) == said


def test_a_page_that_is_over_says_why_and_asks_for_nothing() -> None:
    assert speech.over("acknowledged before it was sent") == (
        "This page is over: acknowledged before it was sent. Nothing is asked of you. Goodbye."
    )
