"""Slack makes trouble: it refuses, limits, loses answers, hangs up; what is due arrives all the same, once."""

from __future__ import annotations

from pathlib import Path

import pytest
from town.town import Build, Town, posture
from town.waiting import eventually

from bot.domain.delivery import RowState


def test_rooms_may_not_be_created_and_yet_everybody_is_paged_and_it_can_be_led(town: Town) -> None:
    town.outside.post("switches", restricted=["conversations.create"])
    town.dave.types("/incident declare sev1 payments API is slow")
    eventually(lambda: [len(person.phone.pages) for person in town.everybody] == [1, 0, 1, 0])
    announced = eventually(lambda: town.announcement("p1-incidents"))
    assert "War room <#" not in announced.words
    town.alice.presses("Ack", on=town.alice.page())
    eventually(lambda: "Alice Chen acked" in town.announcement("p1-incidents").words)
    shown = town.carol.reads("/incident show 1").words
    assert "the workspace's settings do not allow it; ask a workspace admin" in shown
    eventually(town.at_rest)
    assert town.dave.types("/incident resolve INC-1 it passed").endswith("Thank you.")


def test_people_who_cannot_be_invited_stop_nobody_else_and_the_log_says_so(build: Build, tmp_path: Path) -> None:
    both = {"{targets: on-call, timeout: 5m}": "{targets: [on-call, payments-second], timeout: 5m}"}
    town = build(POSTURE=posture(tmp_path, both))
    town.bot.start()
    town.outside.fault("conversations.invite", "error", error="cant_invite", match={"users": "U0ALICE,U0BOB"})
    town.outside.fault("conversations.invite", "error", error="user_is_restricted", match={"users": "U0BOB"})
    room = town.declares()
    eventually(lambda: room.members == {"U0TOCSIN", town.dave.user, town.alice.user})
    log = town.alice.reads("/incident timeline", room.id).words
    assert "Could not invite Bob Okafor to the war room: guests cannot be invited there" in log
    town.card_shows("could not invite Bob Okafor to the war room: guests cannot be invited there")
    eventually(lambda: len(town.bob.phone.pages) == 1)
    town.ends_well()


def test_a_channel_that_cannot_be_announced_in_is_shown_on_the_card(town: Town) -> None:
    town.outside.fault("chat.postMessage", "error", error="restricted_action", match={"channel": "C0INCIDENTS"})
    town.declares("sev2 payments API is slow")
    town.card_shows("could not announce the incident in #incidents: the workspace's settings do not allow it")


def test_a_name_that_is_taken_gets_a_suffix(town: Town) -> None:
    town.outside.post("create", user=town.bob.user, name="inc-1-payments-api-is-slow")
    town.dave.types("/incident declare sev2 payments API is slow")
    eventually(lambda: town.channel("inc-1-payments-api-is-slow-2").members >= {town.alice.user, town.dave.user})
    eventually(town.at_rest)
    assert town.incident().room_name == "inc-1-payments-api-is-slow-2"


def test_a_card_whose_answer_is_lost_is_found_and_not_posted_again(town: Town) -> None:
    lost = town.outside.fault("chat.postMessage", "reset_after", times=4)
    room = town.declares("sev2 payments API is slow")
    eventually(town.at_rest)
    assert town.outside.hits(lost) == 4
    cards = [one for one in room.messages() if "INC-1 · payments" in one.text and one.raw.get("blocks")]
    assert len(cards) == 1
    assert len(town.alice.pages()) == 1
    assert len([one for one in town.channel("incidents").messages() if "INC-1" in one.text]) == 1
    town.alice.reacts("eyes", on=town.alice.page())
    town.card_shows("Alice Chen acked")


def test_a_room_whose_answer_is_lost_is_found_and_not_made_again(town: Town) -> None:
    town.outside.fault("conversations.create", "timeout_after", seconds=1)
    town.declares("sev2 payments API is slow")
    rooms = [one["name"] for one in town.outside.get("state")["channels"] if one["name"].startswith("inc-")]
    assert rooms == ["inc-1-payments-api-is-slow"]


def test_slacks_limits_are_kept_and_everything_arrives(town: Town) -> None:
    town.outside.post("switches", rate_limits=True)
    said = [town.dave.types(f"/incident declare sev1 {what} is down") for what in ("checkout", "search")]
    assert [one.startswith(f"INC-{number}") for number, one in enumerate(said, 1)] == [True, True]
    for number in (1, 2):
        eventually(lambda number=number: town.at_rest(number), seconds=40)  # type: ignore[misc]
        tried = [row for row in town.rows(number) if row.tries or row.done_at is not None]
        assert {row.state for row in tried} <= {RowState.SENT, RowState.SUPERSEDED}
    assert [len(person.pages()) for person in (town.alice, town.carol)] == [2, 2]
    assert [len(person.phone.pages) for person in (town.alice, town.carol)] == [2, 2]


def test_slack_is_down_and_people_are_paged_by_everything_else(town: Town) -> None:
    town.outside.fault("chat.postMessage", "http", status=503, times=None)
    town.outside.fault("conversations.*", "http", status=503, times=None)
    town.dave.types("/incident declare sev1 payments API is slow")
    eventually(lambda: [len(person.phone.pages) for person in town.everybody] == [1, 0, 1, 0])
    eventually(lambda: len(town.alice.mails()) == 1)
    town.clock.passes(minutes=5)
    eventually(lambda: len(town.bob.phone.pages) == 1)
    town.bob.texts("ack")
    eventually(lambda: town.bob.phone.messages[-1].startswith("You acked INC-1"))
    town.outside.mend()
    town.clock.passes(minutes=2)
    town.card_shows("Bob Okafor acked")
    eventually(town.at_rest)
    assert [len(town.alice.pages()), len(town.bob.pages())] == [0, 0]


@pytest.mark.parametrize("action", ["refresh", "disconnect", "abort"])
def test_what_happens_while_connections_change_is_heard_when_slack_sends_it_again(town: Town, action: str) -> None:
    room = town.declares()
    clue = town.dave.says("the disk is full", room.id)
    before = _sockets(town)
    town.outside.post("sockets", action=action)
    town.dave.reacts("pushpin", on=clue)
    if action != "disconnect":  # which closes ten seconds after its warning
        eventually(lambda: len(_sockets(town) - before) == 2, seconds=40)
    town.clock.passes(minutes=1)
    eventually(lambda: "white_check_mark" in room.has(clue).reactions)


def _sockets(town: Town) -> set[str]:
    """The connections that stand."""
    return {one["id"] for one in town.outside.get("state")["sockets"] if not one["draining"]}


def test_one_connection_that_is_cut_leaves_the_other_to_hear(town: Town) -> None:
    sockets = town.outside.get("state")["sockets"]
    assert len(sockets) == 2
    town.outside.post("sockets", action="abort", id=sockets[0]["id"])
    assert town.dave.types("/incident declare sev2 it is slow").startswith("INC-1 (it is slow) is declared")
    eventually(town.bot.ready)
