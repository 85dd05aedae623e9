"""What changes for people between two postures: whom each tier pages, when, and who comes, goes or loses a way."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from bot.domain import severity as sev
from bot.domain.difference import difference, is_empty
from bot.domain.escalation import Policy, Target, TargetKind, Tier
from bot.domain.oncall import Rotation, Schedule
from bot.domain.posture import PersonDecl, Posture, Service, Team
from bot.domain.tier_changes import Compared
from bot.views.differing import NOTHING, lines, mrkdwn

M, DAY = timedelta(minutes=1), timedelta(days=1)
START = datetime(2026, 11, 23, tzinfo=UTC)  # a Monday
ON_CALL = Target(TargetKind.SCHEDULE, "payments")


def person(handle: str, phone: str | None = "+15550100001") -> PersonDecl:
    return PersonDecl(handle, handle.title(), f"U0{handle.upper()}", None, phone)


def posture(*members: str) -> Posture:
    turns = Rotation(members or ("alice", "bob"), DAY, time(0), None)
    tiers = (Tier((ON_CALL,), 5 * M), Tier((Target(TargetKind.POSITION, "lead"),), 10 * M))
    return Posture(
        people={handle: person(handle) for handle in ("alice", "bob", "carol")},
        positions={"lead": ("carol",)},
        teams={"payments": Team("payments", ("alice", "bob"), ("payments",))},
        schedules={"payments": Schedule("payments", (turns,), team="payments")},
        policies={"p": Policy("p", tiers)},
        services={"api": Service("api", "payments", "p"), "shop": Service("shop", "payments", "p")},
        severities={"SEV1": sev.DEFAULTS["SEV1"], "SEV2": sev.DEFAULTS["SEV2"], "SEV3": sev.DEFAULTS["SEV3"]},
    )


def found(old: Posture, new: Posture, days: int = 2) -> dict[str, Any]:
    made = difference(Compared(old, new, START, START + days * DAY, 15 * M, frozenset({"slack", "sms", "voice"})))
    assert json.loads(json.dumps(made)) == made
    return made


def test_the_same_posture_changes_nothing() -> None:
    made = found(posture(), posture())
    assert (is_empty(made), lines(made), mrkdwn(made)) == (True, [NOTHING], [f"• {NOTHING}"])


def test_turns_that_go_to_somebody_else_are_told_by_schedule_and_by_tier_with_all_their_times() -> None:
    ways = "Slack and SMS; phone call after 2 min"
    assert lines(found(posture("alice", "bob"), posture("bob", "alice"))) == [
        "Schedule payments: bob instead of alice; Mon 2026-11-23 00:00 – Tue 2026-11-24 00:00 UTC.",
        "Schedule payments: alice instead of bob; Tue 2026-11-24 00:00 – Wed 2026-11-25 00:00 UTC.",
        f"api and shop, SEV1 and SEV2, tier 1: bob ({ways}) instead of alice ({ways});"
        " Mon 2026-11-23 00:00 – Tue 2026-11-24 00:00 UTC.",
        f"api and shop, SEV1 and SEV2, tier 1: alice ({ways}) instead of bob ({ways});"
        " Tue 2026-11-24 00:00 – Wed 2026-11-25 00:00 UTC.",
    ]


def test_a_timeout_moves_the_tiers_after_it() -> None:
    old = posture("alice")
    tiers = (replace(old.policies["p"].tiers[0], timeout=20 * M), *old.policies["p"].tiers[1:])
    new = replace(old, policies={"p": replace(old.policies["p"], tiers=tiers, repeat_cycles=5)})
    assert lines(found(old, new)) == [
        "Policy p: repeat_cycles is 5 instead of 2.",
        "api and shop, SEV1 and SEV2, tier 2: after 20 min instead of 5 min; at any time in these 2 days.",
    ]


def test_people_come_go_and_lose_ways_and_no_number_is_shown() -> None:
    old = posture("alice")
    people = {"alice": person("alice", "+15550100009"), "carol": person("carol", None), "dave": person("dave")}
    new = replace(old, people=people, admins=("dave",))
    made = found(old, new)
    assert lines(made)[:4] == [
        "New: dave.",
        "Not declared any more: bob.",
        "Admins from now on: dave.",
        "the address of alice for SMS and phone call is another.",
    ]
    assert lines(made)[4:] == [
        "carol can no longer be reached by SMS and phone call.",
        "api and shop, SEV1 and SEV2, tier 2: carol (Slack) instead of carol (Slack and SMS; phone call after 2 min);"
        " at any time in these 2 days.",
    ]
    assert "+1555" not in json.dumps(made)


def test_a_severity_that_pages_no_more_is_told_as_a_rule_not_tier_by_tier() -> None:
    old = posture("alice")
    new = replace(old, severities={**old.severities, "SEV2": replace(sev.DEFAULTS["SEV2"], pages=False)})
    assert lines(found(old, new)) == ["SEV2: pages is no instead of yes."]


def test_a_rule_that_one_service_changes_names_the_service() -> None:
    old = posture("alice")
    own = replace(sev.DEFAULTS["SEV2"], response=5 * M)
    api = replace(old.services["api"], severities={"SEV2": own})
    new = replace(old, services={**old.services, "api": api})
    assert lines(found(old, new)) == ["SEV2 for api: response is 300 s instead of 900 s."]


def test_services_and_schedules_that_come_and_go_are_named() -> None:
    old = posture("alice")
    services = {"api": old.services["api"], "wiki": Service("wiki", "payments", "p")}
    night = replace(old.schedules["payments"], name="night")
    new = replace(old, services=services, schedules={**old.schedules, "night": night})
    assert lines(found(old, new)) == [
        "New services: wiki.",
        "Nobody is paged for these services any more: shop.",
        "Schedule night is new.",
    ]


def test_what_a_message_shows_is_escaped_and_bounded() -> None:
    old = posture("alice")
    many = {f"<!here>{number}": Service(f"<!here>{number}", "payments", "p") for number in range(60)}
    made = found(old, replace(old, services={**old.services, **many}, policies={"p": Policy("p", ())}))
    shown = mrkdwn({**made, "paging": made["paging"] * 50, "left": 3})
    assert ("<!" in "".join(shown), len(shown), shown[-1]) == (False, 26, f"• and {len(made['paging']) * 50 - 21} more")
