"""What is typed after `/oncall` means one thing, or is answered with what to type."""

from __future__ import annotations

import pytest

from bot.domain.contacts import ContactKind
from bot.views import oncall_help
from commands.oncall_lines import AddContact, Me, OncallHelp, OncallLine, OncallVerb, ProveContact, RemoveContact
from commands.oncall_parser import parse
from commands.parser import Misread

LINES: list[tuple[str, OncallLine]] = [
    ("", OncallHelp()),
    ("  ", OncallHelp()),
    ("help", OncallHelp()),
    ("help contact", OncallHelp(OncallVerb.CONTACT)),
    ("me", Me()),
    ("ME", Me()),
    ("contact", AddContact()),
    ("contact +49 151 23456789", AddContact("+49 151 23456789")),
    ("contact <tel:+4915123456789|+49 151 23456789>", AddContact("+4915123456789")),
    ("contact alice@acme.example", AddContact("alice@acme.example")),
    ("contact <mailto:alice@acme.example|alice@acme.example>", AddContact("alice@acme.example")),
    ("contact 123456", ProveContact("123456")),
    ("contact 123 456", ProveContact("123 456")),
    ("contact 1234567", AddContact("1234567")),
    ("contact remove phone", RemoveContact(ContactKind.PHONE)),
    ("contact delete e-mail", RemoveContact(ContactKind.EMAIL)),
    ("contact forget SMS", RemoveContact(ContactKind.PHONE)),
]


@pytest.mark.parametrize(("typed", "line"), LINES)
def test_a_line_is_read(typed: str, line: OncallLine) -> None:
    assert parse(typed) == line


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            "contct",
            "There is no command “contct”. Did you mean `/oncall contact [phone or mail | code | remove phone]`?",
        ),
        ("now", "There is no command “now”. `/oncall help` lists them all."),
        ("help qqq", "There is no command “qqq”. `/oncall help` lists them all."),
        ("me too", "Nothing was done: “too” means nothing here. Usage: `/oncall me`."),
        (
            "contact remove <!channel>",
            "Nothing was done: “remove @channel” means nothing here."
            " Usage: `/oncall contact [phone or mail | code | remove phone]`.",
        ),
    ],
)
def test_a_line_that_cannot_be_read_is_answered_with_what_to_type(typed: str, said: str) -> None:
    with pytest.raises(Misread) as no:
        parse(typed)
    assert oncall_help.misread(no.value.code, no.value.data) == said
