"""How people are reached and answer: by the link in a mail, by rules and phones of their own, and by other systems."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pagerduty_double import signed
from town.people import Person
from town.systems import HOOK_SECRET, Systems, systems
from town.town import Build, Town, posture
from town.waiting import eventually

from bot.domain.delivery import NOTIFIER_OF
from bot.domain.incident import State


def links(town: Town, who: Person) -> list[str]:
    """The paths of the links in somebody's newest mail: ack, then decline."""
    mail = eventually(lambda: who.mails()[-1])
    return re.findall(rf"{re.escape(town.bot.settings['PUBLIC_URL'])}(/answer/\S+)", mail["text"])


def test_the_link_in_a_mail_asks_and_its_button_acks(town: Town) -> None:
    room = town.declares()
    ack, decline = links(town, town.alice)
    status, page = town.bot.http("GET", ack)
    assert (status, "Alice Chen, you are paged." in page, town.incident().state) == (200, True, State.ASSIGNED)
    status, page = town.bot.http("POST", ack)
    assert (status, "You acked INC-1 (payments API is slow). You have it: nobody else is paged." in page) == (200, True)
    room.hears("Alice Chen acked (email)")
    town.card_shows("Alice Chen")
    for path in (ack, decline):
        assert "Nothing is asked of you here any more." in town.bot.http("POST", path)[1]


def test_a_scanner_that_follows_every_link_of_a_mail_answers_nothing(town: Town) -> None:
    town.declares()
    for _ in range(3):
        for path in links(town, town.alice):
            assert town.bot.http("GET", path)[0] == 200
    town.clock.passes(minutes=5)
    eventually(lambda: len(town.bob.phone.pages) == 1)
    ack, decline = links(town, town.bob)
    assert (ack in links(town, town.alice), town.bot.http("POST", decline)[0]) == (False, 200)
    eventually(lambda: len(town.carol.phone.pages) == 1)


def test_a_link_outlives_the_death_of_the_bot(town: Town) -> None:
    room = town.declares()
    ack, _ = links(town, town.alice)
    town.bot.kill()
    town.bot.start()
    assert town.bot.http("POST", ack)[0] == 200
    room.hears("Alice Chen acked (email)")


def test_without_a_public_address_a_mail_says_where_to_answer(build: Build) -> None:
    town = build(PUBLIC_URL="")
    town.bot.start()
    town.declares()
    mail = eventually(lambda: town.alice.mails()[0])
    said = "Not by mail: in Slack press Ack or Decline on your page, or reply ACK 1 or DECLINE 1 to the SMS."
    assert (said in mail["text"], "/answer/" in mail["text"]) == (True, False)
    town.ends_well()


def test_alice_moves_to_another_phone_and_is_paged_there_from_then_on(build: Build, tmp_path: Path) -> None:
    town = build(POSTURE=posture(tmp_path, {', phone: "+15550100004"': ""}))
    town.bot.start()
    assert town.alice.types("/oncall contact +1 555 010 0004").startswith(
        "A code is on its way by SMS to +15550100004."
    )
    sms = eventually(lambda: town.dave.phone.messages[0])
    said = town.alice.types(f"/oncall contact {sms[:6]}")
    assert said == "+15550100004 is verified: pages go there from now on."
    town.declares(by=town.dave)
    eventually(lambda: len(town.dave.phone.pages) == 1)
    assert town.alice.phone.pages == []
    town.dave.texts("ack 1")
    eventually(lambda: town.incident().state is State.IN_PROGRESS)
    town.ends_well()


def test_alice_makes_her_own_rules_in_app_home(town: Town) -> None:
    town.alice.presses_at_home("Edit rules")
    form = town.alice.form("rules_form")
    chosen = {"rule_high_slack": "3", "rule_high_sms": "0", "rule_high_email": "no", "rule_high_voice": "no"}
    assert town.alice.submits(form, **chosen) == {}
    eventually(lambda: "SMS at once and Slack after 3 min" in town.alice.home().words)
    town.dave.types("/incident declare sev2 payments API is slow")
    eventually(lambda: len(town.alice.phone.pages) == 1)
    assert (town.alice.pages(), town.alice.mails()) == ([], [])
    town.clock.passes(minutes=3)
    assert "Ack" in town.alice.page().labels
    rows = [NOTIFIER_OF[row.effect] for row in town.page_rows() if row.person_id == town.page_rows()[0].person_id]
    assert rows == ["sms", "slack"]


@pytest.fixture
def beside() -> Iterator[Systems]:
    with systems() as found:
        yield found


@pytest.fixture
def wired(build: Build, beside: Systems, tmp_path: Path) -> Iterator[Town]:
    """Whoever is on call for payments is paged by Slack, PagerDuty and the webhook."""
    changes = {"targets: on-call, timeout: 5m": "targets: [{on-call: slack+pagerduty+webhook}], timeout: 5m"}
    town = build(POSTURE=posture(tmp_path, changes), **beside.settings)
    town.bot.start()
    yield town
    town.ends_well()


def test_an_ack_in_pagerduty_is_an_ack_here_and_a_resolve_here_is_one_there(wired: Town, beside: Systems) -> None:
    room = wired.declares()
    key, state = eventually(beside.incident)
    assert state == "triggered"
    body = beside.service.ack(key, "Bob Okafor")
    for _ in range(2):
        assert wired.bot.http("POST", "/webhooks/pagerduty", body, signed(body))[0] == 200
    room.hears("Bob Okafor acked (PagerDuty)")
    wired.bob.types("/incident resolve rolled back", at=room.id)
    eventually(lambda: beside.incident() == (key, "resolved"))
    assert beside.told() == ["trigger", "resolve"]


def test_the_webhook_s_receiver_can_tell_who_is_paged_and_that_it_was_us(wired: Town, beside: Systems) -> None:
    wired.declares()
    [page] = eventually(beside.paged)
    assert (page["person"]["handle"], page["incident"]["name"], page["page"]["tier"]) == ("alice", "INC-1", 1)
    headers, body = beside.pages[0]
    expected = hmac.new(HOOK_SECRET.encode(), headers["X-Tocsin-Timestamp"].encode() + b"." + body, hashlib.sha256)
    assert headers["X-Tocsin-Signature"] == f"v1={expected.hexdigest()}"
