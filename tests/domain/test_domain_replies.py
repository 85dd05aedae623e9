"""Replies by SMS: what is understood, what is not, and what never passes for an answer."""

from __future__ import annotations

import pytest

from bot.domain.replies import ReplyVerb, Unclear, Understood, carrier_word, read

ACK, DECLINE, RESOLVE, ESCALATE, NOTE = ReplyVerb


@pytest.mark.parametrize(
    ("body", "verb", "number"),
    [
        ("ACK", ACK, None),
        ("ack", ACK, None),
        ("  Ack. ", ACK, None),
        ("“ack”", ACK, None),
        ("a", ACK, None),
        ("yes", ACK, None),
        ("acknowledged!", ACK, None),
        ("ack 42", ACK, 42),
        ("ACK42", ACK, 42),
        ("A42", ACK, 42),
        ("ack #42", ACK, 42),
        ("Ack INC-42", ACK, 42),
        ("ack inc 42.", ACK, 42),
        ("42 ack", ACK, 42),
        ("INC-42 ACK", ACK, 42),
        ("ack 42, on my way", ACK, 42),
        ("ack on my way", ACK, None),
        ("DECLINE", DECLINE, None),
        ("no", DECLINE, None),
        ("d 7", DECLINE, 7),
        ("Decline INC-7 I am on a train", DECLINE, 7),
        ("escalate", ESCALATE, None),
        ("E 9", ESCALATE, 9),
        ("RESOLVE", RESOLVE, None),
        ("r 9", RESOLVE, 9),
    ],
)
def test_a_verb_is_understood_in_any_case_with_or_without_a_number(
    body: str, verb: ReplyVerb, number: int | None
) -> None:
    found = read(body)
    assert isinstance(found, Understood)
    assert (found.verb, found.number, found.everything) == (verb, number, False)


@pytest.mark.parametrize("body", ["ACK ALL", "ack all.", "a all", "Ack everything"])
def test_ack_all_means_every_page(body: str) -> None:
    assert read(body) == Understood(ACK, everything=True)


@pytest.mark.parametrize(
    ("body", "verb", "number", "text"),
    [
        ("note the pods restart", NOTE, None, "the pods restart"),
        ("NOTE: the pods restart", NOTE, None, "the pods restart"),
        ("note INC-42 the pods\nrestart", NOTE, 42, "the pods\nrestart"),
        ("resolve 42 rolled back", RESOLVE, 42, "rolled back"),
        ("resolve rolled back", RESOLVE, None, "rolled back"),
        ("resolve 500s are gone", RESOLVE, None, "500s are gone"),
        ("note", NOTE, None, ""),
    ],
)
def test_a_note_and_a_resolution_keep_what_was_typed(body: str, verb: ReplyVerb, number: int | None, text: str) -> None:
    found = read(body)
    assert isinstance(found, Understood)
    assert (found.verb, found.number, found.text) == (verb, number, text)


def test_a_bare_number_that_is_no_incident_of_theirs_stays_in_the_text() -> None:
    found = read("note 500 errors on checkout")
    assert isinstance(found, Understood)
    assert (found.naming(frozenset({500})).number, found.naming(frozenset({500})).text) == (500, "errors on checkout")
    assert (found.naming(frozenset({42})).number, found.naming(frozenset({42})).text) == (
        None,
        "500 errors on checkout",
    )


def test_a_number_that_is_written_as_an_incident_always_is_one() -> None:
    found = read("note INC-500 errors")
    assert isinstance(found, Understood)
    assert found.naming(frozenset({42})).number == 500


@pytest.mark.parametrize(
    ("body", "meant"),
    [
        ("akc", ACK),
        ("aknowledge", None),
        ("delcine 4", DECLINE),
        ("reslove", RESOLVE),
        ("escallate", ESCALATE),
        ("hello", None),
        ("42", None),
        ("", None),
        ("👍", None),
        ("no idea what this is", None),
        ("yes but not now", None),
        ("a great day", None),
        ("packed", None),
    ],
)
def test_what_is_not_understood_changes_nothing_and_is_guessed_at(body: str, meant: ReplyVerb | None) -> None:
    found = read(body)
    assert isinstance(found, Unclear)
    assert found.meant is meant


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("STOP", "stop"),
        (" stop ", "stop"),
        ("cancel", "stop"),
        ("Unsubscribe", "stop"),
        ("START", "start"),
        ("yes", "start"),
        ("HELP", "help"),
        ("stop it", ""),
        ("stop!", ""),
        ("ack", ""),
    ],
)
def test_only_a_message_of_the_carriers_word_alone_is_the_carriers(body: str, word: str) -> None:
    assert carrier_word(body) == word
