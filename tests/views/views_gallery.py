"""Everything that is ever shown, by name: the golden tests hold its exact text, others hold it to rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import views_own
import views_rota
import views_standing
from views_scene import (
    ACKED_RUN,
    ALICE,
    ALICE_PAGED,
    BOB,
    CAROL,
    CLIMBING,
    DAVE,
    EMPTY_HOME,
    EVERY_KIND,
    HOME,
    INCIDENT,
    NOW,
    PAGING,
    PAGING_STORY,
    PEOPLE,
    POLICY,
    RESOLVED,
    RUN,
    SERVICE,
    STORY,
    WORKING,
    minute,
    page_job,
    row,
)

from bot.domain import answers as answer_codes
from bot.domain import refusals as refusal_codes
from bot.domain import severity as sev
from bot.domain.answers import Answer
from bot.domain.delivery import Effect, PageState, RowState
from bot.domain.escalation import Target, TargetKind
from bot.domain.incident import ClosedAs, State, Status
from bot.domain.links import LinkVerb
from bot.domain.people import Person
from bot.domain.picture import Carried, Job, NextStep, Picture, Preview, RunPicture, TierPreview
from bot.domain.refusals import Refusal
from bot.domain.rules import Rule
from bot.domain.storms import Sign, Storm
from bot.views import (
    answers,
    bundles,
    cards,
    escalating,
    forms,
    helptext,
    home,
    listing,
    oncall,
    pages,
    postmortem,
    refusals,
    reminders,
    rooms,
    speech,
    texts,
    timeline,
    why,
)
from bot.views.message import Message

DRILL = replace(PAGING, incident=replace(INCIDENT, drill=True))
NOBODY = replace(
    PAGING, nobody=True, incident=replace(INCIDENT, state=State.PENDING),
    runs=(RunPicture(replace(RUN, step=-1, next_due=minute(21)), (), NextStep(minute(21), 3, 1, ())),),
)  # fmt: skip
QUIET = replace(
    PAGING, runs=(), alerts=(), reminders=(), responders=(), severity=sev.DEFAULTS["SEV3"], service=None,
    incident=replace(
        INCIDENT, severity="SEV3", state=State.PENDING, description="", source_link="", services=(), service="",
        room_channel=None, reporter_id=None,
    ),
)  # fmt: skip
FAILED = replace(
    PAGING,
    failed=(
        row(Effect.ANNOUNCE_POST, RowState.DEAD, payload={"channel": "p1-incidents"}, reason="not_in_channel"),
        row(Effect.ROOM_INVITE, RowState.DEAD, reason="user_is_restricted"),
        row(Effect.ROOM_INVITE, result={"invited": ["U0X"], "failed": {BOB.slack_id: "cant_invite"}}),
    ),
)
CANCELLED = replace(
    WORKING,
    incident=replace(
        WORKING.incident, state=State.RESOLVED, status=Status.RESOLVED, closed_as=ClosedAs.CANCELLED,
        resolution="The monitor was wrong.", resolved_at=minute(40), resolved_by_id=BOB.id,
    ),
)  # fmt: skip
#: What follows after Bob, if nobody answers.
AHEAD = (
    NextStep(minute(32), 2, 1, (DAVE,), handover=True),
    NextStep(minute(40), 3, 1, (CAROL, ALICE)),
    NextStep(minute(70), 0, 0, ()),
    NextStep(minute(71), 0, 3, (ALICE, BOB, CAROL), everybody=True),
)
HANDED = replace(PAGING, runs=(replace(CLIMBING, handover=NextStep(minute(22), 1, 1, (BOB,), handover=True)),))
LED = replace(
    PAGING,
    runs=(RunPicture(replace(RUN, policy=replace(POLICY, executive=Target(TargetKind.PERSON, "carol"))), (),
                     NextStep(minute(25), 0, 3, (CAROL,))),),
)  # fmt: skip
STORM = Storm(1, Sign.INCIDENTS, minute(3), minute(19))
PRIVATE = replace(PAGING, incident=replace(INCIDENT, private=True))


def preview(picture: Picture, alice: Person = ALICE, bob: Person = BOB) -> Preview:
    """Alice is tier 1, Bob 2; nobody of tier 3 can be reached."""
    at_once = (Rule("slack"), Rule("sms"), Rule("email"))
    second = TierPreview(2, ((bob, (*at_once, Rule("voice", timedelta(minutes=2)))),))
    third = TierPreview(3, (), ("nobody_on_call", "no_address"))
    last = TierPreview(0, ((alice, at_once), (bob, (Rule("slack"),))))
    policy = picture.runs[0].run.policy
    return Preview(picture, policy, second, (TierPreview(1, ((alice, at_once),)), second, third, last))


def answered(state: PageState, picture: Picture = WORKING) -> Job:
    """Alice's page after something happened to it."""
    page = replace(ALICE_PAGED.page, state=state, answered_at=minute(22), answer_source="sms")
    return page_job(picture, replace(ALICE_PAGED, page=page))


def bundle(number: int = 20, **fields: object) -> Job:
    """Several of Alice's pages in one message."""
    carried = []
    for n in range(number):
        incident = replace(INCIDENT, **{"id": 42 + n + 2 * (n > 17), "private": n == 2, "severity": "SEV2", **fields})  # type: ignore[arg-type]
        page = replace(ALICE_PAGED.page, id=17 + n, incident_id=incident.id)
        answers_by = {verb.value: f"https://tocsin.acme.example/answer/{verb.value}{n}" for verb in LinkVerb}
        carried.append(Carried(row(Effect.PAGE_SMS, RowState.PENDING), page, incident, answers_by if n < 3 else {}))
    whole = row(Effect.PAGE_SMS, RowState.PENDING, id=31, payload={"bundle": True})
    return Job(whole, person=ALICE, bundle=tuple(carried))


def bundle_texts() -> list[str]:
    """By SMS, mail and phone; few, many, and drills that may be a repeat."""
    drills = bundle(2, drill=True)
    drills = replace(drills, row=replace(drills.row, doubt=True))
    found = []
    for name, job in (("few", bundle(3)), ("many", bundle()), ("drills", drills), ("one", bundle(1))):
        mail = bundles.mail(job, NOW)
        found += [f"--- {name}: sms", bundles.sms(job), f"--- {name}: mail", mail.subject, mail.text, mail.html]
        found += [f"--- {name}: call", speech.page(job, NOW), speech.keys(job), speech.without_keys(job)]
    return found


def notice(message: str, **data: object) -> Job:
    payload = {"message": message, "data": data, "to": "+15550100001"}
    return Job(row(Effect.DM_SAY, RowState.PENDING, payload=payload), PAGING, BOB, data=payload)


def nudge(reminder: str, picture: Picture = WORKING) -> Job:
    return Job(row(Effect.REMIND, payload={"reminder": reminder, "number": 1}), picture)


MESSAGES: dict[str, Callable[[], Message]] = {
    **views_own.MESSAGES,
    **views_rota.MESSAGES,
    **views_standing.MESSAGES,
    "card-paging": lambda: cards.card(PAGING, NOW),
    "card-working": lambda: cards.card(WORKING, minute(32)),
    "card-resolved": lambda: cards.card(RESOLVED, minute(50)),
    "card-cancelled": lambda: cards.card(CANCELLED, minute(40)),
    "card-nobody": lambda: cards.card(NOBODY, NOW),
    "card-quiet": lambda: cards.card(QUIET, NOW),
    "card-failed": lambda: cards.card(FAILED, NOW),
    "card-drill": lambda: cards.card(DRILL, NOW),
    "card-private": lambda: cards.card(PRIVATE, NOW),
    "announcement-paging": lambda: cards.announcement(PAGING, NOW),
    "announcement-working": lambda: cards.announcement(WORKING, minute(32)),
    "announcement-resolved": lambda: cards.announcement(RESOLVED, minute(50)),
    "page-open": lambda: pages.page_dm(page_job(), NOW),
    "page-quiet": lambda: pages.page_dm(page_job(QUIET), NOW),
    "page-repeat": lambda: pages.page_dm(page_job(doubt=True), NOW),
    "page-drill": lambda: pages.page_dm(page_job(DRILL), NOW),
    "page-private": lambda: pages.page_dm(page_job(PRIVATE), NOW),
    "page-acked": lambda: pages.page_dm(answered(PageState.ACKED), minute(30)),
    "page-acked-by-another": lambda: pages.page_dm(page_job(WORKING, ACKED_RUN.paged[0]), minute(30)),
    "page-declined": lambda: pages.page_dm(answered(PageState.DECLINED), minute(30)),
    "page-superseded": lambda: pages.page_dm(answered(PageState.SUPERSEDED), minute(30)),
    "page-resolved": lambda: pages.page_dm(answered(PageState.ENDED, RESOLVED), minute(50)),
    "timeline": lambda: timeline.timeline(STORY, minute(50)),
    "timeline-empty": lambda: timeline.timeline(replace(STORY, events=()), minute(50)),
    "why-paging": lambda: why.why(PAGING_STORY, NOW),
    "why-ahead": lambda: why.why(replace(PAGING_STORY, ahead=AHEAD, again=timedelta(minutes=30)), NOW),
    "list-drills": lambda: listing.incidents((INCIDENT, replace(INCIDENT, id=43, drill=True)), sev.DEFAULTS, NOW),
    "list-only-drills": lambda: listing.incidents((replace(INCIDENT, id=43, drill=True),), sev.DEFAULTS, NOW),
    "card-drill-over": lambda: cards.card(replace(RESOLVED, incident=replace(RESOLVED.incident, drill=True)), NOW),
    "card-handover": lambda: cards.card(HANDED, NOW),
    "why-resolved": lambda: why.why(STORY, minute(50)),
    "why-nobody": lambda: why.why(replace(PAGING_STORY, picture=NOBODY), NOW),
    "why-quiet": lambda: why.why(replace(PAGING_STORY, picture=QUIET, events=()), NOW),
    "list-storm": lambda: listing.incidents([INCIDENT], sev.DEFAULTS, NOW, STORM),
    "page-bundle": lambda: bundles.dm(bundle(), NOW),
    "page-bundle-drills": lambda: bundles.dm(bundle(2, drill=True), NOW),
    "list": lambda: listing.incidents(
        [INCIDENT, WORKING.incident, RESOLVED.incident], sev.DEFAULTS, minute(50), people=PEOPLE
    ),
    "list-empty": lambda: listing.incidents([], sev.DEFAULTS, NOW),
    "show": lambda: listing.show(WORKING, minute(32)),
    "show-quiet": lambda: listing.show(QUIET, NOW),
    "on-call": lambda: oncall.on_call(HOME.on_call, PEOPLE, NOW),
    "on-call-empty": lambda: oncall.on_call([], PEOPLE, NOW),
    "reminder-commander": lambda: reminders.reminder(nudge("commander", PAGING), NOW),
    "reminder-update": lambda: reminders.reminder(nudge("update"), minute(50)),
    "reminder-first-update": lambda: reminders.reminder(nudge("update", PAGING), NOW),
    "help": helptext.help_message,
    "postmortem-summary": lambda: postmortem.summary(STORY, minute(50)),
    "postmortem-again": lambda: postmortem.summary(
        replace(STORY, events=(*STORY.events, EVERY_KIND[-1])), minute(60)
    ),
    "dm-role": lambda: texts.dm(notice("role", role="commander"), NOW),
    "dm-role-of-the-posture": lambda: texts.dm(notice("role", role="legal"), NOW),
    "dm-commander-left": lambda: texts.dm(notice("commander_left"), NOW),
    "dm-nobody-to-page": lambda: texts.dm(notice("nobody_to_page"), NOW),
    **{
        f"told-{one.kind.value}": lambda one=one: rooms.told(one, RESOLVED if one.kind == "resolved" else PAGING, NOW)
        for one in EVERY_KIND
        if rooms.told(one, PAGING, NOW) is not None
    },
}  # fmt: skip

SEVERITIES = tuple(sev.DEFAULTS.values())
SERVICES = (SERVICE, replace(SERVICE, name="checkout", description="Where people pay"))

VIEWS: dict[str, Callable[[], dict[str, Any]]] = {
    **views_own.VIEWS,
    **views_rota.VIEWS,
    "home": lambda: home.home(HOME, NOW),
    "home-storm": lambda: home.home(replace(HOME, storm=STORM), NOW),
    "home-held": lambda: home.home(
        replace(HOME, pages=(), incidents=(
            replace(WORKING.incident, assignee_id=ALICE.id, commander_id=None), HOME.incidents[1],
            replace(INCIDENT, id=40, title="Mail is late", state=State.IN_PROGRESS, assignee_id=BOB.id))), minute(45)
    ),
    "home-empty": lambda: home.home(EMPTY_HOME, NOW),
    "form-declare": lambda: forms.declare_form(
        SERVICES, SEVERITIES, now=NOW, service="payments", severity="SEV2", title="Payments are slow",
        description="See <the message>", open_incidents=[INCIDENT], private_metadata='{"from": "C1"}',
    ),
    "form-declare-empty": lambda: forms.declare_form((), SEVERITIES, now=NOW),
    "form-update": lambda: forms.update_form(WORKING.incident),
    "form-severity": lambda: forms.severity_form(INCIDENT, SEVERITIES),
    "form-assign": lambda: forms.assign_form(INCIDENT),
    "form-role": lambda: forms.role_form(INCIDENT, slack_id="U0ALICE"),
    "form-resolve": lambda: forms.resolve_form(INCIDENT),
    "form-cancel": lambda: forms.cancel_form(INCIDENT),
    "form-reopen": lambda: forms.reopen_form(RESOLVED.incident),
    "form-note": lambda: forms.note_form(INCIDENT),
    "form-escalate": lambda: escalating.escalate_form(preview(PAGING), NOW),
    "form-escalate-led": lambda: escalating.escalate_form(preview(LED), NOW),
    "form-escalate-nobody": lambda: escalating.escalate_form(replace(preview(NOBODY), next=None), NOW),
    "form-escalate-acked": lambda: escalating.escalate_form(preview(WORKING), minute(32)),
    "form-escalate-quiet": lambda: escalating.escalate_form(Preview(QUIET), NOW),
    "reading": lambda: forms.reading("Why?", why.why(PAGING_STORY, NOW)),
}  # fmt: skip

#: What use cases say with each code.
ANSWERS: dict[str, list[dict[str, object]]] = {
    "declared": [{"paged": ["Alice Chen", "Carol Díaz"]}, {"paged": []}],
    "acked": [{"runs": 1}],
    "already_acked": [{"by": "Bob Okafor"}],
    "closed": [{"closed_as": "cancelled"}],
    "declined": [{"next": ["Bob Okafor"]}, {"next": []}],
    "assigned": [{"person": "Bob Okafor"}],
    "escalated": [{"people": ["Bob Okafor"], "tier": 2}, {"people": ["Alice Chen", "Bob Okafor"], "tier": 0},
                  {"people": [], "tier": 0}],
    "notified_again": [{"people": ["Alice Chen"]}, {"people": []}],
    "drilled": [{"paged": ["Alice Chen"]}, {"paged": []}],
    "page_acked": [{"by": "Alice Chen"}, {"by": ""}],
    "paged": [{"people": ["Bob Okafor"]}, {"people": ["Bob Okafor", "Carol Díaz"]}],
    "updated": [{"status": "identified"}],
    "status_set": [{"status": "monitoring"}],
    "severity_set": [{"from": "SEV2", "to": "SEV1", "paged": ["Carol Díaz"]}, {"from": "SEV2", "to": "SEV3"}],
    "role_given": [{"role": "commander", "person": "Carol Díaz", "before": ""},
                   {"role": "commander", "person": "Carol Díaz", "before": "Bob Okafor"}],
    "role_dropped": [{"role": "scribe"}],
    "reopened": [{"paged": ["Alice Chen"]}],
    "snoozed": [{"reminder": "update", "minutes": 30}],
    "stopped": [{"reminder": "commander"}],
}  # fmt: skip

#: What use cases say with each reason; those without data are missing.
REFUSALS: dict[str, list[dict[str, object]]] = {
    "unknown_schedule": [
        {"given": "paymnts", "nearest": "payments"},
        {"given": "x", "nearest": ""},
        {"given": "", "nearest": ""},
    ],
    "schedule_inactive": [{"schedule": "payments"}],
    "same_activity": [{"schedule": "payments", "active": True}, {"schedule": "payments", "active": False}],
    "comes_from": [{"schedule": "payments", "origin": "sheet"}],
    "admins_only": [{}],
    "not_your_shift": [
        {"schedule": "payments", "who_can": ["Alice Chen"]},
        {"schedule": "payments", "who_can": ["Alice Chen", "Bob Okafor"]},
        {"schedule": "web", "who_can": []},
    ],
    "nobody_on_call": [{"schedule": "payments"}],
    "already_on_call": [{"schedule": "payments", "person": "Bob Okafor"}],
    "cannot_cover": [{"person": "Bob Okafor"}],
    "bad_interval": [{"why": "backwards"}, {"why": "past"}, {"why": "too_far"}, {"why": "outside"}],
    "no_such_override": [{}],
    "no_such_shift": [{"schedule": "payments"}],
    "bad_schedule_name": [{"given": "the night"}],
    "schedule_exists": [{"schedule": "payments"}],
    "unknown_zone": [{"given": "Berlin"}],
    "no_members": [{}],
    "nothing_to_swap": [{"schedule": "payments", "mine": True}, {"schedule": "payments", "mine": False}],
    "no_such_swap": [{}],
    "swap_over": [{"state": "accepted"}, {"state": "lapsed"}],
    "not_asked": [{"who_can": ["Bob Okafor", "Carol Díaz"]}],
    "shift_changed": [{"schedule": "payments"}],
    "already_resolved": [{"number": 42, "closed_as": "resolved", "by": "Bob Okafor"}, {"number": 42}],
    "title_too_long": [{"limit": 150, "length": 171}],
    "text_missing": [{"what": "update"}],
    "text_too_long": [{"what": "resolution", "limit": 2900, "length": 3100}],
    "unknown_severity": [{"given": "sev9", "known": ["SEV1", "SEV2", "SEV3", "SEV4"]}],
    "unknown_service": [{"given": "paymnts", "known": ["checkout", "payments"]}],
    "unknown_status": [
        {"given": "fixed", "known": ["investigating", "identified"]},
        {"given": "resolved", "known": ["investigating", "identified"]},
    ],
    "unknown_role": [{"given": "boss", "known": ["commander"]}],
    "unknown_person": [{"given": "zoe"}],
    "same_severity": [{"severity": "SEV1"}],
    "same_status": [{"status": "identified"}],
    "read_only": [{"who": "guest"}, {"who": "outsider"}, {"who": "member"}],
    "not_allowed": [{"verb": "resolve", "who_can": "payments"}, {"verb": "cancel", "who_can": ""}],
    "nobody_to_page": [{"person": "Dave Novak"}],
    "unfit": [
        {"person": "Henry Mills", "role": "commander", "why": "left"},
        {"person": "Henry Mills", "role": "", "why": "left"},
        {"person": "Gina Rossi", "role": "comms", "why": "guest"},
        {"person": "Olga Sten", "role": "", "why": "outsider"},
    ],
    "is_a_bot": [{"name": "Tocsin"}],
    "unknown_target": [{"given": "paymnts", "nearest": "payments"}, {"given": "moon", "nearest": ""}],
    "target_unclear": [{"given": "web", "kinds": ["position", "team"]}],
    "no_such_tier": [{"given": 7, "tiers": 3}],
    "role_taken": [{"role": "commander", "holder": "Carol Díaz"}],
    "role_not_held": [{"role": "scribe"}],
    "reason_missing": [{"verb": "reopen"}],
    "unknown_notifier": [{"given": "pigeon", "known": ["slack", "sms"]}],
    "rule_delay": [{"limit": 60}],
    "rules_reach_nobody": [{"urgency": "high", "by": ["slack", "sms"]}, {"urgency": "low", "by": []}],
    "not_a_phone": [{"given": "0151 23"}],
    "not_a_mailbox": [{"given": "alice"}],
    "address_taken": [{"kind": "phone"}],
    "way_not_configured": [{"kind": "phone"}, {"kind": "email"}],
    "too_many_codes": [{"minutes": 12}],
    "wrong_code": [{"left": 2}, {"left": 1}, {"left": 0}],
    "no_own_address": [{"kind": "email"}],
    "last_way": [{"kind": "phone"}],
}


def answer_texts() -> list[str]:
    """Every answer there is, worded."""
    given = [Answer(code, INCIDENT, data=data) for code in answer_codes.CODES for data in ANSWERS.get(code, [{}])]
    given += [Answer("noted", INCIDENT, False), Answer("role_given", INCIDENT, False, ANSWERS["role_given"][0])]
    return [f"{one.code}: {answers.answer(one, NOW)}" for one in given]


def refusal_texts() -> list[str]:
    """Every refusal there is, worded."""
    given = [
        Refusal(code, **data)
        for code, names in refusal_codes.CODES.items()
        for data in REFUSALS.get(code, [{"number": 42} if names else {}])
    ]
    return [f"{one.code}: {refusals.refusal(one)}" for one in given]


def sms_replies() -> list[str]:
    """Every answer by SMS."""
    known = {"number": 42, "title": "Payments API is slow"}
    replies: list[tuple[str, dict[str, object]]] = [
        *[(code, {**known, **ANSWERS[code][0]}) for code in ("acked", "already_acked", "closed", "declined")],
        ("nothing_open", {}),
        ("nothing_mine", {"verb": "NOTE"}),
        ("which_one", {"numbers": [41, 42], "verb": "ACK", "paged": True}),
        ("which_one", {"numbers": [41, 42], "verb": "DECLINE", "paged": True}),
        ("which_one", {"numbers": [41, 42], "verb": "RESOLVE", "paged": False}),
        ("not_there", {"number": 9, "paged": [41, 42]}),
        ("not_there", {"number": 9, "paged": []}),
        ("acked_all", {"numbers": [41, 42], "others": []}),
        ("acked_all", {"numbers": [41], "others": [42]}),
        ("not_understood", {"body": "who is this?", "meant": ""}),
        ("not_understood", {"body": "akc 42", "meant": "ACK"}),
        ("help", {}),
        ("refused", {"code": "not_paged", "data": {"number": 42}}),
        ("refused", {"code": "gone", "data": {}}),
    ]
    return [f"{code}: {texts.sms(notice(code, **data), NOW)}" for code, data in replies]


def room_texts() -> list[str]:
    """Names, topics and purposes of the room, and its lines of the log."""
    return [
        rooms.room_name("inc-{id}-{slug}", INCIDENT),
        rooms.room_name("{severity}-{service}-{id}", INCIDENT),
        *[rooms.topic(picture, NOW) for picture in (PAGING, WORKING, NOBODY, RESOLVED, CANCELLED, DRILL)],
        rooms.purpose(PAGING),
        *[f"{one['title']}: {one['link']} {one['emoji']}" for one in rooms.bookmarks(PAGING)],
        *[timeline.line(one, PEOPLE, NOW) for one in EVERY_KIND],
    ]


def page_texts() -> list[str]:
    """Pages by SMS and by mail."""
    jobs = [page_job(), page_job(doubt=True), page_job(DRILL), page_job(QUIET)]
    linked = replace(page_job(), data={"links": {verb: f"https://t.example/answer/{verb}" for verb in LinkVerb}})
    alone = replace(
        ALICE_PAGED, deliveries=(row(Effect.PAGE_EMAIL),), person=replace(ALICE_PAGED.person, slack_id=None)
    )
    mute = page_job(replace(PAGING, runs=(replace(PAGING.runs[0], paged=(alone,)),)), alone)
    mails = [pages.page_email(one, NOW) for one in (*jobs[:3], linked, mute)]
    found = [pages.page_sms(one, NOW) for one in jobs]
    for mail in mails:
        found += [mail.subject, *[f"{name}: {text}" for name, text in mail.headers.items()], mail.text, mail.html]
    return found


TEXTS: dict[str, Callable[[], str]] = {
    **views_own.TEXTS,
    "answers.txt": lambda: "\n".join(answer_texts()) + "\n",
    "refusals.txt": lambda: "\n".join(refusal_texts()) + "\n",
    "sms-replies.txt": lambda: "\n".join(sms_replies()) + "\n",
    "room.txt": lambda: "\n".join(room_texts()) + "\n",
    "bundles.txt": lambda: "\n".join(bundle_texts()) + "\n",
    "pages.txt": lambda: "\n".join(page_texts()) + "\n",
    "postmortem.md": lambda: postmortem.document(STORY, minute(50)),
    "postmortem-paging.md": lambda: postmortem.document(PAGING_STORY, NOW),
}
