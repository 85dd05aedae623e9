"""What people type after `/incident` is read as they meant it, or refused with what is wrong."""

from __future__ import annotations

import pytest

from bot.domain.escalation import TargetKind
from bot.domain.severity import canonical
from bot.views import helptext
from commands.lines import (
    Act,
    Assign,
    Declare,
    Drill,
    Escalate,
    Help,
    Line,
    List,
    Look,
    Page,
    Role,
    Say,
    Severity,
    Update,
    Verb,
)
from commands.parser import CODES, Misread, parse

SERVICES = ("payments", "payments-api", "checkout_web", "search")
BOB = "<@U0BOB|bob>"

READ: list[tuple[str, Line]] = [
    ("", Help()),
    ("   ", Help()),
    ("help", Help()),
    ("help ack", Help(Verb.ACK)),
    ("HELP Severity", Help(Verb.SEVERITY)),
    ("list", List()),
    # declare
    ("declare", Declare()),
    ("declare sev2", Declare("", "SEV2")),
    ("declare sev2 payments", Declare("", "SEV2", "payments")),
    ("declare payments sev2", Declare("", "SEV2", "payments")),
    ("declare sev2 payments API is slow", Declare("payments API is slow", "SEV2", "payments-api")),
    ("declare sev2 payments is slow", Declare("payments is slow", "SEV2", "payments")),
    ("declare sev1: payments: cards fail", Declare("payments: cards fail", "SEV1", "payments")),
    ("declare payments P1 cards fail", Declare("payments cards fail", "SEV1", "payments")),
    ("declare Checkout Web is blank sev-3", Declare("Checkout Web is blank", "SEV3", "checkout_web")),
    ("declare SEARCH is down", Declare("SEARCH is down", None, "search")),
    ("declare the moon is gone", Declare("the moon is gone")),
    ("declare raise it to P1 for all", Declare("raise it to P1 for all")),
    ("declare sev9 odd", Declare("odd", "SEV9")),
    ("declare sev2 a &lt;b&gt; &amp; c", Declare("a <b> & c", "SEV2")),
    ("declare <!channel> is down", Declare("@channel is down")),
    ("declare <https://a.example/x|shop> is down", Declare("https://a.example/x is down")),
    # drill
    ("drill", Drill()),
    ("drill sev1", Drill(None, "SEV1")),
    ("drill payments-api sev2", Drill("payments-api", "SEV2")),
    ("drill P3 checkout web", Drill("checkout_web", "SEV3")),
    ("drill moon", Drill("moon")),
    # looks
    ("show", Look(Verb.SHOW)),
    ("show 42", Look(Verb.SHOW, 42)),
    ("timeline INC-42", Look(Verb.TIMELINE, 42)),
    ("why inc42", Look(Verb.WHY, 42)),
    ("postmortem #7", Look(Verb.POSTMORTEM, 7)),
    # acts
    ("ack", Act(Verb.ACK)),
    ("ack 42", Act(Verb.ACK, 42)),
    ("ACK INC-42", Act(Verb.ACK, 42)),
    ("take", Act(Verb.TAKE)),
    ("decline 3", Act(Verb.DECLINE, 3)),
    ("notify inc-3", Act(Verb.NOTIFY, 3)),
    # words of one's own
    ("resolve", Say(Verb.RESOLVE)),
    ("resolve 42", Say(Verb.RESOLVE, "", 42)),
    ("resolve INC-42 restarted pods", Say(Verb.RESOLVE, "restarted pods", 42)),
    ("resolve 3 pods restarted", Say(Verb.RESOLVE, "3 pods restarted")),
    ("cancel duplicate of INC-42", Say(Verb.CANCEL, "duplicate of INC-42")),
    ("cancel INC-41 duplicate of INC-42", Say(Verb.CANCEL, "duplicate of INC-42", 41)),
    ("reopen it is back", Say(Verb.REOPEN, "it is back")),
    ("unack going offline", Say(Verb.UNACK, "going offline")),
    ("note two  spaces\nand a line", Say(Verb.NOTE, "two  spaces\nand a line")),
    ("note\nfrom the next line", Say(Verb.NOTE, "from the next line")),
    ("note &lt;b&gt; &amp;amp; co", Say(Verb.NOTE, "<b> &amp; co")),
    (f"note ask {BOB}", Say(Verb.NOTE, "ask @bob")),
    # status and update
    ("update we found it", Update("we found it")),
    ("update status:monitoring rolled back", Update("rolled back", "monitoring")),
    ("update rolled back status: Monitoring", Update("rolled back", "monitoring")),
    ("update INC-4 rolled back", Update("rolled back", None, 4)),
    ("update", Update()),
    ("status", Update()),
    ("status Identified", Update("", "identified")),
    ("status 42 identified", Update("", "identified", 42)),
    ("status identified 42", Update("", "identified", 42)),
    # severity
    ("severity", Severity()),
    ("severity 42", Severity(number=42)),
    ("severity sev1", Severity("sev1")),
    ("severity p1 everyone is hit", Severity("p1", "everyone is hit")),
    ("severity INC-4 sev1 everyone is hit", Severity("sev1", "everyone is hit", 4)),
    ("severity sev1 INC-4", Severity("sev1", "", 4)),
    ("severity sev1 like INC-4", Severity("sev1", "like INC-4")),
    # people
    ("role", Role()),
    ("role commander", Role("commander")),
    ("role commander me", Role("commander")),
    (f"role Commander {BOB}", Role("commander", "U0BOB")),
    ("role commander <@U0BOB|bob okafor>", Role("commander", "U0BOB")),
    ("role scribe none", Role("scribe", None, True)),
    (f"role INC-4 comms {BOB}", Role("comms", "U0BOB", False, 4)),
    (f"role comms {BOB} 4", Role("comms", "U0BOB", False, 4)),
    ("assign", Assign()),
    (f"assign {BOB}", Assign("U0BOB")),
    ("assign <@U0BOB>", Assign("U0BOB")),
    (f"assign 42 {BOB}", Assign("U0BOB", 42)),
    (f"assign {BOB} INC-42", Assign("U0BOB", 42)),
    # escalate
    ("escalate", Escalate()),
    ("escalate 2", Escalate(2)),
    ("escalate tier 2", Escalate(2)),
    ("escalate INC-42", Escalate(None, 42)),
    ("escalate INC-42 2", Escalate(2, 42)),
    ("escalate 42 2", Escalate(2, 42)),
    ("escalate tier 2 INC-42", Escalate(2, 42)),
    # page
    (f"page {BOB}", Page("U0BOB")),
    (f"page INC-4 {BOB}", Page("U0BOB", number=4)),
    ("page <!subteam^S0PAY|@payments-team>", Page(None, TargetKind.USER_GROUP, "S0PAY")),
    ("page payments-second", Page(name="payments-second")),
    ("page payments-second 42", Page(name="payments-second", number=42)),
    ("page Schedule payments INC-42", Page(None, TargetKind.SCHEDULE, "payments", 42)),
    ("page policy payments", Page(None, TargetKind.POLICY, "payments")),
    ("page user-group @oncall", Page(None, TargetKind.USER_GROUP, "oncall")),
    ("page @carol", Page(name="carol")),
    ("page policy", Page(name="policy")),
]

ONCALL_ALONE = {"not_a_time", "schedule_missing"}
MISREAD: list[tuple[str, str, dict[str, str]]] = [
    ("akc", "unknown_command", {"given": "akc", "nearest": "ack"}),
    ("resolv it", "unknown_command", {"given": "resolv", "nearest": "resolve"}),
    ("banana", "unknown_command", {"given": "banana", "nearest": ""}),
    ("<!channel>", "unknown_command", {"given": "@channel", "nearest": ""}),
    ("help stauts", "unknown_command", {"given": "stauts", "nearest": "status"}),
    ("ack INC-4x", "unexpected", {"verb": "ack", "given": "INC-4x"}),
    ("ack 99999999999", "unexpected", {"verb": "ack", "given": "99999999999"}),
    ("list all of it", "unexpected", {"verb": "list", "given": "all of it"}),
    ("status identified now", "unexpected", {"verb": "status", "given": "now"}),
    ("assign bob", "not_a_person", {"verb": "assign", "given": "bob"}),
    ("assign @bob", "not_a_person", {"verb": "assign", "given": "@bob"}),
    (f"assign {BOB} now", "unexpected", {"verb": "assign", "given": "now"}),
    ("role commander @bob", "not_a_person", {"verb": "role", "given": "@bob"}),
    ("escalate two", "not_a_tier", {"given": "two"}),
    ("escalate 0", "not_a_tier", {"given": "0"}),
    ("escalate 2 3 4", "unexpected", {"verb": "escalate", "given": "3 4"}),
    ("drill payments-api sev1 now", "unexpected", {"verb": "drill", "given": "now"}),
    ("page", "nobody_named", {}),
    ("page INC-42", "nobody_named", {}),
    (f"page {BOB} now", "unexpected", {"verb": "page", "given": "now"}),
    ("page payments second", "unexpected", {"verb": "page", "given": "second"}),
    ("page policy payments now", "unexpected", {"verb": "page", "given": "now"}),
]


@pytest.mark.parametrize(("typed", "meant"), READ)
def test_a_line_means_what_was_typed(typed: str, meant: Line) -> None:
    assert parse(typed, SERVICES) == meant


@pytest.mark.parametrize(("typed", "code", "data"), MISREAD)
def test_a_line_that_cannot_be_read_says_why(typed: str, code: str, data: dict[str, str]) -> None:
    with pytest.raises(Misread) as caught:
        parse(typed, SERVICES)
    assert (caught.value.code, caught.value.data) == (code, data)


def test_every_verb_is_tried() -> None:
    assert {typed.split()[0].casefold() for typed, _ in READ if typed.strip()} == set(Verb)


def test_every_reason_is_tried() -> None:
    """Those of `/oncall` are tried beside its own parser."""
    assert {code for _, code, _ in MISREAD} | ONCALL_ALONE == set(CODES)


def test_severities_are_those_of_the_domain() -> None:
    assert [canonical(word) for word in ("sev1", "SEV-2", "p3", "sev", "p")] == ["SEV1", "SEV2", "SEV3", None, None]


def test_the_help_has_every_verb_and_words_every_misreading() -> None:
    assert set(helptext.COMMANDS) == set(Verb)
    for typed, code, data in MISREAD:
        assert helptext.misread(code, data) != "", typed
