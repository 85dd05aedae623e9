"""Addresses people add: what is one, how it is shown to others, and what its code can stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.contacts import Contact, ContactKind, asked, awaits_code, code_of, kind_of, masked, read, same_code
from bot.domain.refusals import Refusal

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
PHONE = Contact(1, ContactKind.PHONE, True, "+4915123456789")
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ("+49 151 2345-6789", "+4915123456789"), ("0049 151 23456789", "+4915123456789"),
        (" +15550100001 ", "+15550100001"),
        ("+1 (555) 010-0001", "+15550100001"), ("+1.555.010.0001", "+15550100001"),
    ],
)  # fmt: skip
def test_a_phone_number_is_brought_to_its_international_form(given: str, number: str) -> None:
    assert read(ContactKind.PHONE, given) == number


@pytest.mark.parametrize(
    "given", ["", "0151 23456789", "+0151234567", "+49", "+49151x2345678", "+" + "1" * 16, "+४९१५१२३४५६७"]
)
def test_what_is_no_phone_number_is_refused(given: str) -> None:
    with pytest.raises(Refusal) as no:
        read(ContactKind.PHONE, given)
    assert no.value.code == "not_a_phone"


@pytest.mark.parametrize("given", ["alice@acme.example", " a.b+pager@sub.acme.example ", "alice@localhost"])
def test_a_mail_address_is_taken_as_it_is(given: str) -> None:
    assert read(ContactKind.EMAIL, given) == given.strip()


@pytest.mark.parametrize(
    "given",
    ["", "alice", "@acme.example", "alice@", "a b@acme.example", "a@b@c", "alice@acme..example",
     "a@acme.example\r\nBcc: x@y",
     "<alice@acme.example>", "ålice@acme.example", "a" * 65 + "@acme.example", "a@" + "b" * 254],
)  # fmt: skip
def test_what_is_no_mail_address_is_refused(given: str) -> None:
    with pytest.raises(Refusal) as no:
        read(ContactKind.EMAIL, given)
    assert no.value.code == "not_a_mailbox"


def test_the_sign_tells_a_mail_address_from_a_number() -> None:
    assert [kind_of("a@b.example"), kind_of("+49 151")] == [ContactKind.EMAIL, ContactKind.PHONE]


def test_others_see_an_address_masked() -> None:
    assert masked("+15550100001") == "+1555•••0001"
    assert masked("+4912345") == "+4•••45"
    assert masked("alice@acme.example") == "a•••@acme.example"


@given(st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True))
def test_a_masked_number_gives_three_digits_at_least_away_to_nobody(number: str) -> None:
    shown = masked(number)
    assert len(number) - len(shown.replace("•", "")) >= 2
    assert number not in shown


def test_a_code_is_six_digits_of_this_address_and_this_asking() -> None:
    one = replace(PHONE, nonce="a")
    code = code_of(b"secret", one)
    assert (len(code), code.isdecimal()) == (6, True)
    others = [replace(one, nonce="b"), replace(one, address="+15550100001"), replace(one, person_id=2)]
    assert code not in [code_of(b"secret", other) for other in others]
    assert code != code_of(b"another secret", one)


def test_spaces_between_digits_do_not_count() -> None:
    assert [same_code(one, "012345") for one in ("012345", "012 345", "012-345", "12345", "012346", "")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip


def test_a_code_is_good_for_ten_minutes() -> None:
    out = asked(None, PHONE, "a", NOW)
    assert [awaits_code(out, NOW + minutes * MINUTE) for minutes in (0, 9.99, 10, 60)] == [True, True, False, False]
    assert not awaits_code(replace(out, nonce=""), NOW)


def test_five_codes_an_hour_are_the_most() -> None:
    held = None
    for number in range(5):
        held = asked(held, PHONE, str(number), NOW + number * MINUTE)
    with pytest.raises(Refusal) as no:
        asked(held, PHONE, "6", NOW + 6 * MINUTE)
    assert (no.value.code, no.value.data) == ("too_many_codes", {"minutes": 54})
    assert asked(held, PHONE, "6", NOW + 60 * MINUTE).codes == 1


def test_another_address_does_not_start_the_count_again() -> None:
    first = asked(None, PHONE, "a", NOW)
    assert asked(first, replace(PHONE, address="+15550100001"), "b", NOW).codes == 2
