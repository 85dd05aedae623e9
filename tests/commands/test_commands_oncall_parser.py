"""What is typed after `/oncall` means one thing, or is answered with what to type."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from bot.domain.contacts import ContactKind
from bot.views import oncall_help
from commands.oncall_lines import (
    AddContact,
    AskCover,
    AskSwap,
    Away,
    Calendar,
    Design,
    Extend,
    Fairness,
    Handoff,
    Look,
    Me,
    OncallHelp,
    OncallLine,
    OncallVerb,
    Override,
    Post,
    ProveContact,
    Regenerate,
    RemoveContact,
    Switch,
)
from commands.oncall_parser import parse
from commands.parser import Misread
from commands.times import Span, When

LINES: list[tuple[str, OncallLine]] = [
    ("", OncallHelp()),
    ("  ", OncallHelp()),
    ("help", OncallHelp()),
    ("help contact", OncallHelp(OncallVerb.CONTACT)),
    ("calendar", Calendar()),
    ("calendar payments", Calendar("payments")),
    ("calendar Revoke", Calendar("", True)),
    ("calendar revoke payments", Calendar("payments", True)),
    ("post", Post()),
    ("post all", Post()),
    ("post payments here", Post("payments")),
    ("post team payments", Post("payments", team=True)),
    ("post team payments off", Post("payments", team=True, off=True)),
    ("post payments OFF", Post("payments", off=True)),
    ("post off", Post(off=True)),
    ("post team", Post("team")),
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
    ("now", Look(OncallVerb.NOW)),
    ("who payments", Look(OncallVerb.NOW, "payments")),
    ("next", Look(OncallVerb.NEXT)),
    ("schedule payments-second", Look(OncallVerb.SCHEDULE, "payments-second")),
    ("schedule new", Design()),
    ("schedule payments edit", Design("payments")),
    ("gaps", Look(OncallVerb.GAPS)),
    ("fairness", Fairness()),
    ("fairness 90", Fairness("", 90)),
    ("fairness payments 90", Fairness("payments", 90)),
    ("override", Override()),
    ("override payments <@U0BOB>", Override("payments", "U0BOB")),
    ("override payments <@U0BOB|bob> for 2h", Override("payments", "U0BOB", Span(When(), timedelta(hours=2)))),
    (
        "override payments <@U0BOB> from 09:00 to 17:30",
        Override("payments", "U0BOB", Span(When(time(9)), When(time(17, 30)))),
    ),
    (
        "override payments <@U0BOB> tomorrow 9:00 to 2026-11-30 09:00",
        Override("payments", "U0BOB", Span(When(time(9), ahead=1), When(time(9), day=date(2026, 11, 30)))),
    ),
    ("handoff", Handoff()),
    ("handoff <@U0BOB>", Handoff("", "U0BOB")),
    ("handoff payments <@U0BOB> at 18:00", Handoff("payments", "U0BOB", When(time(18)))),
    ("handoff payments <@U0BOB> now", Handoff("payments", "U0BOB", When())),
    ("swap payments", AskSwap("payments")),
    ("cover", AskCover()),
    ("cover payments until mon 09:00", AskCover("payments", Span(When(), When(time(9), weekday=0)))),
    ("cover for 90m", AskCover("", Span(When(), timedelta(minutes=90)))),
    ("away", Away()),
    ("away list", Away(shown=True)),
    ("away back", Away(shown=True, back=True)),
    ("away <@U0BOB>", Away("U0BOB", shown=True)),
    ("away until mon 09:00", Away("", Span(When(), When(time(9), weekday=0)))),
    ("away tomorrow", Away("", Span(When(time(0), ahead=1), When(time(0), ahead=1), days=True))),
    (
        "away <@U0BOB> 2026-12-24 to 2027-01-03",
        Away("U0BOB", Span(When(time(0), date(2026, 12, 24)), When(time(0), date(2027, 1, 3)), days=True)),
    ),
    ("extend", Extend()),
    ("extend payments 20", Extend("payments", 20)),
    ("regenerate payments", Regenerate("payments")),
    ("regenerate payments from tomorrow 09:00", Regenerate("payments", When(time(9), ahead=1))),
    ("activate payments", Switch("payments", True)),
    ("deactivate payments", Switch("payments", False)),
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
        ("whom", "There is no command “whom”. `/oncall help` lists them all."),
        ("activate", "Nothing was done: say which schedule. Usage: `/oncall activate schedule`."),
        ("now a b", "Nothing was done: “b” means nothing here. Usage: `/oncall now [schedule]`."),
        (
            "handoff payments bob",
            "“bob” is nobody I can find. Mention the person with @: `/oncall handoff [schedule] [@person] [at 18:00]`.",
        ),
        (
            "cover payments some day",
            "Nothing was done: “some day” is no time I can read. Write `18:00`, `tomorrow 09:00`, `mon 09:00` or"
            " `2026-12-24 09:00`. Usage: `/oncall cover [schedule] [tomorrow 09:00 to 13:00 | for 2h]`.",
        ),
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
