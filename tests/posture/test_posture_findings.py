"""Faults of every kind, each told of at the place where it stands, in words that say what to do."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from posture import CODES, Finding, Level, loads

GOOD = """\
people:
  alice: {slack: U0ALICE}
  bob: {slack: U0BOB, phone: "+15550100002"}
positions:
  lead: bob
teams:
  payments:
    members: [alice, bob]
    rotation: {rotation_period: 7d}
  web: {members: [bob]}
schedules:
  second: {members: [bob]}
escalation_policies:
  main: [on-call, lead]
services:
  api: {owner: payments, policy: main}
  wiki: {owner: web}
"""


class Case(NamedTuple):
    """The good posture with `old` replaced: by `bad`, and by `mended`. The finding stands where `^` would be."""

    code: str
    old: str
    bad: str
    mended: str
    says: str


CASES = [
    Case("INC004", "[on-call, lead]", "\n    tiers: [{targets: lead, timeout: 5m}, lead]",
         "\n    tiers: [{targets: lead, timeout: 5m}, {targets: lead, timeout: 5m}]",
         "14:3 `main` gives 1 timeouts for 2 tiers. Give every tier a `timeout`, or none."),
    Case("INC101", "{slack: U0ALICE}", "{slack: U0ALICE", "{slack: U0ALICE}",
         "3:6 This is not YAML: expected ',' or '}', but got ':' while parsing a flow mapping."
         " Check the indentation, quotes and brackets here."),
    Case("INC101", "  web:", "\tweb:", "  web:",
         "10:1 This is not YAML: found character '\\t' that cannot start any token while scanning for the next token."
         " Indent with spaces, not tabs."),
    Case("INC105", "U0ALICE", "!secret U0ALICE", "U0ALICE", "2:18 The tag `!secret` has no meaning here. Remove it."),
    Case("INC102", "  bob: {", "  alice: {slack: U0X}\n  bob: {", "  erin: {slack: U0X}\n  bob: {",
         "3:3 `alice` is declared already, at line 2. Remove one of the two."),
    Case("INC102", "second: {", "payments: {", "third: {",
         "12:3 `payments` is declared already, at line 7. Remove one of the two."),
    Case("INC102", "services:", "severities: {SEV1: {pages: true}, P1: {commander: true}}\nservices:",
         "severities: {SEV1: {pages: true}, P2: {commander: true}}\nservices:",
         "15:35 `P1` is declared already, at line 15. Remove one of the two."),
    Case("INC103", "members: [bob]}\nsch", "membres: [bob], members: [bob]}\nsch", "members: [bob]}\nsch",
         "10:9 `membres` is not a key here. Did you mean `members`?"),
    Case("INC104", "{owner: web}", "{description: Pages}", "{owner: web, description: Pages}",
         "17:3 `wiki` has no owner and no policy. Add `owner: …`, a team."),
    Case("INC104", "web: {members: [bob]}", "web: {rotation: {rotation_period: 1d}}",
         "web: {rotation: {members: [bob]}}", "10:3 Team `web` has no members. Add `members: [alice, bob]`."),
    Case("INC104", "{members: [bob]}\nesc", "{rotation_period: 1d}\nesc",
         "{rotation_period: 1d, team: payments}\nesc",
         "12:3 `second` has a rotation without members. Add `members: [alice]`."),
    Case("INC104", "[on-call, lead]", "{tiers: [{timeout: 5m}, {targets: lead, timeout: 5m}]}",
         "{tiers: [{timeout: 5m, targets: on-call}, {targets: lead, timeout: 5m}]}",
         "14:18 `targets` is missing. Add `targets: …` here."),
    Case("INC105", "[alice, bob]", "alice", "[alice, bob]", "8:14 Expected a list, found `alice`. Write a list."),
    Case("INC105", "owner: web", "owner: web, deployed: no", "owner: web, deployed: false",
         "17:32 Expected true or false, found `no`. Write `true` or `false`."),
    Case("INC105", "lead: bob", "lead:", "lead: [bob]", "5:3 Expected a list, found nothing. Write a list."),
    Case("INC105", "[bob]}\nsch", "[bob], rotation: }\nsch", "[bob]}\nsch",
         "10:25 `rotation` has no value. Give it one, or remove the line."),
    Case("INC106", "  bob: {", "  the boss: {slack: U0X}\n  bob: {", "  boss: {slack: U0X}\n  bob: {",
         "3:3 `the boss` is not a handle. Use letters, digits, `-`, `_` and `.`, without spaces."),
    Case("INC106", "services:", "room_name: inc-{slug}\nservices:", "room_name: inc-{id}\nservices:",
         "15:12 `inc-{slug}` would give two rooms the same name. Put `{id}` into it."),
    Case("INC106", "owner: web", "owner: web, dependencies: [wiki]", "owner: web, dependencies: [api]",
         "17:37 `wiki` depends on itself. Take it out."),
    Case("INC107", "7d", "a week", "1w",
         "9:33 `a week` is not a duration. Write a number and s, m, h, d or w, such as `10m`."),
    Case("INC107", "7d", "10m", "1h", "9:33 `10m` is out of range. Choose from 1h to 52w."),
    Case("INC107", "services:", "postmortem: {due_within: 3d}\nservices:", "postmortem: {due_within: 3bd}\nservices:",
         "15:26 `3d` is not a number of business days. Write `3bd`."),
    Case("INC108", "7d", "7d, handoff: Mon 9", "7d, handoff: Mon 9:00",
         "9:46 `9` is not a time of day. Write `09:00`."),
    Case("INC108", "7d", "1d, handoff: Mon 09:00", "1d, handoff: 09:00",
         "9:46 A handoff on a weekday needs a period of whole weeks."
         " Leave the weekday out, or write `rotation_period: 7d`."),
    Case("INC108", "7d", "7d, active_hours: 9 to 5", "7d, active_hours: 00:00-24:00",
         "9:51 `9 to 5` are not active hours. Write `09:00-18:00` or `Mon-Fri 09:00-18:00`."),
    Case("INC108", "7d", "7d, start: Monday", "7d, start: 2026-01-05",
         "9:44 `Monday` is not a start. Write `2026-11-23` or `2026-11-23 09:00`."),
    Case("INC109", "7d", "7d, time_zone: Europe/Berlim", "7d, time_zone: Europe/Berlin",
         "9:48 There is no time zone `Europe/Berlim`. Did you mean `Europe/Berlin`?"),
    Case("INC110", '"+15550100002"', "555-0100", "+15550100002",
         "3:30 `555-0100` is not a phone number in international form. Write + and the country code: `+15550100001`."),
    Case("INC110", '"+15550100002"', '"+1 (555) 010-0002"', "+15550100002",
         "3:30 `+1 (555) 010-0002` is not a phone number in international form. Write `+15550100002`."),
    Case("INC111", "U0ALICE", "'@alice'", "U0ALICE",
         "2:18 `@alice` is not a Slack member id. In Slack: open the profile, ⋮, Copy member ID (`U…`)."),
    Case("INC111", "U0ALICE", "U0ALICE, email: alice", "U0ALICE, email: alice@acme.example",
         "2:34 `alice` is not an email address. Write `alice@example.com`."),
    Case("INC111", "owner: web", "owner: web, runbook: wiki/web", "owner: web, runbook: https://wiki.example/web",
         "17:31 `wiki/web` is not a web address. Write `https://…`."),
    Case("INC114", "rotation_period: 7d", "source: ftp://x", "source: pagerduty://PABC123",
         "9:24 `ftp://x` is no source of a rota."
         " Write `pagerduty://` and a schedule's id or name, or the `https://…` of an iCalendar feed."),
    Case("INC114", "7d", "7d, source: https://calendar.example.com/a.ics", "7d",
         "9:16 `rotation_period` stands beside `source`, where the turns are made. Remove one of the two."),
    Case("INC111", "7d", "7d, user_group: '@channel'", "7d, user_group: '@oncall-payments'",
         "9:49 `@channel` is not a Slack user group."
         ' Write its handle in quotes, such as `"@oncall-payments"`, or its id (`S…`).'),
    Case("INC112", "[on-call, lead]", "[[lead: slak], on-call]", "[[lead: slack], on-call]",
         "14:17 There is no notifier `slak`. Did you mean `slack`?"),
    Case("INC113", "services:", "severities: {critical: {pages: true}}\nservices:",
         "severities: {SEV1: {pages: true}}\nservices:",
         "15:14 `critical` is not a severity. Write `SEV1` or `P1`, up to 9."),
    Case("INC113", "services:", "default_severity: P7\nservices:", "default_severity: P3\nservices:",
         "15:19 The severity `SEV7` is not declared. Did you mean `SEV4`?"),
    Case("INC201", "[alice, bob]", "[alice, bbo]", "[alice, bob]",
         "8:22 There is no person `bbo`. Did you mean `bob`?"),
    Case("INC201", "lead: bob", "lead: erin", "lead: alice",
         "5:9 There is no person `erin`. Known here: `alice`, `bob`."),
    Case("INC202", "services:", "postmortem: {reviewers: [leed]}\nservices:",
         "postmortem: {reviewers: [lead]}\nservices:",
         "15:26 There is no position `leed`. Did you mean `lead`?"),
    Case("INC203", "owner: web", "owner: wep", "owner: web", "17:17 There is no team `wep`. Did you mean `web`?"),
    Case("INC204", "[on-call, lead]", "[schedule secnd, lead]", "[schedule second, lead]",
         "14:10 There is no schedule `secnd`. Did you mean `second`?"),
    Case("INC205", "owner: web", "policy: mian", "policy: main, owner: payments",
         "17:18 There is no escalation policy `mian`. Did you mean `main`?"),
    Case("INC206", "services:", "default_service: apy\nservices:", "default_service: api\nservices:",
         "15:18 There is no service `apy`. Did you mean `api`?"),
    Case("INC207", "[on-call, lead]", "[on-call, leda]", "[on-call, lead]",
         "14:19 `leda` is no person, position, schedule or team. Did you mean `lead`?"),
    Case("INC207", "[on-call, lead]", "[on-call, lead +1]", "[on-call, payments +1]",
         "14:19 `lead +1` counts along no schedule. Remove `+1`, or name a schedule."),
    Case("INC207", "7d", "7d, escalation_to: leda", "7d, escalation_to: lead",
         "9:52 `leda` is no person and no position. Did you mean `lead`?"),
    Case("INC208", "lead: bob\n", "lead: bob\n  web: bob\nx-y: &t [web, lead]\n",
         "lead: bob\n  web: bob\nx-y: &t [team web, lead]\n",
         "7:10 `web` is a position and a team. Write `position web` or `team web`."),
    Case("INC209", "owner: web", "owner: web, policy: main", "owner: payments, policy: main",
         "17:30 `main` pages `on-call`, and team `web` has no rotation."
         " Give the team a `rotation`, or name a schedule."),
    Case("INC209", "owner: web", "policy: main", "owner: payments, policy: main",
         "17:18 `main` pages `on-call`, and this service has no owner."
         " Add `owner: …`, or name a schedule in the policy."),
    Case("INC210", "U0BOB", "U0ALICE", "U0BOB",
         "3:16 `U0ALICE` is the slack of `alice` too (posture:2). Give each person their own."),
    Case("INC105", "[on-call, lead]", "{tiers: [on-call, lead], fallback: executive}",
         "{tiers: [on-call, lead], fallback: {executive: lead}}",
         "14:44 `executive` names nobody. Write `fallback: {executive: vp-engineering}`."),
    Case("INC105", "[on-call, lead]", "{tiers: [on-call, lead], fallback: {exec: lead}}",
         "{tiers: [on-call, lead], fallback: notify_all}",
         "14:44 A fallback is `notify_all` or an executive. Write `{executive: vp-engineering}`."),
    Case("INC105", "[on-call, lead]", "{tiers: [on-call, lead], fallback: {executive: policy main}}",
         "{tiers: [on-call, lead], fallback: {executive: {lead: sms}}}",
         "14:44 A policy is no executive. Name a position, a person or a schedule."),
    Case("INC106", "[on-call, lead]", "{tiers: [on-call, lead], fallback: auto_remediate}",
         "{tiers: [on-call, lead], fallback: notify_all}",
         "14:44 `auto_remediate` needs a runbook that runs by itself, and none does yet."
         " Write `notify_all`, or name an `executive`."),
    Case("INC106", "[on-call, lead]", "{tiers: [on-call, lead], fallback: notify-all}",
         "{tiers: [on-call, lead], fallback: notify_all}",
         "14:44 `notify-all` is not allowed here. Did you mean `notify_all`?"),
    Case("INC111", "[on-call, lead]", "[on-call, user-group OnCall]", "[on-call, user-group S0ONCALL]",
         "14:19 `user-group OnCall` is not a Slack user group. Write `user-group oncall` or its id (`S…`)."),
    Case("INC207", "[on-call, lead]", "[on-call, main]", "[on-call, second]",
         "14:19 `main` is a policy. Write `policy main`."),
    Case("INC211", "[on-call, lead]", "[on-call, policy main]", "[on-call, lead]",
         "14:3 `main` is inside itself. Take one out of the other."),
    Case("INC108", "{slack: U0ALICE}", "{slack: U0ALICE, time_off: 2027-01-03..2026-12-24}",
         "{slack: U0ALICE, time_off: 2026-12-24..2027-01-03}",
         "2:37 `2027-01-03..2026-12-24` ends before it begins. Write the earlier day first."),
    Case("INC108", "{slack: U0ALICE}", "{slack: U0ALICE, time_off: [christmas]}",
         "{slack: U0ALICE, time_off: [2026-12-24 12:00..2026-12-24 18:00]}",
         "2:38 `christmas` is not a date. Write `2026-12-25`."),
    Case("INC212", "{slack: U0ALICE}", "{slack: U0ALICE, holidays: berlin}", "{slack: U0ALICE, holidays: []}",
         "2:37 There is no list of holidays `berlin`. Declare it under `holidays`."),
    Case("INC301", "{slack: U0ALICE}", "{name: Alice}", "{name: Alice, email: alice@acme.example}",
         '2:3 `alice` cannot be reached by anything. Add `slack: U…`, `email: …` or `phone: "+…"`.'),
    Case("INC302", "web: {members: [bob]}", "web: {members: [bob], rotation: {members: [alice]}}",
         "web: {members: [bob, alice], rotation: {members: [alice]}}",
         "10:46 `alice` is in the rotation of `web` and not in the team `web`. Add `alice` to the team's `members`."),
    Case("INC304", "owner: payments, policy: main", "owner: payments", "owner: payments, policy: main",
         "14:3 No service uses the policy `main`. Write `policy: main` under a service, or remove it."),
    Case("INC305", "7d", "5h", "6h",
         "9:33 This period does not divide a day, so that handovers come at different times every day."
         " Write 1h, 2h, 3h, 4h, 6h, 8h or 12h."),
]  # fmt: skip


def told(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(f.code, f"{f.line}:{f.column} {f.message} {f.fix}".rstrip()) for f in findings]


def text_of(case: Case, new: str) -> str:
    assert GOOD.count(case.old) == 1
    text = GOOD.replace(case.old, new)
    # the case of two meanings needs its target in the policy; an anchor keeps it on a line of its own
    return text.replace("[on-call, lead]", "*t") if "&t" in new else text


def test_the_good_posture_is_clean() -> None:
    assert told(loads(GOOD).findings) == []


@pytest.mark.parametrize("case", CASES, ids=[f"{case.code}-{case.says.split()[0]}" for case in CASES])
def test_the_fault_is_told_once_at_its_place_and_its_mended_twin_is_clean(case: Case) -> None:
    bad, mended = loads(text_of(case, case.bad)), loads(text_of(case, case.mended))
    assert told(bad.findings) == [(case.code, case.says)]
    assert told(mended.findings) == []
    assert (bad.posture is None) == (CODES[case.code][0] is Level.ERROR)
    assert mended.posture is not None


def test_policies_within_each_other_are_each_told_of() -> None:
    text = GOOD.replace("[on-call, lead]", "[on-call, policy two]\n  two: [policy three]\n  three: [lead, policy main]")
    assert told(loads(text).findings) == [
        ("INC211", "14:3 `main` is inside itself, by way of `three`. Take one out of the other."),
        ("INC211", "15:3 `two` is inside itself, by way of `main`. Take one out of the other."),
        ("INC211", "16:3 `three` is inside itself, by way of `main`. Take one out of the other."),
    ]


def test_policies_that_grow_beyond_measure_are_refused_without_writing_them_out() -> None:
    more = "".join(f"  p{n}: [policy p{n + 1}, policy p{n + 1}, lead]\n" for n in range(40))
    text = GOOD.replace("[on-call, lead]\n", f"[on-call, policy p0]\n{more}  p40: [lead, lead]\n")
    assert told(loads(text).findings) == [
        ("INC211", "49:3 `p34` has more than 100 tiers with those of the policies within it. Name fewer of them.")
    ]


def test_a_policy_that_pages_on_call_within_another_needs_an_owner_too() -> None:
    text = GOOD.replace("[on-call, lead]", "[on-call, lead]\n  outer: [lead, policy main]")
    text = text.replace("owner: web", "owner: web, policy: outer")
    assert told(loads(text).findings) == [
        (
            "INC209",
            "18:30 `outer` pages `on-call`, and team `web` has no rotation."
            " Give the team a `rotation`, or name a schedule.",
        )
    ]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[on-call, lead]", "{tiers: [{target: on-call, timeout: 5m}, {targets: lead, timeout: 5m}]}",
         "14:19 `target` is not a key here. Did you mean `targets`?"),
        ("members: [bob]}\nsch",
         "members: [bob]}\nschedules: {x: {members: [{persn: bob}]}}\nx-sch",
         "11:28 `persn` is not a key here. Did you mean `person`?"),
        ("teams:\n", "teams: []\nx-teams:\n", "6:8 Expected a mapping, found a list. Write a mapping."),
    ],
)  # fmt: skip
def test_what_follows_from_a_fault_is_not_told_beside_it(old: str, new: str, says: str) -> None:
    assert GOOD.count(old) == 1
    assert [said for _, said in told(loads(GOOD.replace(old, new)).findings)] == [says]


def test_nobody_declared_is_legal_and_said() -> None:
    empty = loads("# nothing yet\n")
    assert told(empty.findings) == [
        ("INC303", "1:1 No people and no services are declared, so nobody can be paged. Add `people:` and `services:`.")
    ]
    assert empty.posture is not None
    assert told(loads(GOOD).findings) == []


def test_a_finding_prints_as_one_line() -> None:
    [finding] = loads(GOOD.replace("7d", "a week"), "acme.yaml").findings
    assert str(finding) == (
        "acme.yaml:9:33: error INC107: `a week` is not a duration. Write a number and s, m, h, d or w, such as `10m`."
    )


def test_what_a_finding_quotes_cannot_write_to_a_terminal() -> None:
    [finding] = loads(GOOD.replace("7d", r'"\x1b[31m\n red"')).findings
    assert finding.message == "`�[31m red` is not a duration."


def test_faults_everywhere_are_told_at_once_and_none_hides_another() -> None:
    text = """\
people:
  alice: {slack: U0ALICE, phnoe: 1, zone: Mars/Base}
  bob: {slack: 7, email: b}
positions: {lead: alicia}
teams:
  payments: {members: [alice, bobb], rotation: {rotation_period: 2x, handoff: Noon}}
schedules: {second: {members: []}}
escalation_policies:
  main: {tiers: [{targets: [alise, bob: fax]}, {timeout: 5}], repeat_cycles: many}
services:
  api: {owner: paymnts, policy: main}
severities: {SEV1: {response: soon}}
default_service: ape
serivces: {}
"""
    assert [(f.line, f.column, f.code) for f in loads(text).findings] == [
        (2, 27, "INC103"),
        (2, 43, "INC109"),
        (3, 16, "INC111"),
        (3, 26, "INC111"),
        (4, 19, "INC201"),
        (6, 31, "INC201"),
        (6, 66, "INC107"),
        (6, 79, "INC108"),
        (7, 13, "INC104"),
        (9, 29, "INC207"),
        (9, 41, "INC112"),
        (9, 48, "INC104"),
        (9, 58, "INC107"),
        (9, 78, "INC105"),
        (11, 16, "INC203"),
        (12, 31, "INC107"),
        (13, 18, "INC206"),
        (14, 1, "INC103"),
    ]
