"""Reminders: durable nudges that facts settle, people put off or stop, and that know their maximum."""

from __future__ import annotations

from datetime import timedelta

from night import Night
from usecases_asks import facts, forget, refused, timers

from bot.domain.delivery import Effect, Never
from bot.domain.people import EVERYTHING
from bot.domain.timeline import Kind
from bot.usecases import incidents, lifecycle, pictures, reminders, responders

FIVE, FIFTEEN = timedelta(minutes=5), timedelta(minutes=15)


def nudges(night: Night) -> list[tuple[object, object]]:
    """Reminders that went out: which, and its number."""
    sent = [job for job in night.outside.jobs if job.row.effect is Effect.REMIND]
    return [(job.data["reminder"], job.data["number"]) for job in sent]


async def acked(night: Night, **fields: object) -> None:
    """Declared and acked: nobody is paged any more."""
    await night.declare(**fields)
    await responders.ack(night.bot, 1, night.by("alice"), night.now)
    await night.deliver()


async def armed(night: Night) -> dict[object, timedelta]:
    """What is armed, and how long from now."""
    return {timer.data["reminder"]: timer.due_at - night.now for timer in await timers(night, "remind.")}


async def test_a_severity_that_needs_a_commander_asks_for_one_after_five_minutes(night: Night) -> None:
    await night.declare(severity="sev1")
    assert await armed(night) == {"commander": FIVE, "update": FIFTEEN}
    await night.pass_minutes(5)
    assert nudges(night) == [("commander", 1)]
    assert [fact["reminder"] for fact in await facts(night, Kind.REMINDED)] == ["commander"]


async def test_an_update_is_asked_for_only_where_the_severity_pages(night: Night) -> None:
    await night.declare(severity="sev2")
    assert await armed(night) == {"update": FIFTEEN}
    await night.declare(severity="sev3", page=True)
    assert await timers(night, "remind.", number=2) == []


async def test_a_reminder_knows_its_maximum(night: Night) -> None:
    await acked(night, severity="sev1")
    await night.pass_minutes(60)
    sent = nudges(night)
    assert [number for which, number in sent if which == "commander"] == [1, 2, 3, 4]
    assert [number for which, number in sent if which == "update"] == [1, 2, 3, 4]
    assert await armed(night) == {}


async def test_a_commander_settles_the_reminder_and_one_who_goes_brings_it_back(night: Night) -> None:
    await night.declare(severity="sev1")
    await responders.volunteer(night.bot, 1, night.by("alice"), night.now)
    assert await armed(night) == {"update": FIFTEEN}
    await night.pass_minutes(6)
    assert nudges(night) == []
    await responders.drop_role(night.bot, 1, "commander", night.by("alice"), night.now)
    assert (await armed(night))["commander"] == FIVE


async def test_it_comes_back_however_fast_the_command_changes(night: Night) -> None:
    await night.declare(severity="sev1")
    for _ in range(3):
        await responders.volunteer(night.bot, 1, night.by("alice"), night.now)
        await responders.drop_role(night.bot, 1, "commander", night.by("alice"), night.now)
    assert (await armed(night))["commander"] == FIVE


async def test_an_update_moves_the_next_reminder_fifteen_minutes_on_and_starts_its_count_again(night: Night) -> None:
    await acked(night)
    await night.pass_minutes(15)
    await night.pass_minutes(5)
    await incidents.update(night.bot, 1, "found it", night.by("alice"), night.now)
    await night.pass_minutes(14)
    assert nudges(night) == [("update", 1)]
    await night.pass_minutes(1)
    assert nudges(night) == [("update", 1), ("update", 1)]


async def test_the_card_shows_when_the_next_reminder_really_comes(night: Night) -> None:
    """The timer is not moved by an update or a commander: it finds them when it is due."""

    async def ahead() -> list[tuple[object, timedelta]]:
        shown = await pictures.picture(night.bot, 1, EVERYTHING)
        return [(timer.data["reminder"], timer.due_at - night.now) for timer in shown.reminders]

    await acked(night, severity="sev1")
    assert await ahead() == [("commander", FIVE), ("update", FIFTEEN)]
    await night.pass_minutes(2)
    await responders.volunteer(night.bot, 1, night.by("alice"), night.now)
    await incidents.update(night.bot, 1, "Rolling back.", night.by("alice"), night.now)
    assert await ahead() == [("update", FIFTEEN)]
    await night.pass_minutes(14)
    assert await ahead() == [("update", timedelta(minutes=1))]
    await night.pass_minutes(1)
    assert nudges(night) == [("update", 1)]
    await reminders.snooze(night.bot, 1, "update", 30, night.by("alice"), night.now)
    assert await ahead() == [("update", timedelta(minutes=30))]


async def test_an_update_after_the_last_reminder_asks_for_the_next_one_again(night: Night) -> None:
    await acked(night)
    await night.pass_minutes(60)
    assert await armed(night) == {}
    await incidents.update(night.bot, 1, "found it", night.by("alice"), night.now)
    assert await armed(night) == {"update": FIFTEEN}
    await night.pass_minutes(60)
    await incidents.set_status(night.bot, 1, "monitoring", night.by("alice"), night.now)
    assert await armed(night) == {"update": FIFTEEN}


async def test_snoozing_puts_it_off_and_starts_its_count_again(night: Night) -> None:
    await acked(night)
    await night.pass_minutes(30)
    forget(night)
    answer = await reminders.snooze(night.bot, 1, "update", 60, night.by("alice"), night.now)
    assert (answer.code, answer.data) == ("snoozed", {"reminder": "update", "minutes": 60})
    assert await armed(night) == {"update": timedelta(minutes=60)}
    await night.pass_minutes(60)
    assert nudges(night) == [("update", 1)]
    assert await facts(night, Kind.SNOOZED) == [{"reminder": "update", "minutes": 60}]


async def test_snoozing_twice_in_one_moment_leaves_one_reminder(night: Night) -> None:
    await night.declare()
    for _ in range(3):
        await reminders.snooze(night.bot, 1, "update", 30, night.by("alice"), night.now)
    assert await armed(night) == {"update": timedelta(minutes=30)}


async def test_what_was_stopped_stays_stopped_for_this_incident(night: Night) -> None:
    await acked(night, severity="sev1")
    answer = await reminders.stop(night.bot, 1, "update", night.by("alice"), night.now)
    assert (answer.code, answer.data) == ("stopped", {"reminder": "update"})
    await incidents.update(night.bot, 1, "found it", night.by("alice"), night.now)
    await incidents.set_severity(night.bot, 1, "sev2", night.by("alice"), night.now)
    await incidents.set_severity(night.bot, 1, "sev1", night.by("alice"), night.now)
    assert list(await armed(night)) == ["commander"]
    await night.pass_minutes(60)
    assert {which for which, _ in nudges(night)} == {"commander"}


async def test_a_reminder_that_does_not_exist_is_refused(night: Night) -> None:
    await night.declare()
    assert await refused(reminders.snooze(night.bot, 1, "lunch", 30, night.by("alice"), night.now)) == (
        "no_reminder",
        {},
    )


async def test_a_lowered_severity_no_longer_nags(night: Night) -> None:
    await acked(night, severity="sev1")
    await incidents.set_severity(night.bot, 1, "sev3", night.by("carol"), night.now)
    await night.pass_minutes(60)
    assert nudges(night) == []
    assert await armed(night) == {}


async def test_a_raised_severity_asks_for_what_it_needs(night: Night) -> None:
    await night.declare(severity="sev3")
    assert await armed(night) == {}
    await incidents.set_severity(night.bot, 1, "sev1", night.by("carol"), night.now)
    assert await armed(night) == {"commander": FIVE, "update": FIFTEEN}


async def test_closing_ends_every_reminder_and_reopening_brings_them_back(night: Night) -> None:
    await night.declare(severity="sev1")
    await lifecycle.resolve(night.bot, 1, "restarted", night.by("alice"), night.now)
    assert await timers(night) == []
    no = await refused(reminders.snooze(night.bot, 1, "update", 30, night.by("alice"), night.now))
    assert no[0] == "already_resolved"
    await lifecycle.reopen(night.bot, 1, "it is back", night.by("alice"), night.now)
    assert await armed(night) == {"commander": FIVE, "update": FIFTEEN}


async def test_a_reminder_leaves_only_where_there_is_a_room(night: Night) -> None:
    night.outside.answers[Effect.ROOM_CREATE] = lambda job: Never("restricted_action")
    await acked(night)
    await night.pass_minutes(15)
    assert nudges(night) == []
