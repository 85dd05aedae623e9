"""The log as it is told: one line for what is one thing, causes before effects, and nothing lost."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from views_scene import BOB, CAROL, EVENTS, PEOPLE, RESOLVED, STORY, event, minute

from bot.domain import severity as sev
from bot.domain.picture import Story
from bot.domain.timeline import Event, Kind
from bot.views import chronicle, facts, figures, postmortem

AT = minute(25)


def lines(*events: Event) -> list[str]:
    return [facts.headline(one, PEOPLE) for one in chronicle.told(events)]


def paged(number: int, person: int, *notifiers: str) -> Event:
    return event(number, AT, Kind.PAGED, person_id=person, tier=2, cycle=1, reason="timeout", notifiers=notifiers)


def sent(number: int, person: int, notifier: str, at: float = 25.0, *, repeat: bool = False) -> Event:
    return event(number, minute(at), Kind.PAGE_DELIVERED, person_id=person, notifier=notifier, repeat=repeat)


STEP = event(9, AT, Kind.ESCALATED, tier=2, cycle=1, person_ids=[1, 2], reason="timeout")


def test_a_step_says_who_is_paged_and_by_what() -> None:
    assert lines(paged(1, 1, "slack", "sms"), paged(2, 2, "slack", "sms"), STEP) == [
        "Nobody acked in time: Alice Chen and Bob Okafor are paged by Slack and SMS (tier 2, cycle 1)"
    ]


def test_where_they_are_paged_by_different_ways_the_cause_comes_first() -> None:
    assert lines(paged(1, 1, "slack", "sms"), paged(2, 2, "email"), STEP) == [
        "Nobody acked in time: Alice Chen and Bob Okafor are paged (tier 2, cycle 1)",
        "Alice Chen was paged by Slack and SMS (tier 2, cycle 1)",
        "Bob Okafor was paged by email (tier 2, cycle 1)",
    ]


def test_a_page_of_another_cause_stays_a_line_of_its_own() -> None:
    other = event(3, AT, Kind.PAGED, person_id=3, tier=1, cycle=1, reason="severity", notifiers=["slack"])
    only = replace(STEP, data={**STEP.data, "person_ids": [2]})
    assert lines(paged(1, 2, "slack"), other, only) == [
        "Nobody acked in time: Bob Okafor is paged by Slack (tier 2, cycle 1)",
        "Carol Díaz was paged by Slack (told by the severity's rule)",
    ]


def test_a_status_update_says_the_status_it_brought() -> None:
    moved = event(1, AT, Kind.STATUS, BOB, **{"from": "investigating", "to": "identified"})
    said = event(2, AT, Kind.UPDATE, BOB, text="A bad index.", status="identified")
    assert lines(moved, said) == ["Bob Okafor posted a status update (identified, was investigating)"]
    assert len(lines(moved, replace(said, at=minute(26)))) == 2
    assert len(lines(moved, replace(said, actor_id=CAROL.id))) == 2


def test_whoever_did_something_is_on_the_incident_by_that() -> None:
    joined = event(1, AT, Kind.JOINED, None, "Tocsin", person_id=2)
    assert lines(joined, event(2, AT, Kind.ACKED, BOB, source="sms")) == ["Bob Okafor acked (SMS)"]
    assert lines(joined, event(2, AT, Kind.ROLE_GIVEN, CAROL, role="scribe", person_id=2)) == [
        "Carol Díaz made Bob Okafor scribe"
    ]
    assert lines(joined) == ["Bob Okafor joined as a responder"]


def test_a_page_that_went_out_by_several_notifiers_is_one_line() -> None:
    assert lines(sent(1, 1, "slack"), sent(2, 2, "sms"), sent(3, 1, "email", 25.2), sent(4, 1, "voice", 27)) == [
        "Alice Chen's page went out by Slack and email",
        "Bob Okafor's page went out by SMS",
        "Alice Chen's page went out by phone call",
    ]
    assert lines(sent(1, 1, "slack"), sent(2, 1, "sms", repeat=True)) == [
        "Alice Chen's page went out by Slack",
        "Alice Chen's page went out by SMS, possibly for the second time",
    ]


def test_the_deliveries_of_two_pages_are_two_lines() -> None:
    again = replace(paged(2, 1, "slack"), at=minute(25.1))
    assert len(lines(sent(1, 1, "slack"), again, sent(3, 1, "slack", 25.2))) == 3


def test_every_other_fact_is_told_as_it_is() -> None:
    kept = {one.id for one in chronicle.told(EVENTS)}
    assert [one.id for one in EVENTS if one.id not in kept] == [9, 11, 16]  # paged by the step, joined by acking, set
    assert chronicle.told(()) == []


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (300, "5 min"),
        (302, "5 min 2 s"),
        (300.4, "just over 5 min"),
        (359, "5 min 59 s"),
        (360, "6 min"),
        (290, "4 min"),
    ],
)
def test_a_target_that_was_just_missed_does_not_look_met(seconds: float, shown: str) -> None:
    assert figures.spent(timedelta(seconds=seconds), timedelta(minutes=5)) == shown


def test_minutes_do_where_nothing_was_promised_or_hours_hide_them() -> None:
    assert figures.spent(timedelta(seconds=302), None) == "5 min"
    assert figures.spent(timedelta(days=2, minutes=9), timedelta(days=2)) == "just over 2 d"


def test_a_phone_that_nobody_picked_up_is_nothing_to_repair() -> None:
    calls = [
        event(number, AT, Kind.PAGE_FAILED, person_id=1, notifier=notifier, reason=reason)
        for number, (notifier, reason) in enumerate([("voice", "no answer"), ("voice", "busy"), ("sms", "undelivered")])
    ]
    assert figures.undelivered(replace(STORY, events=tuple(calls))) == ["SMS"]


def test_the_postmortem_contradicts_no_figure() -> None:
    late = replace(EVENTS[9], at=RESOLVED.incident.declared_at + timedelta(minutes=5, seconds=2))
    story = replace(STORY, events=(EVENTS[0], late))
    document = postmortem.document(story, minute(50))
    assert "| Time to acknowledge (MTTA) | 5 min 2 s (Bob Okafor, Slack button; target 5 min: missed) |" in document
    assert "- It was acked after 5 min 2 s; the target is 5 min." in document
    assert "| Time to resolve (MTTR) | 42 min 0 s (target 1 h: met) |" in document


@pytest.mark.parametrize(
    ("least", "shown"), [(0, ""), (1, ", with at least 1 action"), (4, ", with at least 4 actions")]
)
def test_as_many_actions_are_asked_for_as_the_posture_says(least: int, shown: str) -> None:
    story = replace(STORY, postmortem=replace(STORY.postmortem, min_action_items=least))
    said = json.dumps(postmortem.summary(story, minute(50)).blocks)
    assert f"fill in what only people know{shown}, by *" in said
    document = postmortem.document(story, minute(50))
    wanted = f"Write at least {shown.split('least ')[1]}, each" if least else "Write what is to be mended, each"
    assert (wanted in document, "three to five" in document + said) == (True, False)


def test_what_took_seconds_was_done_within_a_minute() -> None:
    quick = replace(EVENTS[9], at=RESOLVED.incident.declared_at + timedelta(seconds=20))
    document = postmortem.document(replace(STORY, events=(EVENTS[0], quick)), minute(50))
    assert "Bob Okafor acked within a minute. It was over after 42 min." in document
    assert "after under" not in document


@pytest.mark.parametrize(
    ("people", "shown"), [((CAROL,), "Carol Díaz (eng-manager)"), ((), "eng-manager"),
                          ((CAROL, BOB), "Carol Díaz and Bob Okafor (eng-manager)")],
)  # fmt: skip
def test_reviewers_are_named(people: tuple[object, ...], shown: str) -> None:
    story = replace(STORY, reviewers={"eng-manager": people})
    assert f"Reviewers: {shown}.\n" in postmortem.document(story, minute(50))


def test_a_severity_without_targets_shows_times_alone() -> None:
    severity = replace(sev.DEFAULTS["SEV1"], response=None, resolution=None)
    story: Story = replace(STORY, picture=replace(STORY.picture, severity=severity))
    assert "| Time to resolve (MTTR) | 42 min (no target) |" in postmortem.document(story, minute(50))
