"""More people: asked for by hand, by a user group, because an ack was followed by nothing; and drills."""

from __future__ import annotations

from pathlib import Path

from town.town import Build, Town, posture
from town.waiting import eventually

from bot.domain.incident import State

FIRST = "      - {targets: on-call, timeout: 5m}\n"


def test_somebody_asked_for_by_hand_is_paged_until_they_answer(town: Town) -> None:
    room = town.declares()
    eventually(lambda: len(town.alice.phone.pages) == 1)
    town.alice.texts("ack")
    room.hears("Alice Chen acked")
    assert town.alice.types(f"/incident page <@{town.carol.user}>", room.id) == ""  # the room hears of it
    room.hears("Alice Chen paged Carol Díaz by hand")
    eventually(lambda: len(town.carol.phone.pages) == 1)
    assert "*You are paged* by Alice Chen, by hand." in town.carol.page().words
    town.card_shows("Carol Díaz is paged again (by hand)")
    town.clock.passes(minutes=5)
    eventually(lambda: len(town.carol.phone.pages) == 2)
    town.carol.texts("ack")
    room.hears("Carol Díaz answered the page (SMS)")
    eventually(lambda: town.carol.phone.messages[-1].endswith("are on it as a responder. Alice Chen has it."))
    town.clock.passes(minutes=30)
    eventually(town.at_rest)
    assert len(town.carol.phone.pages) == 2
    assert town.incident().assignee_id == town.asks(lambda tx: tx.people.by_slack(town.alice.user)).id
    assert "by hand, as Alice Chen asked" in town.bob.reads("/incident why INC-1").words


def test_a_page_by_hand_that_means_nothing_or_two_things_is_answered_with_what_to_type(town: Town) -> None:
    town.declares()
    until = "again and again until they answer or it is closed."
    lines = {
        "page INC-1 moon": "“moon” is nobody, and no position, schedule, team or policy. Mention the person with @, or"
        " use a name of the posture.",
        "page INC-1": "Nobody was paged: say whom. Usage: `/incident page @person | schedule | policy`.",
        "page INC-1 schedule web": f"Dave Novak is paged for INC-1, {until}",
        "page INC-1 policy payments": f"Alice Chen is paged for INC-1, {until}",
    }
    assert {line: town.bob.types(f"/incident {line}") for line in lines} == lines


def test_a_user_group_is_paged_without_asking_slack_who_is_in_it(build: Build, tmp_path: Path) -> None:
    group = {FIRST: "      - {targets: user-group payments-team, timeout: 5m}\n"}
    town = build(POSTURE=posture(tmp_path, group))
    town.bot.start()
    eventually(lambda: town.asks(lambda tx: tx.user_groups.named(["payments-team"])) != {})
    town.declares()
    eventually(lambda: [len(one.phone.pages) for one in (town.alice, town.bob, town.carol)] == [1, 1, 0])
    town.ends_well()


def test_an_ack_that_is_followed_by_nothing_is_given_back(build: Build, tmp_path: Path) -> None:
    forgetful = {"    repeat_cycles: 2 #": "    ack_timeout: 30m\n    repeat_cycles: 2 #"}
    town = build(POSTURE=posture(tmp_path, forgetful))
    town.bot.start()
    room = town.declares()
    eventually(lambda: len(town.alice.phone.pages) == 1)
    town.alice.texts("ack")
    room.hears("Alice Chen acked")
    town.card_shows("paging goes on")
    town.clock.passes(minutes=20)
    town.alice.types("/incident update still looking", room.id)
    town.clock.passes(minutes=20)
    eventually(town.at_rest)
    assert town.incident().state is State.IN_PROGRESS
    town.clock.passes(minutes=10)
    told = room.hears("No update and no sign of Alice Chen since the ack: it is given back and paging goes on")
    assert told.labels == ["Take"]
    eventually(lambda: len(town.alice.phone.pages) == 2)
    town.ends_well()


def test_a_posture_that_moves_the_schedule_while_a_page_waits_pages_whoever_has_it_now(
    build: Build, tmp_path: Path
) -> None:
    slow = {FIRST: "      - {targets: on-call, timeout: 30m}\n"}
    town = build(POSTURE=posture(tmp_path, slow))
    town.bot.start()
    town.declares()
    eventually(lambda: len(town.alice.phone.pages) == 1)
    assert town.bot.stop() == 0
    posture(tmp_path, slow | {"      members: [alice]\n": "      members: [bob]\n"})
    town.bot.start()
    eventually(lambda: len(town.bob.phone.pages) == 1)
    town.room().hears("Bob Okafor came on call and is paged too (tier 1, cycle 1)")
    assert len(town.alice.phone.pages) == 1
    town.ends_well()


def test_a_drill_is_real_for_those_it_pages_and_nothing_to_anybody_else(town: Town) -> None:
    said = town.dave.types("/incident drill payments-api sev1")
    assert said.startswith("INC-1 (Drill of payments-api) is a drill, as SEV1. Paged now: Alice Chen and Carol Díaz.")
    room = town.room()
    assert room.name == "inc-1-drill-of-payments-api"
    eventually(lambda: len(town.alice.phone.pages) == len(town.alice.mails()) == 1)
    assert town.alice.phone.pages[0].startswith("DRILL SEV1 INC-1 Drill of payments-api")
    assert town.alice.mails()[0]["subject"] == "[DRILL] [SEV1] INC-1 Drill of payments-api"
    assert "DRILL · INC-1 · Drill of payments-api" in town.alice.page().words
    eventually(lambda: room.topic.startswith("DRILL · "))
    assert town.bob.reads("/incident list").words.count("Drills are not listed with incidents: INC-1.") == 1
    town.clock.passes(seconds=90)
    town.alice.texts("ack")
    room.hears("Alice Chen acked (SMS)")
    town.dave.types("/incident resolve well done", room.id)
    score = room.hears("Score of the drill: declared → ")
    assert "delivered → 1 min 3" in score.text
    assert "acked by Alice Chen" in score.text
    eventually(town.at_rest)
    assert [one.text for one in town.channel("p1-incidents").messages() if "INC-1" in one.text] == []
    assert [file for message in room.messages() for file in message.files] == []  # no postmortem
    assert "has no postmortem" in town.dave.types("/incident postmortem INC-1")
