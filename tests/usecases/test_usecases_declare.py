"""Declaring: what an incident is from its first commit, and what a repeat means."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from night import THREE_AM, Night
from usecases_asks import facts, refused, rows, timers

from bot.domain.delivery import Effect, Never, RowState
from bot.domain.escalation import RunState
from bot.domain.incident import State, Status
from bot.domain.people import EVERYTHING, Actor, Source
from bot.domain.timeline import Kind
from bot.usecases import lifecycle
from bot.usecases.declare import Declaration, declare

WEBHOOK = Actor(None, Source.WEBHOOK, "Webhook")


async def open_numbers(night: Night) -> list[int]:
    return [one.id for one in await night.bot.db.read(lambda tx: tx.incidents.open(EVERYTHING))]


async def test_a_title_is_enough(night: Night) -> None:
    answer = await declare(night.bot, Declaration("  Payments API\n is slow "), night.by("dave"), night.now)
    incident = answer.incident
    assert (answer.code, answer.changed, answer.data) == ("declared", True, {"paged": ["Alice Chen"]})
    assert (incident.title, incident.severity, incident.service) == ("Payments API is slow", "SEV2", "payments-api")
    assert (incident.name, incident.services) == ("INC-1", ("payments-api",))
    assert (incident.state, incident.status) == (State.ASSIGNED, Status.INVESTIGATING)
    assert (incident.reporter_id, incident.detected_by) == (night.people["dave"].id, "Dave Novak")
    assert incident.declared_at == THREE_AM


async def test_everything_it_causes_is_committed_with_it(night: Night) -> None:
    await declare(night.bot, Declaration("Payments API is slow"), night.by("dave"), night.now)
    assert night.outside.jobs == []  # nothing went out yet
    effects = [row.effect for row in await rows(night)]
    assert sorted(set(effects)) == sorted(
        {
            Effect.ROOM_CREATE, Effect.ROOM_INVITE, Effect.ROOM_BOOKMARKS, Effect.ROOM_TOPIC, Effect.CARD_POST,
            Effect.CARD_PIN, Effect.CARD_UPDATE, Effect.ANNOUNCE_POST, Effect.PAGE_SLACK, Effect.PAGE_SMS,
            Effect.PAGE_EMAIL,
        }
    )  # fmt: skip
    assert [timer.kind.value for timer in await timers(night)] == ["escalate", "remind"]
    assert [kind for kind in await night.kinds() if kind in (Kind.DECLARED, Kind.PAGED)] == [Kind.DECLARED, Kind.PAGED]


@pytest.mark.parametrize("given", ["p1", "P1", "sev1", "SEV-1", " Sev1 "])
async def test_a_severity_may_be_written_in_any_usual_way(night: Night, given: str) -> None:
    assert (await night.declare(severity=given)).severity == "SEV1"


async def test_what_cannot_be_read_is_refused_with_what_can_be(night: Night) -> None:
    async def no(**fields: object) -> tuple[str, dict[str, object]]:
        form = replace(Declaration("Payments API is slow"), **fields)  # type: ignore[arg-type]
        return await refused(declare(night.bot, form, night.by("dave"), night.now))

    severities = ["SEV1", "SEV2", "SEV3", "SEV4"]
    assert await no(title=" \n ") == ("title_missing", {})
    assert await no(title="x" * 151) == ("title_too_long", {"limit": 150, "length": 151})
    assert await no(description="x" * 2901) == (
        "text_too_long",
        {"what": "description", "limit": 2900, "length": 2901},
    )
    assert await no(severity="sev9") == ("unknown_severity", {"given": "sev9", "known": severities})
    assert await no(severity="urgent") == ("unknown_severity", {"given": "urgent", "known": severities})
    services = sorted(night.bot.posture().services)
    assert await no(service="billing") == ("unknown_service", {"given": "billing", "known": services})
    assert await open_numbers(night) == []


async def test_titles_and_texts_of_exactly_the_limit_are_taken(night: Night) -> None:
    incident = await night.declare("x" * 150, description="y" * 2900)
    assert (len(incident.title), len(incident.description)) == (150, 2900)


async def test_guests_read_only(night: Night) -> None:
    no = await refused(declare(night.bot, Declaration("Slow"), night.by("gina"), night.now))
    assert no == ("read_only", {"who": "guest"})


async def test_a_severity_that_does_not_page_pages_nobody_but_has_its_room(night: Night) -> None:
    incident = await night.declare(severity="sev3")
    assert (incident.state, night.outside.paged()) == (State.PENDING, [])
    assert (await night.incident()).room_channel == "CROOM1"
    assert await timers(night) == []  # nothing climbs, and a status update is asked for only where it pages


@pytest.mark.parametrize(("severity", "page", "paged"), [("sev2", False, 0), ("sev4", True, 2), ("sev2", None, 3)])
async def test_whoever_declares_may_decide_about_paging(
    night: Night, severity: str, page: bool | None, paged: int
) -> None:
    await night.declare(severity=severity, page=page)
    assert len(night.outside.paged()) == paged  # sev4 is of low urgency: Slack and mail


async def test_positions_of_the_severity_are_paged_besides_and_do_not_climb(night: Night) -> None:
    await night.declare(severity="sev1")
    assert [name for name, _ in night.outside.paged()] == ["Alice"] * 3 + ["Carol"] * 2
    main, notified = (await night.picture()).runs
    assert (main.run.state, notified.run.state) == (RunState.CLIMBING, RunState.CLIMBING)
    assert (main.next is not None, notified.next) == (True, None)


async def test_a_service_without_policy_or_team_says_that_nobody_could_be_paged(night: Night) -> None:
    incident = await night.declare(service="wiki")
    assert incident.state is State.PENDING
    assert (await night.kinds()).count(Kind.NOBODY) == 1
    assert [timer.due_at for timer in await timers(night, "escalate/")] == [night.now + timedelta(minutes=1)]


async def test_no_service_at_all_is_no_obstacle(night: Night) -> None:
    posture = replace(night.bot.posture(), default_service="")
    bare = replace(night, bot=replace(night.bot, posture=lambda: posture))
    incident = await bare.declare()
    assert (incident.service, incident.services, incident.state) == ("", (), State.PENDING)


async def test_the_message_it_was_declared_from_is_its_first_fact_with_its_own_author_and_time(night: Night) -> None:
    before = night.now - timedelta(minutes=3)
    bob = night.people["bob"].id
    await night.declare(
        message="https://acme.slack.com/archives/C1/p1",
        message_text="is payments down?",
        message_author_id=bob,
        message_at=before,
    )
    first, second, *_ = await night.events()
    assert (first.kind, first.at, first.actor_id) == (Kind.PINNED, before, bob)
    assert first.data == {"text": "is payments down?", "permalink": "https://acme.slack.com/archives/C1/p1"}
    assert (second.kind, second.at) == (Kind.DECLARED, night.now)
    assert (await night.incident()).source_link == "https://acme.slack.com/archives/C1/p1"


async def test_it_is_announced_where_its_severity_is_announced(night: Night) -> None:
    await night.declare(severity="sev1")
    assert [row.payload for row in await rows(night, Effect.ANNOUNCE_POST)] == [{"channel": "p1-incidents"}]


async def test_a_private_incident_is_announced_nowhere(night: Night) -> None:
    await night.declare(severity="sev1", private=True)
    assert await rows(night, Effect.ANNOUNCE_POST) == []


async def test_a_repeat_with_the_same_key_answers_the_same_incident_for_ever(night: Night) -> None:
    form = Declaration("Payments API is slow", key=("webhook", "k1"))
    first = await declare(night.bot, form, WEBHOOK, night.now)
    again = await declare(night.bot, replace(form, title="Payments API is down"), WEBHOOK, night.now)
    assert (again.code, again.changed, again.incident.id) == ("joined", False, first.incident.id)
    await lifecycle.resolve(night.bot, 1, "restarted", night.by("carol"), night.now)
    assert (await declare(night.bot, form, WEBHOOK, night.now)).incident.id == 1
    other = await declare(night.bot, replace(form, key=("webhook", "k2")), WEBHOOK, night.now)
    assert (other.code, other.incident.id) == ("declared", 2)


async def test_a_dedup_key_joins_while_it_is_open_and_opens_anew_when_it_closed(night: Night) -> None:
    form = Declaration("Payments API is slow", dedup_key=("monitor", "payments"))
    await declare(night.bot, form, WEBHOOK, night.now)
    joined = await declare(night.bot, form, WEBHOOK, night.now)
    assert (joined.code, joined.incident.id) == ("joined", 1)
    await lifecycle.resolve(night.bot, 1, "restarted", night.by("carol"), night.now)
    anew = await declare(night.bot, form, WEBHOOK, night.now)
    assert (anew.code, anew.incident.id) == ("declared", 2)
    assert (await declare(night.bot, form, WEBHOOK, night.now)).incident.id == 2


async def test_a_key_that_joined_by_its_dedup_key_answers_that_incident_for_ever(night: Night) -> None:
    await declare(night.bot, Declaration("Slow", dedup_key=("monitor", "payments")), WEBHOOK, night.now)
    both = Declaration("Slow", key=("webhook", "k1"), dedup_key=("monitor", "payments"))
    assert (await declare(night.bot, both, WEBHOOK, night.now)).incident.id == 1
    await lifecycle.resolve(night.bot, 1, "restarted", night.by("carol"), night.now)
    assert (await declare(night.bot, both, WEBHOOK, night.now)).incident.id == 1


async def test_declarations_at_the_same_moment_get_numbers_of_their_own(night: Night) -> None:
    forms = [Declaration(f"Number {number}") for number in range(5)]
    answers = await asyncio.gather(*(declare(night.bot, form, night.by("dave"), night.now) for form in forms))
    assert sorted(answer.incident.id for answer in answers) == [1, 2, 3, 4, 5]
    assert len({answer.incident.title for answer in answers}) == 5


@pytest.mark.parametrize("key", ["key", "dedup_key"])
async def test_the_same_declaration_twice_at_once_is_one_incident(night: Night, key: str) -> None:
    form = replace(Declaration("Slow"), **{key: ("webhook", "k1")})
    answers = await asyncio.gather(*(declare(night.bot, form, WEBHOOK, night.now) for _ in range(4)))
    assert sorted(answer.code for answer in answers) == ["declared", "joined", "joined", "joined"]
    assert await open_numbers(night) == [1]


async def test_a_dedup_key_whose_incident_closed_is_declared_anew_once_however_many_ask(night: Night) -> None:
    form = Declaration("Slow", dedup_key=("monitor", "payments"))
    await declare(night.bot, form, WEBHOOK, night.now)
    await lifecycle.resolve(night.bot, 1, "restarted", night.by("carol"), night.now)
    answers = await asyncio.gather(*(declare(night.bot, form, WEBHOOK, night.now) for _ in range(4)))
    assert {answer.incident.id for answer in answers} == {2}
    assert await open_numbers(night) == [2]


async def test_a_room_that_cannot_be_made_stops_neither_the_page_nor_the_announcement(night: Night) -> None:
    night.outside.answers[Effect.ROOM_CREATE] = lambda job: Never("restricted_action")
    await night.declare()
    assert night.outside.paged() == [("Alice", "slack"), ("Alice", "sms"), ("Alice", "email")]
    states = {row.effect: row.state for row in await rows(night)}
    assert states[Effect.ANNOUNCE_POST] is RowState.SENT
    assert (states[Effect.CARD_POST], states[Effect.ROOM_INVITE]) == (RowState.DROPPED, RowState.DROPPED)
    assert [fact["reason"] for fact in await facts(night, Kind.STEP_FAILED)] == ["restricted_action"]
    assert [row.effect for row in (await night.picture()).failed] == [Effect.ROOM_CREATE]
