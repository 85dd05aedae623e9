"""How a page climbs: tier after tier, cycle after cycle, then everybody; and what happens where nobody is there."""

from __future__ import annotations

from pathlib import Path

from town.town import Build, Town, posture
from town.waiting import eventually

from bot.domain.incident import State

TIERS = """      - {targets: on-call, timeout: 5m}
      - {targets: payments-second, timeout: 5m}
      - {targets: eng-manager, timeout: 10m}
    repeat_cycles: 2 # twice more through all three, then everybody at once until somebody answers
"""
ON_CALL_ONLY = {TIERS: "      - {targets: on-call, timeout: 5m}\n" * 2 + "    repeat_cycles: 0\n"}
#: The rotation of payments is switched off.
OFF = {"      members: [alice]\n": "      members: [alice]\n      is_active: false\n"}


def test_nobody_answers_for_an_hour_and_then_everybody_is_asked_until_somebody_does(town: Town) -> None:
    room = town.declares()
    three = (town.alice, town.bob, town.carol)
    asked = [[1, 0, 0], [1, 1, 0], [1, 1, 1], [2, 1, 1], [2, 2, 1], [2, 2, 2], [3, 2, 2], [3, 3, 2], [3, 3, 3]]
    for pages, minutes in zip(asked, (5, 5, 10) * 3, strict=True):
        eventually(lambda pages=pages: [len(person.phone.pages) for person in three] == pages)  # type: ignore[misc]
        town.clock.passes(minutes=minutes)
    room.hears("everybody of every tier is paged at once (Alice Chen, Bob Okafor and Carol Díaz)")
    eventually(lambda: [len(person.phone.pages) for person in three] == [4, 4, 4])
    town.clock.passes(minutes=10)
    eventually(lambda: [len(person.phone.pages) for person in three] == [5, 5, 5])
    town.card_shows("everybody is paged at once: Alice Chen, Bob Okafor and Carol Díaz")
    town.carol.texts("ack")
    town.card_shows("Carol Díaz acked")
    town.clock.passes(minutes=60)
    eventually(town.at_rest)
    assert [len(person.phone.pages) for person in three] == [5, 5, 5]


def test_an_empty_tier_is_told_and_skipped_at_once(build: Build, tmp_path: Path) -> None:
    town = build(POSTURE=posture(tmp_path, OFF))
    town.bot.start()
    room = town.declares()
    room.hears("Tier 1 was skipped")
    eventually(lambda: len(town.bob.phone.pages) == 1)
    assert town.alice.phone.pages == []
    assert "the schedule is switched off" in town.bob.reads("/incident why INC-1").words
    town.ends_well()


def test_nobody_anywhere_is_said_loudly_and_whoever_becomes_reachable_first_is_paged(
    build: Build, tmp_path: Path
) -> None:
    town = build(POSTURE=posture(tmp_path, ON_CALL_ONLY))
    town.outside.post("user", user=town.alice.user, deleted=True)
    town.bot.start()
    eventually(lambda: not town.asks(lambda tx: tx.people.by_slack(town.alice.user)).active)
    room = town.declares()
    told = room.hears("Nobody could be paged")
    assert told.labels == ["Take", "Assign", "Why?"]
    eventually(lambda: [one for one in town.carol.dms() if "Nobody could be paged for INC-1 (SEV2)" in one.text])
    assert town.incident().state is State.PENDING
    town.clock.passes(minutes=5)
    eventually(town.at_rest)
    assert len([one for one in room.told() if "Nobody could be paged" in one]) == 1
    town.outside.post("user", user=town.alice.user, deleted=False)
    eventually(lambda: town.asks(lambda tx: tx.people.by_slack(town.alice.user)).active)
    town.clock.passes(minutes=1)
    eventually(lambda: len(town.alice.phone.pages) == 1)
    assert town.incident().state is State.ASSIGNED
    town.ends_well()


def test_where_it_is_asked_for_nobody_anywhere_is_an_error(build: Build, tmp_path: Path) -> None:
    town = build(POSTURE=posture(tmp_path, OFF | ON_CALL_ONLY), FAIL_ON_NO_ASSIGNEE="true")
    town.bot.start()
    town.declares()
    town.card_shows("*State* ERROR")
    town.ends_well()


def test_a_severity_that_does_not_page_wakes_nobody_until_it_is_raised(town: Town) -> None:
    town.declares("sev3 the logo is crooked")
    assert town.card().words.count("nobody is paged") == 1
    assert town.dave.types("/incident severity INC-1 sev1 it is the pay button") == (
        "INC-1 is SEV1 now (was SEV3). Paged now: Alice Chen and Carol Díaz."
    )
    eventually(lambda: [len(person.phone.pages) for person in town.everybody] == [1, 0, 1, 0])
    town.announcement("p1-incidents")


def test_notify_again_pages_the_same_people_by_every_notifier(town: Town) -> None:
    town.declares()
    town.dave.presses("Notify again", on=town.card())
    eventually(lambda: len(town.alice.phone.pages) == len(town.alice.mails()) == 2)
    eventually(lambda: [one for one in town.alice.pages() if "A newer page to you replaced this one" in one.words])
    eventually(town.at_rest)
    assert [person.phone.pages for person in (town.bob, town.carol)] == [[], []]


def test_a_service_without_a_policy_pages_by_its_rotation_and_then_whom_that_names(town: Town) -> None:
    town.declares("sev2 website the front page is blank")
    eventually(lambda: len(town.dave.phone.pages) == 1)
    town.card_shows("Carol Díaz is paged (tier 2 of 2, cycle 1)")
    town.clock.passes(minutes=10)
    eventually(lambda: len(town.carol.phone.pages) == 1)
