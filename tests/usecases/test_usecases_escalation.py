"""Nobody answers: who is paged when, through tiers, cycles and the fallback."""

from __future__ import annotations

from datetime import timedelta

from night import THREE_AM, Night, without

from bot.domain.delivery import Effect, Later, Never, Outcome, PageState, Sent, Unknown
from bot.domain.incident import State
from bot.domain.picture import Job
from bot.domain.timeline import Kind
from bot.usecases import incidents, lifecycle, paging, responders

ALL_OF_ALICE = [("Alice", "slack"), ("Alice", "sms"), ("Alice", "email")]
ALL_OF_BOB = [("Bob", "slack"), ("Bob", "sms"), ("Bob", "email")]
ALL_OF_CAROL = [("Carol", "slack"), ("Carol", "email")]  # she has no phone


async def test_a_declaration_pages_who_is_on_call_by_all_her_notifiers(night: Night) -> None:
    incident = await night.declare()
    assert incident.state is State.ASSIGNED
    assert night.outside.paged() == ALL_OF_ALICE


async def test_the_next_step_is_known_with_its_time_and_people(night: Night) -> None:
    await night.declare()
    step = (await night.picture()).runs[0].next
    assert step is not None
    assert step.at == night.now + timedelta(minutes=5)
    assert [person.name for person in step.people] == ["Bob Okafor"]
    assert (step.tier, step.cycle) == (2, 1)


async def test_nobody_answers_so_each_tier_is_paged_after_its_timeout(night: Night) -> None:
    await night.declare()
    await night.pass_minutes(4)
    assert night.outside.paged() == ALL_OF_ALICE
    await night.pass_minutes(1)
    assert night.outside.paged() == ALL_OF_ALICE + ALL_OF_BOB
    await night.pass_minutes(5)
    assert night.outside.paged() == ALL_OF_ALICE + ALL_OF_BOB + ALL_OF_CAROL


async def test_after_the_cycles_everybody_is_paged_again_and_again_until_somebody_acks(night: Night) -> None:
    await night.declare()
    await night.pass_minutes(20)  # the second cycle begins: 5 + 5 + 10
    assert night.outside.paged()[8:] == ALL_OF_ALICE
    await night.pass_minutes(20)  # both cycles are over
    night.outside.jobs.clear()
    await night.pass_minutes(10)
    assert sorted(night.outside.paged()) == sorted(ALL_OF_ALICE + ALL_OF_BOB + ALL_OF_CAROL)
    night.outside.jobs.clear()
    await responders.ack(night.bot, 1, night.by("carol"), night.now)
    await night.pass_minutes(120)
    assert night.outside.paged() == []


async def test_an_ack_stops_the_run_and_shows_who_has_it(night: Night) -> None:
    await night.declare()
    await night.pass_minutes(2)
    answer = await responders.ack(night.bot, 1, night.by("alice"), night.now)
    await night.deliver()
    await night.pass_minutes(60)
    assert answer.code == "acked"
    assert night.outside.paged() == ALL_OF_ALICE
    picture = await night.picture()
    assert picture.incident.state is State.IN_PROGRESS
    assert picture.runs[0].next is None
    assert [(r.person_id, r.ack_source) for r in picture.responders] == [
        (night.people["dave"].id, None),
        (night.people["alice"].id, "slack button"),
    ]


async def test_a_page_that_was_answered_before_it_left_is_not_sent(night: Night) -> None:
    night.outside.answers[Effect.PAGE_SMS] = lambda job: Later(timedelta(seconds=30), "busy")
    await night.declare()
    await responders.ack(night.bot, 1, night.by("alice"), night.now)
    del night.outside.answers[Effect.PAGE_SMS]
    night.outside.jobs.clear()
    await night.pass_minutes(1)
    await night.deliver()
    assert night.outside.paged() == []
    sms = (await night.picture()).runs[0].paged[0].deliveries[1]
    assert (sms.state, sms.reason) == ("dropped", "acknowledged before it was sent")


async def test_acking_twice_changes_nothing_and_says_again_that_one_has_it(night: Night) -> None:
    await night.declare()
    await responders.ack(night.bot, 1, night.by("alice"), night.now)
    again = await responders.ack(night.bot, 1, night.by("alice"), night.now)
    assert (again.code, again.changed) == ("acked", False)
    assert (await night.kinds()).count(Kind.ACKED) == 1


async def test_unack_pages_the_same_tier_again_at_once(night: Night) -> None:
    await night.declare()
    await night.pass_minutes(5)
    await responders.ack(night.bot, 1, night.by("bob"), night.now)
    night.outside.jobs.clear()
    await responders.unack(night.bot, 1, night.by("bob"), night.now, "my train enters a tunnel")
    await night.deliver()
    assert night.outside.paged() == ALL_OF_BOB
    assert (await night.incident()).state is State.ASSIGNED
    await night.pass_minutes(5)
    assert night.outside.paged() == ALL_OF_BOB + ALL_OF_CAROL


async def test_declining_pages_the_next_person_at_once(night: Night) -> None:
    await night.declare()
    answer = await responders.decline(night.bot, 1, night.by("alice"), night.now)
    await night.deliver()
    assert answer.data["next"] == ["Bob Okafor"]
    assert night.outside.paged() == ALL_OF_ALICE + ALL_OF_BOB


async def test_escalating_by_hand_goes_to_the_next_tier_or_a_chosen_one(night: Night) -> None:
    await night.declare()
    answer = await paging.escalate(night.bot, 1, night.by("dave"), night.now, tier=3)
    await night.deliver()
    assert (answer.data["people"], answer.data["tier"]) == (["Carol Díaz"], 3)
    assert night.outside.paged() == ALL_OF_ALICE + ALL_OF_CAROL


async def test_escalating_an_acknowledged_incident_makes_it_climb_again(night: Night) -> None:
    await night.declare()
    await responders.ack(night.bot, 1, night.by("alice"), night.now)
    await paging.escalate(night.bot, 1, night.by("alice"), night.now)
    await night.deliver()
    assert night.outside.paged() == ALL_OF_ALICE + ALL_OF_BOB
    await night.pass_minutes(5)
    assert night.outside.paged() == ALL_OF_ALICE + ALL_OF_BOB + ALL_OF_CAROL


async def test_notify_again_pages_the_same_people_once_more(night: Night) -> None:
    await night.declare()
    await paging.notify_again(night.bot, 1, night.by("dave"), night.now)
    await night.deliver()
    assert night.outside.paged() == ALL_OF_ALICE * 2
    pages = [paged.page.state for paged in (await night.picture()).runs[0].paged]
    assert pages == [PageState.SUPERSEDED, PageState.OPEN]


async def test_an_empty_tier_is_skipped_at_once_with_a_line_in_the_room(night: Night) -> None:
    await night.declare(service="hole-api")
    assert night.outside.paged() == ALL_OF_BOB
    skipped = next(event for event in await night.events() if event.kind is Kind.TIER_SKIPPED)
    assert (skipped.data["tier"], skipped.data["targets"]) == (1, ["nobody"])
    said = [job.event.kind for job in night.outside.jobs if job.row.effect is Effect.ROOM_SAY and job.event]
    assert Kind.TIER_SKIPPED in said


async def test_nobody_anywhere_is_said_once_and_asked_again_every_minute(night: Night) -> None:
    incident = await night.declare(service="empty-api")
    assert incident.state is State.PENDING
    await night.pass_minutes(5)
    assert (await night.kinds()).count(Kind.NOBODY) == 1
    assert (await night.kinds()).count(Kind.TIER_SKIPPED) == 1
    told = [job.person.name for job in night.outside.jobs if job.row.effect is Effect.DM_SAY and job.person]
    assert told == ["Carol Díaz"]  # the admin


async def test_nobody_anywhere_is_an_error_where_the_owner_wants_it_so(night: Night) -> None:
    strict = without(night, fail_on_no_assignee=True)
    assert (await strict.declare(service="empty-api")).state is State.ERROR


async def test_resolving_ends_the_run_and_every_timer(night: Night) -> None:
    await night.declare()
    await responders.ack(night.bot, 1, night.by("alice"), night.now)
    await lifecycle.resolve(night.bot, 1, "restarted the pods", night.by("alice"), night.now)
    await night.deliver()
    assert await night.bot.db.read(lambda tx: tx.timers.pending(1)) == []
    night.outside.jobs.clear()
    await night.pass_minutes(600)
    assert night.outside.jobs == []


async def test_a_page_that_can_never_arrive_moves_on_at_once(night: Night) -> None:
    for effect in (Effect.PAGE_SLACK, Effect.PAGE_SMS, Effect.PAGE_EMAIL):
        night.outside.answers[effect] = lambda job: Never("unreachable")
    await night.declare()
    names = list(dict.fromkeys(name for name, _notifier in night.outside.paged()))
    assert names == ["Alice", "Bob", "Carol"]
    assert night.clock.time == THREE_AM  # without waiting for a single timeout


async def test_one_notifier_that_fails_is_recorded_and_the_others_stand(night: Night) -> None:
    night.outside.answers[Effect.PAGE_SMS] = lambda job: Never("21610 the phone opted out")
    await night.declare()
    failed = [event.data["reason"] for event in await night.events() if event.kind is Kind.PAGE_FAILED]
    assert failed == ["21610 the phone opted out"]
    assert night.outside.paged() == ALL_OF_ALICE


async def test_a_send_of_unknown_outcome_is_tried_again_with_its_doubt_marked(night: Night) -> None:
    seen: list[bool] = []

    def unsure(job: Job) -> Outcome:
        seen.append(job.row.doubt)
        return Unknown("time-out") if len(seen) == 1 else Sent()

    night.outside.answers[Effect.PAGE_SMS] = unsure
    await night.declare()
    night.clock.time += timedelta(seconds=2)
    await night.deliver()
    assert seen == [False, True]
    delivered = [e.data for e in await night.events() if e.kind is Kind.PAGE_DELIVERED and e.data["notifier"] == "sms"]
    assert [data["repeat"] for data in delivered] == [True]


async def test_a_mail_that_may_have_gone_out_twice_is_told_of_its_doubts(night: Night) -> None:
    doubts: list[object] = []

    def unsure(job: Job) -> Outcome:
        doubts.append(job.data.get("doubts"))
        return Unknown("time-out")

    night.outside.answers[Effect.PAGE_EMAIL] = unsure
    await night.declare()
    for _try in range(2):
        night.clock.time += timedelta(seconds=4)
        await night.deliver()
    assert doubts == [None, 1, 2]


async def test_assigning_pages_that_person_and_then_the_policy(night: Night) -> None:
    await night.declare()
    await responders.assign(night.bot, 1, night.people["bob"].id, night.by("dave"), night.now)
    await night.deliver()
    await night.pass_minutes(5)
    names = list(dict.fromkeys(name for name, _ in night.outside.paged()))
    assert names == ["Alice", "Bob"]
    assert night.outside.paged() == ALL_OF_ALICE + ALL_OF_BOB + ALL_OF_ALICE


async def test_raising_the_severity_pages_at_once_what_it_now_demands(night: Night) -> None:
    await night.declare(severity="sev3")
    assert night.outside.paged() == []
    await incidents.set_severity(night.bot, 1, "p1", night.by("dave"), night.now)
    await night.deliver()
    assert night.outside.paged() == ALL_OF_ALICE + ALL_OF_CAROL


async def test_raising_it_while_it_is_paging_pages_whom_the_worse_severity_names_besides(night: Night) -> None:
    await night.declare(severity="sev2")
    await incidents.set_severity(night.bot, 1, "sev1", night.by("dave"), night.now)
    await night.deliver()
    assert night.outside.paged() == ALL_OF_ALICE + ALL_OF_CAROL
    await incidents.set_severity(night.bot, 1, "sev2", night.by("dave"), night.now)
    await incidents.set_severity(night.bot, 1, "sev1", night.by("dave"), night.now)
    await night.deliver()
    assert night.outside.paged() == ALL_OF_ALICE + ALL_OF_CAROL  # each position once
