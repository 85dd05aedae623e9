"""What a posture names and the world lacks is found, each once, and nothing that is there."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.inspection import CODES, WARNINGS, Around, Lack, Reached, Seen, lacks
from bot.domain.posture import Posture
from bot.views.inspected import fix, message
from posture import loads

TEXT = """\
people:
  alice: {slack: U0ALICE, email: alice@example.com, phone: "+15550100001"}
  bob: {email: Bob@example.com}
  carol: {slack: U0CAROL, email: carol@example.com, phone: "+15550100003"}
  dave: {slack: U0DAVE}
  erin: {email: erin@example.com}
teams:
  web: {members: [alice, bob], rotation: {user_group: "@oncall-web"}}
  db: {members: [carol, dave], rotation: {user_group: "@oncall-db"}}
escalation_policies:
  web: {tiers: [{targets: on-call, timeout: 5m}, {targets: [user-group helpers, user-group gone], timeout: 5m}]}
services:
  site: {owner: web, policy: web, severities: {SEV1: {notify_channels: [p1, site-down]}}}
severities:
  SEV1: {notify_channels: [p1]}
  P2: {notify_channels: [old]}
  SEV3: {notify_channels: [p1]}
  SEV4: {notify_channels: []}
"""
SEEN = Seen(
    {"U0ALICE": True, "U0BOB": True, "U0CAROL": False},
    {"alice@example.com": "U0ALICE", "bob@example.com": "U0BOB", "carol@example.com": "U0CAROL"},
    {"oncall-web": False, "S0WEB": False, "helpers": False, "S0HELP": False},
    frozenset({"p1", "C0P1"}),
)
AROUND = Around(
    {"bob": Reached(phone=True, email=True, unverified=("email",)), "dave": Reached(phone=False, email=False)},
    (("schedule/web", "C0P1"), ("schedule/db", "C0GONE")),
    ("slack", "sms", "email"),
)


def posture() -> Posture:
    loaded = loads(TEXT)
    assert loaded.posture is not None, loaded.findings
    return loaded.posture


def test_everything_that_is_missing_is_found_at_its_place() -> None:
    assert lacks(posture(), SEEN, AROUND) == [
        Lack("INC405", "people", "bob", "email"),
        Lack("INC401", "people", "carol"),
        Lack("INC402", "people", "dave", "U0DAVE"),
        Lack("INC403", "people", "dave"),
        Lack("INC404", "people", "dave"),
        Lack("INC402", "people", "erin", "erin@example.com"),
        Lack("INC403", "people", "erin"),
        Lack("INC406", "teams", "db", "oncall-db"),
        Lack("INC406", "escalation_policies", "web", "helpers"),
        Lack("INC406", "escalation_policies", "web", "gone"),
        Lack("INC407", "severities", "SEV2", "old"),
        Lack("INC407", "services", "site", "site-down"),
        Lack("INC407", "", "schedule/db", "C0GONE"),
    ]


def test_what_nothing_sends_to_is_not_missed_and_what_slack_did_not_say_is_not_judged() -> None:
    silent = replace(SEEN, groups=None, channels=None)
    found = {lack.code for lack in lacks(posture(), silent, replace(AROUND, notifiers=("slack",)))}
    assert found == {"INC401", "INC402", "INC405"}


def test_every_lack_is_a_sentence_with_something_to_do() -> None:
    said = [(message(Lack(code, "people", "alice", "oncall")), fix(Lack(code, "", ""))) for code in CODES]
    assert all(sentence.endswith(".") and todo.endswith(".") for sentence, todo in said)
    assert [message(Lack(code, "teams", "web", "x"))[:40] for code in ("INC406", "INC409")] == [
        "There is no user group @x in use in Slac", "Nobody is on call by `web`x.",
    ]  # fmt: skip
    assert set(CODES) > WARNINGS
