"""A drill pages for real, is marked, leaves no trace outside or in the figures, and ends with its score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from night import THREE_AM, Night, without

from bot.domain.answers import Answer
from bot.domain.delivery import NOTIFIER_OF, Effect
from bot.domain.escalation import RunKind
from bot.domain.people import EVERYTHING
from bot.domain.refusals import Refusal
from bot.domain.timeline import Kind
from bot.usecases import acks, lifecycle, paging, pictures, severities
from bot.usecases.change import Change
from bot.usecases.drills import drill
from bot.usecases.figures import figures
from bot.views import facts, rooms
from storage.verify import findings

M = timedelta(minutes=1)
#: What would be heard of outside the war room and the people who are paged.
OUTSIDE = {Effect.ANNOUNCE_POST, Effect.ANNOUNCE_UPDATE, Effect.POSTMORTEM_POST, Effect.REMIND, Effect.PAGERDUTY_TELL}


async def begun(night: Night, service: str | None = None, severity: str | None = None) -> Answer:
    answer = await drill(night.bot, service, severity, night.by("dave"), night.now)
    await night.deliver()
    return answer


async def scored(night: Night) -> Mapping[str, object]:
    [event] = [event for event in await night.events() if event.kind is Kind.DRILL_SCORED]
    return event.data


async def test_a_drill_pages_who_is_on_call_by_all_they_have(night: Night) -> None:
    answer = await begun(night, "payments-api", "sev1")
    assert (answer.code, answer.data["paged"]) == ("drilled", ["Alice Chen", "Carol Díaz"])
    assert (answer.incident.drill, answer.incident.severity) == (True, "SEV1")
    assert night.outside.paged()[:3] == [("Alice", "slack"), ("Alice", "sms"), ("Alice", "email")]
    assert [one.run.kind for one in (await night.picture()).runs] == [RunKind.DRILL, RunKind.NOTIFY]
    await night.pass_minutes(5)
    assert ("Bob", "slack") in night.outside.paged()  # it climbs, as it would


async def test_defaults_are_the_postures_and_a_severity_that_pages_nobody_pages_in_a_drill(night: Night) -> None:
    answer = await begun(night)
    assert (answer.incident.service, answer.incident.severity) == ("payments-api", "SEV2")
    quiet = await begun(night, None, "sev4")
    assert quiet.data["paged"] == ["Alice Chen"]


async def test_every_page_is_marked(night: Night) -> None:
    await begun(night)
    pages = [job for job in night.outside.jobs if job.row.effect in NOTIFIER_OF]
    assert [job.picture is not None and job.picture.incident.drill for job in pages] == [True] * 3
    assert all(job.picture is not None and job.picture.incident.title == "Drill of payments-api" for job in pages)


async def test_nothing_is_announced_reminded_of_or_written_down_outside(night: Night) -> None:
    loud = without(night, notifiers=frozenset({"slack", "sms", "email", "pagerduty"}))
    mirrored = replace(loud.bot.posture().severities["SEV1"], pagerduty=True)
    declared = replace(loud.bot.posture(), severities={**loud.bot.posture().severities, "SEV1": mirrored})
    loud = replace(loud, bot=replace(loud.bot, posture=lambda: declared))
    await begun(loud, "payments-api", "sev1")
    await loud.pass_minutes(60)
    await severities_changed(loud)
    await acks.ack(loud.bot, 1, loud.by("alice"), loud.now)
    await lifecycle.resolve(loud.bot, 1, "well done", loud.by("alice"), loud.now)
    await loud.deliver()
    assert OUTSIDE & set(loud.outside.effects()) == set()


async def severities_changed(night: Night) -> None:
    async def work(tx: object) -> None:
        incident = await tx.incidents.get(1, EVERYTHING)  # type: ignore[attr-defined]  # it is a Tx
        change = Change(night.bot, tx, incident, night.by("dave"), night.now)  # type: ignore[arg-type]  # as above
        await severities.severity_in(change, "SEV2", "")
        await change.finish()

    await night.bot.write(work)


async def test_figures_and_lists_of_incidents_leave_drills_out(night: Night) -> None:
    await begun(night)
    assert (await figures(night.bot)).incidents == {}
    home = await pictures.home(night.bot, night.people["alice"], night.now)
    assert home.incidents == ()
    assert [incident.drill for _, incident in home.pages] == [True]  # who is paged finds the page there


@pytest.mark.parametrize("end", ["resolve", "cancel"])
async def test_its_end_is_scored_hop_by_hop_in_the_room(night: Night, end: str) -> None:
    await begun(night)
    night.clock.time += timedelta(seconds=65)
    await acks.ack(night.bot, 1, night.by("alice"), night.now)
    night.clock.time += 10 * M
    act = lifecycle.resolve if end == "resolve" else lifecycle.cancel
    await act(night.bot, 1, "well done", night.by("alice"), night.now)
    await night.deliver()
    assert await scored(night) == {
        "out": 0.0, "delivered": 0.0, "acked": 65.0, "person_id": night.people["alice"].id, "people": 1,
    }  # fmt: skip
    told = [job.event for job in night.outside.jobs if job.event and job.event.kind is Kind.DRILL_SCORED]
    picture = await night.picture()
    assert [facts.headline(event, picture.people) for event in told] == [
        "Score of the drill: declared → 0.0 s → first page out → 0.0 s → delivered → 1 min 05 s → acked by Alice Chen"
        " (1 min 05 s in all); 1 person paged"
    ]
    assert rooms.told(told[0], picture, night.now) is not None


async def test_a_drill_that_nobody_answers_says_what_never_came(night: Night) -> None:
    await begun(night)
    await night.pass_minutes(5)
    await lifecycle.cancel(night.bot, 1, "enough", night.by("dave"), night.now)
    score = await scored(night)
    assert (score["acked"], score["person_id"], score["people"]) == (None, None, 2)
    [event] = [event for event in await night.events() if event.kind is Kind.DRILL_SCORED]
    assert facts.headline(event, (await night.picture()).people).endswith("delivered → never acked; 2 people paged")


async def test_a_real_incident_is_not_scored(night: Night) -> None:
    await night.declare()
    await lifecycle.resolve(night.bot, 1, "fixed", night.by("dave"), night.now)
    assert Kind.DRILL_SCORED not in await night.kinds()


async def test_escalating_and_reopening_a_drill_keep_it_a_drill(night: Night) -> None:
    await begun(night)
    await lifecycle.cancel(night.bot, 1, "enough", night.by("dave"), night.now)
    await lifecycle.reopen(night.bot, 1, "once more", night.by("dave"), night.now)
    await paging.escalate(night.bot, 1, night.by("dave"), night.now)
    await night.deliver()
    assert {one.run.kind for one in (await night.picture()).runs} == {RunKind.DRILL}
    assert OUTSIDE & set(night.outside.effects()) == set()
    assert await findings(night.bot.db) == []  # type: ignore[arg-type]  # it is the real one
    assert night.now == THREE_AM


async def test_a_drill_of_nothing_that_is_known_and_one_by_a_guest_are_refused(night: Night) -> None:
    with pytest.raises(Refusal) as unknown:
        await begun(night, "moon")
    with pytest.raises(Refusal) as guest:
        await drill(night.bot, None, None, night.by("gina"), night.now)
    assert (unknown.value.code, guest.value.code) == ("unknown_service", "read_only")


async def test_the_same_command_heard_twice_is_one_drill(night: Night) -> None:
    for code in ("drilled", "joined"):
        answer = await drill(night.bot, None, None, night.by("dave"), night.now, key=("slack", "t1"))
        assert (answer.code, answer.incident.id) == (code, 1)
