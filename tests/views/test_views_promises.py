"""What must be read at 3 a.m. is there: who has it, what comes next and when, how to answer, what is still to do."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from views_gallery import NOBODY, QUIET, answered
from views_scene import (
    ALICE,
    ALICE_PAGED,
    BOB,
    CAROL,
    CLIMBING,
    EVENTS,
    HOME,
    INCIDENT,
    NOW,
    PAGING,
    PAGING_STORY,
    RESOLVED,
    STORY,
    WORKING,
    minute,
    page_job,
    row,
)

from bot.domain.delivery import Effect, PageState, RowState
from bot.domain.escalation import RunKind, Target, TargetKind, Tier
from bot.domain.incident import State
from bot.domain.picture import NextStep, Preview, TierPreview
from bot.domain.posture import PostmortemRules
from bot.domain.receipts import FAILED, Reach
from bot.domain.timeline import Event, Kind
from bot.views import answer_page, cards, escalating, facts, home, names, pages, postmortem, rooms, situation, timeline
from bot.views.message import Message
from bot.views.troubles import REASONS

NEXT = "If nobody acks by <!date^1795231500^{time}|03:25 UTC> (in 5 min), Bob Okafor is paged (tier 2 of 3, cycle 1)."


def pressed(shown: Message) -> list[tuple[str, str]]:
    """Label and action of each button."""
    rows = [block["elements"] for block in shown.blocks if block["type"] == "actions"]
    return [(one["text"]["text"], one["action_id"]) for row in rows for one in row if one["type"] == "button"]


def test_the_card_says_what_happens_next_and_when() -> None:
    assert situation.what_next(PAGING, NOW) == NEXT
    assert NEXT in json.dumps(cards.card(PAGING, NOW).blocks, ensure_ascii=False)


def test_a_call_that_decides_is_part_of_the_promise() -> None:
    picture = replace(PAGING, runs=(replace(CLIMBING, sooner=True),))
    sooner = NEXT.replace("(in 5 min),", "(in 5 min), or sooner if the phone is not answered,")
    assert situation.what_next(picture, NOW) == sooner
    assert sooner in json.dumps(pages.page_dm(page_job(picture), NOW).blocks, ensure_ascii=False)
    said = "Without an ack others are paged in 5 min, or sooner if you do not answer the phone."
    assert said in pages.page_sms(page_job(picture), NOW)


def test_a_mail_and_the_page_behind_its_link_tell_times_in_the_readers_zone() -> None:
    job = page_job(PAGING)
    person = replace(ALICE, zone="Europe/Berlin")
    mail = pages.page_email(replace(job, person=person), NOW).text
    page = answer_page.question("ack", PAGING, person, "/answer/x", "", NOW)
    for text in (mail, page):
        assert ("If nobody acks by 04:25 CET (in 5 min), Bob Okafor" in text, "04:08 CET" in text) == (True, True)
        assert "UTC" not in text


def test_home_shows_each_incident_once_and_says_who_has_it() -> None:
    mine = replace(WORKING.incident, id=43, assignee_id=ALICE.id, commander_id=None)
    bobs = replace(WORKING.incident, id=44)
    shown = home.home(replace(HOME, incidents=(INCIDENT, mine, bobs)), minute(42))
    texts = [block["text"]["text"] for block in shown["blocks"] if block["type"] == "section"]
    assert [sum(f"*{name}* Payments" in text for text in texts) for name in ("INC-42", "INC-43", "INC-44")] == [1, 1, 1]
    assert [text.split("\n")[0] for text in texts if "You have INC" in text] == [
        "*You have INC-43* (commander: nobody, last update 12 min ago)"
    ]
    assert [f"{BOB.name} has it" in text for text in texts if "*INC-44*" in text] == [True]


def test_each_run_that_climbs_says_its_own_next_step() -> None:
    carol = replace(CLIMBING, next=NextStep(minute(40), 0, 3, (ALICE, CAROL), everybody=True))
    both = replace(PAGING, runs=(CLIMBING, carol))
    assert situation.what_next(both, NOW).split("\n") == [
        NEXT,
        "If nobody acks by <!date^1795232400^{time}|03:40 UTC> (in 20 min), everybody is paged at once:"
        " Alice Chen and Carol Díaz.",
    ]


def test_when_nobody_can_be_reached_it_is_said_loudly_with_the_next_try() -> None:
    assert situation.who_has_it(NOBODY, NOW) == "🆘 *Nobody could be paged.* Assign somebody by hand now, or take it."
    assert situation.what_next(NOBODY, NOW) == (
        "Nobody can be reached as things stand. Tocsin looks again at <!date^1795231260^{time}|03:21 UTC> (in 1 min)."
    )


def test_whoever_took_it_over_has_it_also_when_somebody_else_acked() -> None:
    taken = replace(WORKING, incident=replace(WORKING.incident, assignee_id=CAROL.id))
    assert situation.who_has_it(taken, minute(30)) == (
        "Carol Díaz has it (Bob Okafor acked at <!date^1795231560^{time}|03:26 UTC>)."
    )
    mine = replace(ALICE_PAGED.page, state=PageState.ACKED, person_id=BOB.id, answered_at=minute(26))
    shown = pages.page_dm(page_job(taken, replace(ALICE_PAGED, page=mine)), minute(30))
    assert "You have it" not in shown.text


def test_an_open_page_asks_and_an_answered_one_asks_for_nothing() -> None:
    asked = [action for _, action in pressed(pages.page_dm(page_job(), NOW))]
    assert asked == [names.ACK, names.DECLINE, names.ESCALATE, names.LINK_RUNBOOK, names.WHY]
    for state in (PageState.SUPERSEDED, PageState.ENDED):
        assert [one for _, one in pressed(pages.page_dm(answered(state), NOW))] == [names.WHY]


def test_a_press_on_a_page_names_the_incident_and_the_page() -> None:
    buttons = next(block for block in pages.page_dm(page_job(), NOW).blocks if block["type"] == "actions")
    assert {one["value"] for one in buttons["elements"]} == {"42:17"}


def test_an_answered_page_is_never_shown_as_open_on_a_closed_incident() -> None:
    closed = pages.page_dm(page_job(RESOLVED), minute(51))
    assert closed.text == "INC-42 · Payments API is slow: Resolved by Bob Okafor after 42 min."


@pytest.mark.parametrize("say", [
    lambda job: json.dumps(pages.page_dm(job, NOW).blocks, ensure_ascii=False),
    lambda job: pages.page_sms(job, NOW),
    lambda job: pages.page_email(job, NOW).text,
    lambda job: pages.page_email(job, NOW).html,
])  # fmt: skip
def test_every_page_carries_incident_meaning_room_runbook_and_first_step(say: object) -> None:
    text = say(page_job()).replace("&amp;", "&")
    wanted = ["INC-42", "Payments API is slow", "outage, data loss or breach", SERVICE_RUNBOOK, "C0ROOM42"]
    assert [one for one in wanted if one not in text] == []
    assert re.search(r"[Aa]ck,.* (?:open|the) .*runbook", text) is not None


SERVICE_RUNBOOK = "https://runbooks.acme.example/payments?env=prod&v=2"


def test_a_drill_and_a_possible_repeat_are_marked_by_every_notifier() -> None:
    drill = replace(PAGING, incident=replace(INCIDENT, drill=True))
    job = page_job(drill, doubt=True)
    mail = pages.page_email(job, NOW)
    shown = [json.dumps(pages.page_dm(job, NOW).blocks), pages.page_sms(job, NOW), mail.text, mail.html]
    assert ["DRILL" in mail.subject, *["DRILL" in one for one in shown]] == [True] * 5
    assert ["may be a repeat" in one for one in shown] == [True] * 4
    assert ["may be a repeat" in one for one in (pages.page_sms(page_job(), NOW), mail.subject)] == [False, False]


def test_an_sms_that_may_be_a_repeat_begins_like_the_first_try() -> None:
    for title in ("Pay", "Payments API is slow", "x" * 150):
        picture = replace(PAGING, incident=replace(INCIDENT, title=title))
        first, again = (pages.page_sms(page_job(picture, doubt=doubt), NOW) for doubt in (False, True))
        assert first[:60] == again[:60]


def test_an_sms_can_be_answered_from_its_first_segment() -> None:
    picture = replace(PAGING, incident=replace(INCIDENT, title="x" * 150))
    first = pages.page_sms(page_job(picture), NOW)[:160]
    assert first == f"SEV1 INC-42 {'x' * 117}...\nReply ACK 42 or DECLINE 42."


def test_a_position_is_told_why_it_is_paged() -> None:
    run = replace(CLIMBING.run, kind=RunKind.NOTIFY, policy=replace(CLIMBING.run.policy, name="eng-manager"))
    picture = replace(PAGING, runs=(replace(CLIMBING, run=run, next=None),))
    assert "*You are paged* as eng-manager, because it is SEV1." in json.dumps(
        pages.page_dm(page_job(picture), NOW).blocks
    )


def test_a_page_without_a_room_leads_to_the_reader_s_messages_with_the_bot() -> None:
    assert "Your page in Slack: https://slack.com/app_redirect?channel=D0ALICE" in pages.page_sms(page_job(QUIET), NOW)
    job = page_job(QUIET)
    assert job.person is not None
    unmet = replace(job, person=replace(job.person, dm_channel=None))
    assert "The war room is being opened." in pages.page_sms(unmet, NOW)


def test_deliveries_say_how_far_they_got() -> None:
    rows = [
        row(Effect.PAGE_SLACK), row(Effect.PAGE_SMS), row(Effect.PAGE_SMS, result={"repeat": True}),
        row(Effect.PAGE_SMS, RowState.PENDING), row(Effect.PAGE_SMS, RowState.PENDING, tries=1, owner="us"),
        row(Effect.PAGE_SMS, RowState.PENDING, tries=2), row(Effect.PAGE_SMS, RowState.PENDING, tries=2, owner="us"),
        row(Effect.PAGE_SMS, RowState.DEAD, reason="no_address"), row(Effect.PAGE_SMS, RowState.DROPPED),
        row(Effect.PAGE_SMS, RowState.SUPERSEDED),
    ]  # fmt: skip
    assert [situation.delivery(one, NOW) for one in rows] == [
        "delivered", "sent", "sent, possibly twice", "on its way", "on its way",
        "being tried again (try 3)", "being tried again (try 2)",
        "failed: no phone, email or Slack account to reach them by", "not sent: no longer needed",
        "replaced by a newer page",
    ]  # fmt: skip


def test_a_delivery_that_waits_for_its_time_says_when_it_comes() -> None:
    later = replace(row(Effect.PAGE_VOICE, RowState.PENDING), not_before=NOW + timedelta(minutes=2))
    assert situation.delivery(later, NOW) == "follows in 2 min"


@pytest.mark.parametrize(
    ("reach", "why", "said"),
    [
        (Reach.QUEUED, "", "sent"),
        (Reach.SENT, "", "sent"),
        (Reach.ACCEPTED, "", "sent"),
        (Reach.DELIVERED, "", "delivered"),
        (Reach.RINGING, "", "ringing"),
        (Reach.ANSWERED, "", "picked up, no key yet"),
        (Reach.UNDELIVERED, "switched off (Twilio 30003)", "undelivered: switched off (Twilio 30003)"),
        (Reach.FAILED, "", "failed"),
        (Reach.BUSY, "", "busy"),
        (Reach.NO_ANSWER, "", "not picked up"),
        (Reach.VOICEMAIL, "", "reached voicemail only"),
        (Reach.HUNG_UP, "", "ended without an answer"),
        (Reach.UNCLEAR, "", "picked up by nobody knows whom"),
        (Reach.HEARD, "", "heard, no answer yet"),
        (Reach.KEYED, "", "answered by a key"),
    ],
)
def test_receipts_say_how_far_a_delivery_got(reach: Reach, why: str, said: str) -> None:
    assert situation.delivery(replace(row(Effect.PAGE_VOICE), reach=reach, reach_reason=why), NOW) == said


def test_every_failure_has_words_for_the_room() -> None:
    assert {one.value for one in FAILED} <= set(REASONS)


def test_closed_incidents_offer_no_button_that_pages() -> None:
    assert pressed(cards.card(RESOLVED, minute(50))) == [
        ("Postmortem", names.POSTMORTEM), ("Timeline", names.TIMELINE), ("Why?", names.WHY), ("Reopen", names.REOPEN),
    ]  # fmt: skip


def test_who_is_asked_for_something_in_the_room_is_mentioned_and_nobody_else_is() -> None:
    told = {event.kind: rooms.told(event, PAGING, NOW) for event in EVENTS}
    mentions = {kind: re.findall("<@[A-Z0-9]+>", shown.text) for kind, shown in told.items() if shown}
    assert {kind: found for kind, found in mentions.items() if found} == {Kind.ROLE_GIVEN: ["<@U0ALICE>"]}


def test_a_fact_keeps_the_words_and_the_link_that_belong_to_it() -> None:
    assert timeline.line(EVENTS[13], STORY.picture.people, NOW) == (
        "<!date^1795231740^{time}|03:29 UTC>  📌 Dave Novak wrote (pinned by Alice Chen): The deploy of 03:05 added an"
        " index | see #deploys (<https://acme.slack.example/archives/C0ROOM42/p1|message>)"
    )


def test_room_names() -> None:
    named = {title: rooms.room_name("inc-{id}-{slug}", replace(INCIDENT, title=title)) for title in (
        "Payments API is slow", "Zürich Übung", "支払いが遅い", "Größe: 10 % über   Limit!!", "a" * 90,
    )}  # fmt: skip
    assert list(named.values()) == [
        "inc-42-payments-api-is-slow", "inc-42-zurich-ubung", "inc-42", "inc-42-grosse-10-uber-limit",
        f"inc-42-{'a' * 50}",
    ]  # fmt: skip


def test_no_heading_of_the_postmortem_is_empty_whatever_is_known() -> None:
    rules = PostmortemRules((*PostmortemRules().sections, "Detection", "responders", "Customer Letters"))
    for story in (STORY, PAGING_STORY, replace(STORY, events=(), picture=replace(QUIET, responders=()))):
        document = postmortem.document(replace(story, postmortem=rules), minute(50))
        bodies = dict(re.findall(r"(?ms)^## ([^\n]+)\n\n(.*?)(?=^## |\Z)", document))
        bodies |= dict(re.findall(r"(?ms)^### ([^\n]+)\n\n(.*?)(?=^##|\Z)", document))
        assert [name for name, body in bodies.items() if not body.strip()] == []
        assert [name for name in rules.sections if name not in bodies] == []


def test_the_postmortem_holds_what_the_log_knows() -> None:
    document = postmortem.document(STORY, minute(50))
    known = [
        "| Time to acknowledge (MTTA) | 18 min (Bob Okafor, Slack button; target 5 min: missed) |",
        "| Time to resolve (MTTR) | 42 min (target 1 h: met) |",
        "| Bob Okafor | responder | 2026-11-21 03:26 | Slack button, 2026-11-21 03:26 |",
        "| 2026-11-21 03:30 | Bob Okafor posted a status update (identified, was investigating): A bad index",
        "> Rolled back to 4.2.\n> The index is dropped.",
        "([message](https://acme.slack.example/archives/C0ROOM42/p1))",
        "Mitigation began at 2026-11-21 03:35 UTC.",
        "Rules: due 2026-11-25 (3 business days); at least 1 action item",
        "Reviewers: eng-manager.",
    ]
    assert [one for one in known if one not in document] == []
    assert "wrong channel, sorry" not in document  # it was taken back


@pytest.mark.parametrize(
    ("day", "days", "due"),
    [(0, 3, "2026-11-25"), (2, 3, "2026-11-26"), (5, 3, "2026-12-01"), (6, 1, "2026-11-30"), (0, 0, "2026-11-21")],
)
def test_the_postmortem_is_due_after_business_days(day: int, days: int, due: str) -> None:
    """2026-11-21 is a Saturday."""
    incident = replace(RESOLVED.incident, resolved_at=minute(50 + day * 1440))
    story = replace(
        STORY, picture=replace(RESOLVED, incident=incident), postmortem=PostmortemRules(due_business_days=days)
    )
    assert str(postmortem.due(story, NOW)) == due


def test_a_section_is_found_whatever_its_letters_and_spaces() -> None:
    rules = PostmortemRules(("  ROOT   cause ", "Follow-ups"))
    document = postmortem.document(replace(STORY, postmortem=rules), minute(50))
    assert "> A bad index on charges. Rolling back." in document
    assert "_To fill in: what should readers know about “Follow-ups”?_" in document


def test_an_incident_given_back_is_not_shown_as_acknowledged() -> None:
    back = replace(PAGING, incident=replace(INCIDENT, acked_at=minute(12), state=State.ASSIGNED))
    assert "⬜ acknowledge" in json.dumps(cards.card(back, NOW).blocks, ensure_ascii=False)
    assert "not acked yet" in rooms.topic(back, NOW)


def test_somebody_known_from_slack_alone_is_named_where_they_are_a_target() -> None:
    skipped = Event(42, NOW, Kind.TIER_SKIPPED, data={"tier": 1, "targets": ["#4", "#99"], "reason": "deactivated"})
    assert facts.headline(skipped, PAGING.people) == (
        "Tier 1 was skipped, nobody to page for Dave Novak and somebody: whoever is meant is deactivated"
    )
    tiers = (Tier((Target(TargetKind.PERSON, "#4"),), timedelta(minutes=15)),)
    run = replace(CLIMBING.run, policy=replace(CLIMBING.run.policy, tiers=tiers))
    shown = Preview(replace(PAGING, runs=(replace(CLIMBING, run=run),)), run.policy, None, (TierPreview(1, ()),))
    form = escalating.escalate_form(shown, NOW)
    assert form["blocks"][-1]["element"]["options"][1]["description"]["text"] == "nobody of Dave Novak"
