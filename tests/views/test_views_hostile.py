"""Outside text can mention nobody, fake no link and hide nothing, in any field of any message (SPEC §4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from views_gallery import SERVICES, SEVERITIES, bundle, nudge, preview
from views_hostile import EVIL, evil_data, evil_event, evil_home, evil_jobs, evil_notice, evil_picture, evil_story
from views_scene import EVERY_KIND, INCIDENT, NOW, PAGING, PAGING_STORY, RESOLVED, WORKING, minute

from bot.domain import answers as answer_codes
from bot.domain import refusals as refusal_codes
from bot.domain import severity as sev
from bot.domain.answers import Answer
from bot.domain.refusals import Refusal
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

#: Tokens that are ours: a time, a person or channel that exists, a link of the scene's own.
OURS = re.compile(
    r"<!date\^\d+\^[a-z_{} ]+\|[\w: ]+>|<@U0(?:ALICE|BOB|CAROL|DAVE)>|<#C0ROOM42>"
    r"|<https://(?:\w+\.)+acme\.[^|<>]*(?:\|[\w ]+)?>"
)
#: Fields that Slack never renders.
SILENT = ("value", "private_metadata", "action_id", "block_id", "callback_id", "type", "style")


def strings(part: object, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text that Slack renders, with the name of its field."""
    if isinstance(part, Message):
        yield from strings({"text": part.text, "blocks": part.blocks})
    elif isinstance(part, dict):
        for key, inner in part.items():
            if key not in SILENT:
                yield from strings(inner, key)
    elif isinstance(part, list):
        for inner in part:
            yield from strings(inner, name)
    elif isinstance(part, str):
        yield name, part


def leaks(shown: object) -> list[str]:
    """Texts that hold a control sequence of somebody else's."""
    found = []
    for name, text in strings(shown):
        if name == "initial_value":  # inputs show their text literally
            bad = "\u202e" in text
        elif name in ("url", "image_url"):
            bad = re.fullmatch(r"https://(?:\w+\.)+acme\.\S+", text) is None
        else:
            rest = re.sub(r"(?m)^> ?", "", OURS.sub("", text))
            rest = re.sub(r"&(?:amp|lt|gt);", "", rest)
            bad = any(mark in rest for mark in "<>&\u202e")
        if bad:
            found.append(f"{name}: {text}")
    return found


PICTURES = [evil_picture(one) for one in (PAGING, WORKING, RESOLVED)]


def test_the_check_itself_sees_a_leak() -> None:
    assert len(leaks({"text": EVIL, "blocks": [{"url": "https://evil.example/"}]})) == 2
    assert leaks({"text": "a <@U0BOB> &amp; b"}) == []


@pytest.mark.parametrize("picture", PICTURES)
def test_cards_and_announcements(picture: object) -> None:
    assert leaks([cards.card(picture, NOW), cards.announcement(picture, NOW), listing.show(picture, NOW)]) == []


def test_pages() -> None:
    assert leaks([pages.page_dm(job, NOW) for job in evil_jobs()]) == []


def test_pages_by_sms_and_mail_are_plain_and_their_heads_have_one_line() -> None:
    class Tags(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.seen: set[str] = set()

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.seen |= {tag, *[str(value) for name, value in attrs if name in ("href", "onclick", "src")]}

    for job in evil_jobs():
        sms, mail = pages.page_sms(job, NOW), pages.page_email(job, NOW)
        tags = Tags()
        tags.feed(mail.html)
        assert tags.seen <= {
            "html",
            "body",
            "p",
            "h1",
            "b",
            "br",
            "a",
            "https://slack.com/app_redirect?channel=C0ROOM42",
        }
        assert "\u202e" not in sms + mail.subject + mail.text + mail.html
        assert "\n" not in mail.subject + "".join(mail.headers.values())


def test_bundles() -> None:
    evil = {"title": EVIL, "severity": EVIL, "service": EVIL}
    job = bundle(20, **evil)
    assert leaks(bundles.dm(job, NOW)) == []
    sms, mail, said = bundles.sms(job), bundles.mail(job, NOW), speech.page(job, NOW)
    assert "\u202e" not in sms + mail.subject + mail.text + mail.html + said
    assert "\n" not in mail.subject
    assert "<script" not in mail.html
    assert not set("<>*|`@") & set(said)


def test_what_a_bundle_says_of_a_private_incident_is_its_number() -> None:
    job = bundle(3, title="canary")
    for one in (bundles.sms(job), bundles.mail(job, NOW).text, str(bundles.dm(job, NOW).blocks), speech.page(job, NOW)):
        assert one.count("canary") == 2


def test_logs_and_why() -> None:
    story = evil_story()
    paging = replace(evil_story(PAGING_STORY), events=())
    assert leaks([timeline.timeline(story, NOW), why.why(story, NOW), why.why(paging, NOW)]) == []


@pytest.mark.parametrize("event", EVERY_KIND, ids=lambda one: one.kind.value)
def test_every_fact(event: object) -> None:
    for picture in PICTURES:
        evil = evil_event(event, EVIL)
        assert leaks([timeline.line(evil, picture.people, NOW), rooms.told(evil, picture, NOW) or ""]) == []


def test_topic_purpose_and_bookmarks() -> None:
    assert leaks([[rooms.topic(one, NOW), rooms.purpose(one)] for one in PICTURES]) == []
    assert [rooms.bookmarks(one) for one in PICTURES] == [[], [], []]
    assert re.fullmatch(r"[a-z0-9_-]{1,80}", rooms.room_name("inc-{id}-{slug}-<!x>", PICTURES[0].incident))


def test_lists_and_home() -> None:
    incidents = [picture.incident for picture in PICTURES]
    severities = {EVIL: PICTURES[0].severity}
    shown = evil_home()
    assert leaks(listing.incidents(incidents, severities, NOW)) == []
    assert leaks(home.home(shown, NOW)) == []
    assert leaks(oncall.on_call(shown.on_call, shown.people, NOW)) == []


def test_forms() -> None:
    incident, picture = PICTURES[0].incident, PICTURES[0]
    severities = [replace(one, label=EVIL, meaning=EVIL, emoji=EVIL) for one in SEVERITIES]
    services = [replace(one, name=EVIL + str(n), description=EVIL) for n, one in enumerate(SERVICES)]
    shown = [
        forms.declare_form(
            services, severities, now=NOW, service=EVIL, title=EVIL, description=EVIL, open_incidents=[incident],
        ),
        forms.update_form(incident), forms.severity_form(incident, severities), forms.assign_form(incident),
        forms.role_form(incident, (EVIL, "commander")), forms.resolve_form(incident), forms.cancel_form(incident),
        forms.reopen_form(incident), forms.note_form(incident),
        escalating.escalate_form(preview(picture, picture.people[1], picture.people[2]), NOW),
    ]  # fmt: skip
    assert leaks(shown) == []


def test_reminders_and_notices() -> None:
    jobs = [nudge(name, picture) for name in ("commander", "update") for picture in PICTURES[:2]]
    notices = [texts.dm(evil_notice(code, names), NOW) for code, names in texts.DM_CODES.items()]
    assert leaks([[reminders.reminder(job, minute(50)) for job in jobs], notices]) == []


@pytest.mark.parametrize("code", answer_codes.CODES)
def test_every_answer(code: str) -> None:
    incident = PICTURES[0].incident
    names = answer_codes.CODES[code]
    given = [Answer(code, incident, data=evil_data(names)), Answer(code, incident, False, evil_data(names))]
    assert leaks([answers.answer(one, NOW) for one in given]) == []


@pytest.mark.parametrize("code", refusal_codes.CODES)
def test_every_refusal(code: str) -> None:
    assert leaks(refusals.refusal(Refusal(code, **evil_data(refusal_codes.CODES[code])))) == []


def test_help_repeats_what_was_typed_harmlessly() -> None:
    said = [helptext.misread("unexpected", {"given": EVIL, "verb": "ack"}), helptext.unknown_command(EVIL, EVIL)]
    assert leaks([*said, texts.bug(EVIL), helptext.misread("not_a_person", {"given": EVIL, "verb": "assign"})]) == []


def test_the_postmortem_and_its_summary() -> None:
    story = evil_story()
    document = postmortem.document(story, NOW)
    assert leaks(postmortem.summary(story, NOW)) == []
    assert [mark for mark in ("<", "\u202e", "](http://", "](javascript") if mark in document] == []
    rows = [line for line in document.split("\n") if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in rows} == {3, 5, 7}


def test_a_title_of_several_lines_stays_on_one() -> None:
    picture = replace(PAGING, incident=replace(INCIDENT, title="Slow\n# Big\n> quote\r\n| cell |"))
    assert cards.card(picture, NOW).blocks[0]["text"]["text"] == "🔴 INC-42 · Slow # Big &gt; quote | cell |"
    assert listing.row(picture.incident, sev.DEFAULTS, NOW).count("\n") == 0
    assert rooms.topic(picture, NOW).count("\n") == 0
