"""Each code of a finding explained: what to do, the smallest file that earns it, and that file mended.

docs/findings.md is written from here, `tocsin check --explain CODE` says it, and a test holds each example to its code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import ndiff

from posture.findings import CODES


@dataclass(frozen=True, slots=True)
class Example:
    """`bad` earns the code and nothing else; `mended` is clean. `fix` is what to do, in words."""

    fix: str
    bad: str
    mended: str


_PEOPLE = "people: {alice: {slack: U0ALICE}, bob: {slack: U0BOB}}\n"
_WEB = "teams: {web: {members: [alice, bob], rotation: {rotation_period: 7d}}}\n"
_NO_ROTA = "teams: {web: {members: [alice, bob]}}\n"
_SITE = "services: {site: {owner: web}}\n"
_PAGED = "services: {site: {owner: web, policy: main}}\n"
_RUNS = "services: {site: {owner: web, deployed: true, runbook: https://runbooks.acme.example/site%s}}\n"
_UP = "health_checks: {up: https://acme.example/up}"
_SHOWN = "status_page: {components: {pages: {health_check: up}}}\n"
_ALL = _PEOPLE + _WEB + _SITE


def _example(fix: str, bad: str, mended: str, around: str = "%s") -> Example:
    return Example(fix, around % bad, around % mended)


def _rota(fix: str, bad: str, mended: str) -> Example:
    return _example(fix, bad, mended, f"{_PEOPLE}teams: {{web: {{members: [alice, bob], rotation: {{%s}}}}}}\n{_SITE}")


def _policy(fix: str, bad: str, mended: str) -> Example:
    return _example(fix, bad, mended, f"{_PEOPLE}{_WEB}{_PAGED}escalation_policies: {{main: %s}}\n")


def _person(fix: str, bad: str, mended: str) -> Example:
    around = "people: {alice: %s, bob: {slack: U0BOB}}\n" + _WEB + _SITE
    return _example(fix, bad, mended, around)


def _more(fix: str, bad: str, mended: str) -> Example:
    return _example(fix, bad, mended, f"{_ALL}%s\n")


def _service(fix: str, bad: str, mended: str, more: str = "") -> Example:
    return _example(fix, bad, mended, f"{_PEOPLE}{_WEB}services: {{site: %s}}\n{more}")


def _page(fix: str, bad: str, mended: str) -> Example:
    site = f"services: {{site: {{owner: web, components: [pages], {_UP}}}}}\n"
    return _example(fix, bad, mended, f"{_PEOPLE}{_WEB}{site}status_page: %s\n")


#: By code. INC100 and INC101 are of the file as such.
EXAMPLES: Mapping[str, Example] = {
    "INC001": _policy(
        "Give the policy a second tier: whoever is on call may be on a train. `team` is everybody in the team that owns"
        " the service.", "[on-call]", "[on-call, team]"),
    "INC002": _example(
        "Give the team that owns the service a `rotation`, or page a schedule in its policy. A service that nobody"
        " depends on is `deployed: false`.", _NO_ROTA, _WEB,
        f"{_PEOPLE}%s{_RUNS % f', components: [pages], {_UP}'}{_SHOWN}"),
    "INC003": _more(
        "Say within how long somebody acknowledges. What is left out has the default, which for SEV1 is 5 minutes.",
        "severities: {SEV1: {response: none}}", "severities: {SEV1: {response: 10m}}"),
    "INC004": _policy(
        "Give every tier a `timeout`, or none: then they are 15, 30 and 60 minutes.",
        "{tiers: [{targets: on-call, timeout: 5m}, team]}",
        "{tiers: [{targets: on-call, timeout: 5m}, {targets: team, timeout: 10m}]}"),
    "INC005": _more(
        "Ask for at least one action item, or leave the section out.",
        "postmortem: {sections: [Summary, Action Items], action_items: {min: 0}}",
        "postmortem: {sections: [Summary, Action Items], action_items: {min: 1}}"),
    "INC100": _more(
        "See that the file is there, may be read, is UTF-8 and at most 2 MB. The path is from the file that names it.",
        "include: gone.yaml", "include: []"),
    "INC101": _example(
        "Close every bracket and quote, and indent with spaces. At most 40 levels and 100,000 values are read.",
        _PEOPLE[:-2], _PEOPLE[:-1], f"%s\n{_WEB}{_SITE}"),
    "INC102": _more(
        "Remove one of the two, or rename it. A team with a rotation has a schedule of its own name; `SEV1` and `P1`"
        " are one; a health check has a name of its own in the whole posture.",
        "severities: {SEV1: {emoji: 🔥}, P1: {response: 3m}}", "severities: {SEV1: {emoji: 🔥, response: 3m}}"),
    "INC103": _person(
        "Write the key as the tables of docs/posture.md have it. Anchors go under a section that begins with `x-`.",
        '{slack: U0ALICE, phnoe: "+15550100001"}', '{slack: U0ALICE, phone: "+15550100001"}'),
    "INC104": _example(
        "Add what is missing: a service has an owner or a policy, a team has members, a tier has targets.",
        "{description: Pages}", "{description: Pages, owner: web}", f"{_PEOPLE}{_WEB}services: {{site: %s}}\n"),
    "INC105": _service(
        "Write a value of the kind that the finding names. YAML 1.2 has two flags, `true` and `false`; `no` is a word.",
        "{owner: web, deployed: no}", "{owner: web, deployed: false}"),
    "INC106": _more(
        "Choose one of the values that the finding names.",
        "severities: {SEV5: {urgency: medium}}", "severities: {SEV5: {urgency: low}}"),
    "INC107": _rota(
        "Write a number and a unit: `30s`, `10m`, `12h`, `7d`, `2w`; for a postmortem `3bd`, business days.",
        "rotation_period: weekly", "rotation_period: 7d"),
    "INC108": _rota(
        "Write dates as `2026-12-24`, times as `09:00`, handoffs as `Mon 09:00`, hours as `Mon-Fri 09:00-18:00`.",
        "handoff: Monday 9am", "handoff: Monday 09:00"),
    "INC109": _rota(
        "Use a name of the tz database. It knows about daylight saving; a fixed offset would not.",
        "time_zone: Berlin", "time_zone: Europe/Berlin"),
    "INC110": _person(
        "Write + and the country code, without a national 0, and quote it.",
        '{slack: U0ALICE, phone: "0151 1234567"}', '{slack: U0ALICE, phone: "+491511234567"}'),
    "INC111": _person(
        "A member id is in Slack under the profile, ⋮, Copy member ID. A web address begins with https://.",
        "{slack: '@alice'}", "{slack: U0ALICE}"),
    "INC112": _policy(
        "There are `slack`, `sms`, `voice` (or `phone`), `email`, `webhook` and `pagerduty`, with `+` between.",
        "[[on-call: pager], team]", "[[on-call: voice], team]"),
    "INC113": _more(
        "Write `SEV1` or `P1`. SEV1 to SEV4 are always there; others must be declared under `severities`.",
        "default_severity: SEV5", "default_severity: SEV2"),
    "INC114": _rota(
        "Write `pagerduty://` and a schedule's id, or the address of a calendar, and no turns beside it.",
        "source: pagerduty://PABC123, rotation_period: 7d", "source: pagerduty://PABC123"),
    "INC201": _example(
        "Write the handle that the person has under `people`.", "admins: [alise]", "admins: [alice]", f"{_ALL}%s\n"),
    "INC202": _more(
        "Declare it under `positions`, with whoever fills it.",
        "postmortem: {reviewers: [team-lead]}", "positions: {team-lead: bob}\npostmortem: {reviewers: [team-lead]}"),
    "INC203": _service("Write a team that stands under `teams`.", "{owner: wep}", "{owner: web}"),
    "INC204": _policy(
        "Declare it under `schedules`, or write `on-call`.",
        "[schedule nights, team]", "[schedule web, team]"),
    "INC205": _service(
        "Declare it under `escalation_policies`. Without one, whoever is in the rotation is paged in turn.",
        "{owner: web, policy: main}", "{owner: web}"),
    "INC206": _more("Declare it under `services`.", "default_service: sight", "default_service: site"),
    "INC207": _policy(
        "A target is a person, a position, a schedule, a team, `on-call`, `team`, a user group or `policy …`.",
        "[on-call, eng-manger]", "[on-call, bob]"),
    "INC208": _example(
        "Write the kind before the name: `position web`, `team web`. Or rename one.", "[on-call, web]",
        "[on-call, position web]",
        f"{_PEOPLE}positions: {{web: bob}}\n{_WEB}{_PAGED}escalation_policies: {{main: %s}}\n"),
    "INC209": _example(
        "Give the team a `rotation`, or name somebody whom the policy can page without one.", _NO_ROTA, _WEB,
        f"{_PEOPLE}%s{_PAGED}escalation_policies: {{main: [on-call, team]}}\n"),
    "INC210": _person(
        "Give each person an address of their own: an answer from it must mean one of them.",
        "{slack: U0BOB}", "{slack: U0ALICE}"),
    "INC211": _policy(
        "Take one out of the other. A policy has at most 100 tiers, and 20 policies within one another.",
        "[on-call, policy main]", "[on-call, team]"),
    "INC212": _person(
        "Declare the days under `holidays`.", "{slack: U0ALICE, holidays: berlin}",
        "{slack: U0ALICE, holidays: []}"),
    "INC213": _example(
        "Declare it under `status_page`, `components`.", "[pages, cart]", "[pages]",
        f"{_PEOPLE}{_WEB}services: {{site: {{owner: web, components: %s, {_UP}}}}}\n{_SHOWN}"),
    "INC214": _page(
        "Declare it under `health_checks` of the service that answers it.",
        "{components: {pages: {health_check: pages-up}}}", "{components: {pages: {health_check: up}}}"),
    "INC215": _service(
        "Declare it under `runbooks`, or write its address.", "{owner: web, runbook: site-down}",
        "{owner: web, runbook: https://runbooks.acme.example/site}"),
    "INC216": _page(
        "Add it to `groups`. Without `groups`, each component's group is there.",
        "{groups: [Shop], components: {pages: {group: Site, health_check: up}}}",
        "{groups: [Shop, Site], components: {pages: {group: Site, health_check: up}}}"),
    "INC301": _person(
        "Give them a Slack member id, an email address or a phone number.", "{name: Alice}",
        "{email: alice@acme.example}"),
    "INC302": _example(
        "Add them to the team's `members`, or take them out of its rotation.",
        "{members: [bob], rotation: {members: [alice, bob]}}",
        "{members: [alice, bob], rotation: {rotation_period: 7d}}",
        f"{_PEOPLE}teams: {{web: %s}}\n{_SITE}"),
    "INC303": _example(
        "Declare `people` and `services`. Incidents can be declared without; nobody is paged.", "", _SITE,
        f"{_PEOPLE}{_WEB}%s"),
    "INC304": _example(
        "Name it as the `policy` of a service, or remove it: it will not be kept true.", _SITE, _PAGED,
        f"{_PEOPLE}{_WEB}%sescalation_policies: {{main: [on-call, team]}}\n"),
    "INC305": _rota(
        "Choose a period that divides a day, or whole days.", "rotation_period: 5h", "rotation_period: 6h"),
    "INC306": _rota(
        "Add a layer that covers the rest, or page somebody beside the schedule in the first tier.",
        "active_hours: Mon-Fri 09:00-18:00",
        "layers: [{members: [bob]}, {members: [alice], active_hours: Mon-Fri 09:00-18:00}]"),
    "INC307": _example(
        "Name what customers see of it, declared under `status_page`. A service behind others is `deployed: false`.",
        _RUNS % "", f"{_RUNS % f', components: [pages], {_UP}'}{_SHOWN}", f"{_PEOPLE}{_WEB}%s"),
    "INC308": _service(
        "Write down what to do at 3 a.m., and where it stands.",
        f"{{owner: web, deployed: true, components: [pages], {_UP}}}",
        f"{{owner: web, deployed: true, components: [pages], {_UP}, runbook: https://runbooks.acme.example/site}}",
        _SHOWN),
    "INC309": _page(
        "Name a health check of a service: without one, only people notice that it is broken.",
        "{components: {pages: {name: Pages}}}", "{components: {pages: {name: Pages, health_check: up}}}"),
    "INC310": _service(
        "Name it under `components` of a service: an incident of that service changes it.",
        f"{{owner: web, {_UP}}}", f"{{owner: web, components: [pages], {_UP}}}", _SHOWN),
    "INC311": _more(
        "Put the narrower route first: the first that matches decides.",
        "alerts:\n  routes:\n  - {match: {job: web-*}, severity: SEV3}\n  - {match: {job: web-db}, severity: SEV1}",
        "alerts:\n  routes:\n  - {match: {job: web-db}, severity: SEV1}\n  - {match: {job: web-*}, severity: SEV3}"),
    "INC312": _service(
        "See whether owner, policy and runbook are still true, and write today's date. `review_every` is how long that"
        " holds, 26 weeks without it.", "{owner: web, reviewed: 2024-05-01}", "{owner: web, reviewed: 2026-11-02}"),
    "INC313": _policy(
        "Add the address, or a notifier that they have. Numbers that people enter in Slack are not known here.",
        "[on-call, [alice: voice]]", "[on-call, [alice: voice+slack]]"),
}  # fmt: skip


def section(code: str) -> str:
    """One code: level, meaning, what to do, and the example."""
    level, meaning = CODES[code]
    example = EXAMPLES[code]
    return f"## {code}\n\n{level.value.capitalize()}. {meaning} {example.fix}\n\n```diff\n{changes(example)}```\n"


def changes(example: Example) -> str:
    """Both files of an example as one: lines of the bad one begin with `-`, lines of the mended one with `+`."""
    lines = ndiff(example.bad.splitlines(), example.mended.splitlines())
    return "".join(f"{line[0]}{line[2:]}\n" for line in lines if line[0] != "?")
