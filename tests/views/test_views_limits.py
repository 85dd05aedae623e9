"""However long the night and its words, Slack and the carrier take what is sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from views_checks import problems, view_problems
from views_gallery import SEVERITIES, notice, nudge, preview
from views_hostile import evil_home, evil_notice, evil_picture, evil_story
from views_scene import ALICE_PAGED, EVENTS, INCIDENT, NOW, PAGING, RESOLVED, RUN, STORY, WORKING, minute, page_job

from bot.domain import severity as sev
from bot.domain.delivery import PageState
from bot.domain.escalation import Target, TargetKind, Tier
from bot.domain.incident import TEXT_LIMIT, TITLE_LIMIT, Responder
from bot.domain.people import Person
from bot.domain.picture import NextStep, Picture, RunPicture, Story
from bot.domain.posture import Service
from bot.domain.timeline import Kind
from bot.views import cards, escalating, forms, home, listing, pages, postmortem, reminders, rooms, texts, timeline, why
from bot.views.message import paragraphs

#: Each `&` becomes five characters once escaped: the worst that text can do.
LONG = "&" * TITLE_LIMIT
LONGER = ("&" * 99 + "\n") * (TEXT_LIMIT // 100)
CROWD = {n: Person(n, f"{n} {'Ümläut & Söhne ' * 9}", slack_id=f"U0P{n}" if n % 2 else None) for n in range(1, 61)}


def crowded(picture: Picture) -> Picture:
    """Sixty people, twenty tiers, two hundred pages, three hundred alerts, and no short word anywhere."""
    picture = evil_picture(picture, LONG)
    tiers = tuple(
        Tier(tuple(Target(TargetKind.TEAM, LONG) for _ in range(10)), timedelta(minutes=5)) for _ in range(20)
    )
    run = replace(RUN, policy=replace(RUN.policy, name=LONG, tiers=tiers))
    each = list(CROWD.values())
    many = tuple(
        replace(ALICE_PAGED, person=each[n % 60], page=replace(ALICE_PAGED.page, id=n, step=n % 60)) for n in range(200)
    )
    incident = picture.incident
    return replace(
        picture,
        people=CROWD,
        responders=tuple(Responder(42, n, NOW, frozenset({f"{LONG}{n}", "commander"}), LONG) for n in CROWD),
        runs=(RunPicture(run, many, NextStep(minute(25), 7, 3, tuple(each))),),
        alerts=picture.alerts * 150,
        failed=picture.failed * 30,
        incident=replace(
            incident, title=LONG, description=LONGER, resolution=LONGER if incident.resolution else "",
            last_update=LONGER if incident.last_update else "", services=(LONG,) * 50,
        ),
    )  # fmt: skip


CROWDED = [crowded(one) for one in (PAGING, WORKING, RESOLVED)]
CROWDED_STORY = Story(CROWDED[2], tuple(replace(one, id=n) for n, one in enumerate(evil_story(text=LONG).events * 20)))


@pytest.mark.parametrize("picture", CROWDED, ids=["paging", "working", "resolved"])
def test_cards_details_and_pages(picture: Picture) -> None:
    shown = [cards.card(picture, NOW), cards.announcement(picture, NOW), listing.show(picture, NOW)]
    shown += [
        pages.page_dm(page_job(picture, replace(ALICE_PAGED, page=replace(ALICE_PAGED.page, state=state))), NOW)
        for state in PageState
    ]
    shown += [reminders.reminder(nudge(name, picture), NOW) for name in ("commander", "update")]
    assert [problems(one) for one in shown] == [[]] * len(shown)
    assert [len(rooms.topic(picture, NOW)) <= 250, len(rooms.purpose(picture)) <= 250] == [True, True]


def test_logs_why_and_the_postmortem() -> None:
    shown = [timeline.timeline(CROWDED_STORY, NOW), why.why(CROWDED_STORY, NOW), postmortem.summary(CROWDED_STORY, NOW)]
    assert [problems(one) for one in shown] == [[], [], []]
    assert postmortem.document(CROWDED_STORY, NOW).count("\n| 2026") >= len(CROWDED_STORY.events) // 2


@pytest.mark.parametrize("event", evil_story(text=LONGER).events, ids=lambda one: one.kind.value)
def test_every_fact_told(event: object) -> None:
    told = rooms.told(event, CROWDED[2], NOW)
    assert told is None or problems(told) == []
    assert len(timeline.line(event, CROWD, NOW)) <= 3000


def test_notices() -> None:
    shown = [texts.dm(evil_notice(code, names, LONGER), NOW) for code, names in texts.DM_CODES.items()]
    assert [problems(one) for one in shown] == [[]] * len(shown)


def test_lists_and_home() -> None:
    incidents = [replace(CROWDED[0].incident, id=n) for n in range(200)]
    assert problems(listing.incidents(incidents, sev.DEFAULTS, NOW)) == []
    one = evil_home(LONG)
    full = replace(
        one, incidents=tuple(incidents), pages=one.pages * 30, on_call=one.on_call * 200, shifts=one.shifts * 100
    )
    assert view_problems(home.home(full, NOW)) == []


def test_forms() -> None:
    services = [Service(f"service-{n:04}", description=LONGER) for n in range(450)]
    incidents = [replace(CROWDED[0].incident, id=n) for n in range(50)]
    crowd = preview(CROWDED[0], *list(CROWDED[0].people.values())[:2])
    incident, severities = CROWDED[0].incident, [replace(one, label=LONG, meaning=LONG) for one in SEVERITIES]
    shown = [
        forms.declare_form(
            services, severities, now=NOW, service="service-0321", title=LONG * 2, description=LONGER * 2,
            open_incidents=incidents, private_metadata="x" * 5000,
        ),
        forms.update_form(incident), forms.severity_form(incident, severities), forms.resolve_form(incident),
        escalating.escalate_form(crowd, NOW), escalating.escalate_form(replace(crowd, tiers=crowd.tiers * 60), NOW),
        forms.role_form(incident, [f"role {n} {LONG}" for n in range(90)]),
        forms.reading("A title that is much too long for Slack", why.why(CROWDED_STORY, NOW)),
    ]  # fmt: skip
    assert [view_problems(one) for one in shown] == [[]] * len(shown)


def test_an_sms_stays_within_what_the_carrier_takes_and_says_how_to_answer_first() -> None:
    for title in ("x" * 150, "Оплата не работает " * 7, "支払いが遅い" * 25, "A"):
        for picture in (PAGING, CROWDED[0]):
            sms = pages.page_sms(page_job(replace(picture, incident=replace(picture.incident, title=title))), NOW)
            assert len(sms) <= 1600
            assert "Reply ACK 42 or DECLINE 42." in sms[: max(160, 40 + len(picture.incident.severity) + 60)]


@pytest.mark.parametrize("code", ["acked", "already_acked", "declined", "closed"])
def test_sms_answers_stay_within_two_segments(code: str) -> None:
    data = {"number": 42, "title": "x" * 150, "by": "y" * 200, "next": ["z" * 200] * 9, "closed_as": "resolved"}
    assert len(texts.sms(notice(code, **data), NOW)) <= 320


def test_a_room_name_fits_with_any_title_and_pattern() -> None:
    for title in ("x" * 150, "Zürich Übung", "支払い", "--- !!! ---", "a" * 79 + " b"):
        incident = replace(INCIDENT, title=title)
        for pattern in ("inc-{id}-{slug}", "{slug}", "INC {severity} {service} {slug}" + "z" * 90):
            name = rooms.room_name(pattern, incident)
            assert (0 < len(name) <= 80, name.strip("-_"), name.lower()) == (True, name, name)


def test_a_long_log_keeps_the_newest_and_says_what_is_left_out() -> None:
    events = tuple(
        replace(EVENTS[19], id=n, at=minute(n / 10), data={"text": f"fact {n} " + "x" * 90}) for n in range(500)
    )
    shown = timeline.timeline(Story(RESOLVED, events, STORY.postmortem), minute(60))
    text = "\n".join(block["text"]["text"] for block in shown.blocks[1:-2])
    first = int(text.split("fact ")[1].split()[0])
    assert [f"fact {n} " in text for n in range(500)] == [n >= first for n in range(500)]
    assert shown.blocks[-2]["elements"][0]["text"].startswith(f"The newest {500 - first} lines of 500;")


def test_paragraphs_keep_order_and_count_what_is_left_out() -> None:
    lines = [f"{n:03} " + "x" * 96 for n in range(100)]
    last, cut = paragraphs(lines, 1010)
    first, also = paragraphs(lines, 1010, keep="first")
    assert (last[0]["text"]["text"].split("\n"), cut) == (lines[90:], 90)
    assert (first[0]["text"]["text"].split("\n"), also) == (lines[:10], 90)


def test_every_kind_is_in_the_crowd() -> None:
    assert {event.kind for event in CROWDED_STORY.events} == set(Kind)
