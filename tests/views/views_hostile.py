"""The same night told by an attacker: hostile text in every field that comes from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from views_gallery import answered, notice
from views_scene import ACKED_RUN, EVERY_KIND, HOME, INCIDENT, PAGING, PEOPLE, RUN, SERVICE, STORY, WORKING, paged, row

from bot.domain.delivery import Effect, PageState, RowState
from bot.domain.escalation import RunState, Target, TargetKind, Tier
from bot.domain.incident import Responder
from bot.domain.people import Person
from bot.domain.picture import Job, NextStep, Picture, RunPicture, Story
from bot.domain.posture import PostmortemRules
from bot.domain.timeline import Event

EVIL = "<!channel> <@U0X> <http://evil.example|bank> *bold* & \u202e | `x` </p><script>"


def evil_people(text: str) -> dict[int, Person]:
    """Two have no Slack account that could be mentioned, so that their names are shown."""
    people = {number: replace(person, name=text) for number, person in PEOPLE.items()}
    people[1] = replace(people[1], slack_id=None)
    people[2] = replace(people[2], slack_id="U0X> <!channel")
    return people


def evil_event(event: Event, text: str) -> Event:
    """Every word of an event's data replaced; numbers and people stay."""
    keep = ("tier", "cycle", "person_id", "person_ids", "by", "count", "minutes", "number", "ts", "channel")
    data = {name: value if name in keep else _evil(value, text) for name, value in event.data.items()}
    return replace(event, data=data, actor_label=text)


def _evil(value: object, text: str) -> object:
    if isinstance(value, str):
        return text
    return [text, text] if isinstance(value, list) else value


def evil_picture(picture: Picture, text: str = EVIL) -> Picture:
    people = evil_people(text)
    policy = replace(
        RUN.policy, name=text, tiers=tuple(
            Tier(tuple(Target(kind, text, offset) for offset, kind in enumerate(TargetKind)), tier.timeout)
            for tier in RUN.policy.tiers
        ),
    )  # fmt: skip
    failed = row(Effect.PAGE_SMS, RowState.DEAD, reason=text)
    asked = paged(people[1], 17, 0, INCIDENT.declared_at, failed, answer_source=text)
    runs = tuple(
        RunPicture(
            replace(one.run, policy=policy, ended_reason=text),
            (*(replace(p, person=people[p.person.id], deliveries=(failed,)) for p in one.paged), asked),
            NextStep(one.next.at, one.next.tier, one.next.cycle, tuple(people.values())) if one.next else None,
        )
        for one in picture.runs
    )
    return replace(
        picture,
        incident=replace(
            picture.incident, title=text, description=f"{text}\n{text}", detected_by=text, source_link=text,
            service=text, services=(text, text), resolution=text if picture.incident.resolution else "",
            last_update=text if picture.incident.last_update else "", room_name=text, severity=text,
        ),
        severity=replace(picture.severity, name=text, label=text, meaning=text, emoji=text, notify_channels=(text,)),
        service=replace(SERVICE, name=text, runbook=text, description=text),
        people=people,
        responders=tuple(
            Responder(42, one.person_id, one.joined_at, frozenset({"responder", text, text + "2"}), text)
            for one in picture.responders
        ),
        runs=runs,
        alerts=tuple(replace(one, source=text, summary=text, link=text) for one in picture.alerts),
        failed=(row(Effect.ANNOUNCE_POST, RowState.DEAD, payload={"channel": text}, reason=text),),
        public_url=text,
    )  # fmt: skip


def evil_story(story: Story = STORY, text: str = EVIL) -> Story:
    rules = PostmortemRules((*PostmortemRules().sections, "Detection", "Responders", text), reviewers=(text, text))
    events = tuple(evil_event(one, text) for one in EVERY_KIND)
    return Story(evil_picture(story.picture, text), events, rules)


def evil_jobs(text: str = EVIL) -> list[Job]:
    """The page in each state."""
    ended = replace(ACKED_RUN.run, state=RunState.ENDED, ended_reason=text)
    pictures = [
        evil_picture(PAGING, text),
        evil_picture(WORKING, text),
        evil_picture(STORY.picture, text),
        evil_picture(replace(WORKING, runs=(replace(ACKED_RUN, run=ended),)), text),
    ]
    jobs = [answered(state, picture) for state in PageState for picture in pictures]
    evil = [replace(job, page=replace(job.page, answer_source=text)) for job in jobs if job.page is not None]
    return [*evil, *[replace(job, row=replace(job.row, doubt=True)) for job in evil]]


def evil_notice(message: str, names: tuple[str, ...], text: str = EVIL) -> Job:
    job = notice(message, **dict.fromkeys(names, text))
    assert job.picture is not None
    return replace(job, picture=evil_picture(job.picture, text))


def evil_home(text: str = EVIL) -> object:
    incident = evil_picture(PAGING, text).incident
    return replace(
        HOME,
        person=replace(HOME.person, name=text),
        pages=tuple((page, incident) for page, _ in HOME.pages),
        incidents=(incident, replace(incident, commander_id=1)),
        severities={text: replace(PAGING.severity, name=text, emoji=text)},
        on_call=tuple(replace(one, schedule=text) for one in HOME.on_call),
        people=evil_people(text),
        shifts=tuple((text, start, end) for _, start, end in HOME.shifts),
    )


def evil_data(names: Mapping[str, object] | tuple[str, ...], text: str = EVIL) -> dict[str, object]:
    """Data of an answer or a refusal: single words, and lists where the name is that of a list."""
    several = ("paged", "people", "next", "known", "numbers")
    return {name: [text, text] if name in several else text for name in names}
