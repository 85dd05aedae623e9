"""The proof names every moment at which nobody is paged in time by two providers, and no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import severity as sev
from bot.domain.escalation import Policy, Target, TargetKind, Tier
from bot.domain.holes import ELSEWHERE, NOBODY, ONE_WAY, PASSED_OVER, TOO_LATE, Hole, Proof
from bot.domain.oncall import ActiveHours, Away, Origin, Rotation, Schedule, Source, Term
from bot.domain.posture import PersonDecl, Posture, Service, Team
from bot.domain.proof import Asked, prove
from bot.domain.reach import Readiness, from_json, to_json
from bot.domain.rules import Rule
from bot.domain.severity import Severity, Urgency
from bot.domain.simulation import simulate

M, DAY = timedelta(minutes=1), timedelta(days=1)
START = datetime(2026, 3, 23, tzinfo=UTC)  # a Monday; the clocks of Europe change on the next Sunday
EVERYTHING = frozenset({"slack", "sms", "voice", "email", "webhook", "pagerduty"})
PROVIDER = {"slack": 1, "sms": 2, "voice": 2, "email": 3, "webhook": 4, "pagerduty": 5}
SEV2 = sev.DEFAULTS["SEV2"]  # 15 minutes


def person(handle: str, *, slack: bool = True, phone: bool = True) -> PersonDecl:
    return PersonDecl(handle, handle.title(), f"U0{handle}" if slack else None, None, "+15550100001" if phone else None)


def rota(*members: str, **more: object) -> Schedule:
    return Schedule("payments", (Rotation(members, DAY, time(0), None, **more),), team="payments")  # type: ignore[arg-type]  # a test names real fields


def posture(schedule: Schedule, *tiers: Tier, people: tuple[PersonDecl, ...] = (), **more: object) -> Posture:
    everybody = people or tuple(map(person, ("alice", "bob", "carol")))
    return Posture(
        people={one.handle: one for one in everybody},
        positions={"lead": ("carol",)},
        teams={"payments": Team("payments", ("alice", "bob"), ("payments",))},
        schedules={"payments": schedule},
        policies={"p": Policy("p", tiers or (Tier((ON_CALL,), 10 * M),))},
        services={"api": Service("api", "payments", "p")},
        severities={"SEV2": replace(SEV2, **more)},  # type: ignore[arg-type]  # a test names real fields
    )


ON_CALL = Target(TargetKind.SCHEDULE, "payments")
CAROL = Target(TargetKind.PERSON, "carol")


def proven(given: Posture, *, days: int = 7, ready: Readiness | None = None) -> Proof:
    return prove(Asked(given, START, START + days * DAY, 15 * M, EVERYTHING, ready))


def named(given: Posture, *, days: int = 7, ready: Readiness | None = None) -> list[tuple[str, list[str]]]:
    """The code of each hole with its spans, in UTC."""
    return [(hole.cause.code, said(hole)) for hole in proven(given, days=days, ready=ready).holes]


def said(hole: Hole) -> list[str]:
    return [f"{start:%a %H:%M}-{end:%a %H:%M}" for start, end in hole.spans]


def test_where_somebody_with_two_providers_is_always_on_call_it_is_proven() -> None:
    assert proven(posture(rota("alice", "bob")), days=90).holds
    assert named(posture(rota("alice", "bob")), days=90) == []


def test_a_sunday_is_named_in_the_zone_of_the_schedule() -> None:
    """It has 23 hours: the clocks change that day."""
    six_days = ActiveHours(time(0), time(0), frozenset(range(6)))
    found = proven(posture(rota("alice", zone="Europe/Berlin", active=six_days)))
    assert [(hole.cause.code, hole.cause.zone, said(hole)) for hole in found.holes] == [
        (NOBODY, "Europe/Berlin", ["Sat 23:00-Sun 22:00"])
    ]


def test_a_leaver_is_named_from_the_day_they_leave() -> None:
    term = Term("alice", until=START + 3 * DAY)
    assert named(posture(rota("alice", terms=(term,)))) == [(NOBODY, ["Thu 00:00-Mon 00:00"])]


def test_a_skipped_hour_is_named() -> None:
    night = Rotation(("alice",), DAY, time(0), None, active=ActiveHours(time(0), time(2)))
    day = Rotation(("bob",), DAY, time(0), None, active=ActiveHours(time(3), time(0)))
    both = Schedule("payments", (night, day), team="payments")
    assert named(posture(both), days=2) == [(NOBODY, ["Mon 02:00-Mon 03:00", "Tue 02:00-Tue 03:00"])]


def test_one_provider_alone_is_named_though_it_has_two_notifiers() -> None:
    """SMS and voice are both Twilio's."""
    people = (person("alice"), person("bob", slack=False))
    [hole] = proven(posture(rota("alice", "bob"), people=people), days=2).holes
    assert (hole.cause.code, [one.notifiers for one in hole.cause.reached]) == (ONE_WAY, [("sms", "voice")])
    assert said(hole) in (["Mon 00:00-Tue 00:00"], ["Tue 00:00-Wed 00:00"])


def test_two_people_with_one_provider_each_are_not_one_person_with_two() -> None:
    people = (person("alice", phone=False), person("bob", slack=False))
    both = Tier((Target(TargetKind.PERSON, "alice"), Target(TargetKind.PERSON, "bob")), 10 * M)
    assert [hole.cause.code for hole in proven(posture(rota("alice"), both, people=people)).holes] == [ONE_WAY]


def test_what_comes_at_the_end_of_the_promised_time_is_too_late() -> None:
    people = (person("alice", phone=False), person("carol"))
    for wait, codes in ((14 * M, []), (15 * M, [TOO_LATE])):
        made = posture(rota("alice"), Tier((ON_CALL,), wait), Tier((CAROL,), 10 * M), people=people)
        assert [(hole.cause.code, hole.cause.later) for hole in proven(made).holes] == [(one, wait) for one in codes]


def test_a_first_tier_that_is_passed_over_is_a_warning() -> None:
    six_days = ActiveHours(time(0), time(0), frozenset(range(6)))
    made = posture(rota("alice", active=six_days), Tier((ON_CALL,), 10 * M), Tier((CAROL,), 10 * M))
    assert named(made) == [(PASSED_OVER, ["Sun 00:00-Mon 00:00"])]
    assert proven(made).holds


def test_of_a_rota_that_is_kept_elsewhere_nothing_is_claimed() -> None:
    source = Source(Origin.CALENDAR, "https://calendar.example/secret.ics")
    kept = Schedule("payments", (), team="payments", source=source)
    for schedules in ({"payments": kept}, {}):
        made = replace(posture(rota("alice")), schedules=schedules)
        assert [hole.cause.code for hole in proven(made).holes] == [ELSEWHERE]
        assert proven(made).holds


def test_positions_that_the_severity_names_are_counted_on() -> None:
    people = (person("alice", phone=False), person("carol"))
    assert [hole.cause.code for hole in proven(posture(rota("alice"), people=people)).holes] == [ONE_WAY]
    assert proven(posture(rota("alice"), people=people, notify_positions=("lead",))).holes == ()


def test_who_is_not_in_the_export_cannot_be_reached_and_own_rules_count() -> None:
    high = {Urgency.HIGH: (Rule("slack"), Rule("voice", 20 * M))}
    made = posture(rota("alice", "bob"))
    both = {"alice": frozenset({"slack", "sms", "voice"}), "bob": frozenset({"slack", "voice"})}
    assert named(made, ready=Readiness(both)) == []
    assert [hole.cause.code for hole in proven(made, ready=Readiness(both, {"bob": high})).holes] == [TOO_LATE]
    assert [hole.cause.code for hole in proven(made, ready=Readiness({"alice": both["alice"]})).holes] == [NOBODY]


def test_an_export_is_read_as_it_was_written() -> None:
    made = Readiness(
        {"alice": frozenset({"slack", "sms"})},
        {"alice": {Urgency.HIGH: (Rule("slack"), Rule("sms", 2 * M))}},
        frozenset({"slack", "sms", "voice"}),
    )
    assert from_json(to_json(made)) == made
    assert from_json({"bob": ["slack", "phone"]}) == Readiness({"bob": frozenset({"slack", "voice"})})


# --- whatever the posture

handles = st.sampled_from(["alice", "bob", "carol", "dave"])
hours = st.none() | st.builds(
    ActiveHours,
    st.sampled_from([time(0), time(9), time(22, 30)]),
    st.sampled_from([time(0), time(2, 30), time(17)]),
    st.frozensets(st.integers(0, 6), min_size=1),
)
moments = st.integers(0, 14 * 24 * 60).map(lambda minutes: START + minutes * M)


@st.composite
def terms(draw: st.DrawFn) -> Term:
    gone = draw(moments)
    away = (Away(gone, gone + draw(st.integers(1, 5000)) * M),) if draw(st.booleans()) else ()
    return Term(draw(handles), draw(st.none() | moments), draw(st.none() | moments), None, away)


rotations = st.builds(
    lambda members, period, zone, active, said: Rotation(
        tuple(members), period, time(9), 0, zone, active=active, terms=tuple({one.handle: one for one in said}.values())
    ),
    st.lists(handles, min_size=1, max_size=3, unique=True),
    st.sampled_from([timedelta(hours=12), DAY, 7 * DAY]),
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York"]),
    hours,
    st.lists(terms(), max_size=2),
)
schedules = st.lists(rotations, min_size=1, max_size=2).map(lambda layers: tuple(layers))
notifiers = st.sampled_from([(), (), ("slack",), ("voice", "sms"), ("pagerduty", "slack")])
targets = st.one_of(
    st.builds(
        Target, st.just(TargetKind.SCHEDULE), st.sampled_from(["payments", "other"]), st.integers(0, 1), notifiers
    ),
    st.builds(Target, st.just(TargetKind.PERSON), handles, st.just(0), notifiers),
    st.just(Target(TargetKind.POSITION, "lead")),
)
tiers = st.builds(
    Tier, st.lists(targets, min_size=1, max_size=2).map(tuple), st.sampled_from([2 * M, 7 * M, 15 * M, 60 * M])
)


@st.composite
def postures(draw: st.DrawFn) -> Posture:
    people = [person(one, slack=draw(st.booleans()), phone=draw(st.booleans())) for one in ("alice", "bob", "carol")]
    more = {"urgency": draw(st.sampled_from(Urgency)), "notify_positions": draw(st.sampled_from([(), ("lead",)]))}
    made = posture(rota("alice"), *draw(st.lists(tiers, min_size=1, max_size=3)), people=tuple(people), **more)
    named = {name: Schedule(name, draw(schedules), team="payments") for name in ("payments", "other")}
    return replace(made, schedules=named)


def kept(given: Posture, at: datetime) -> bool:
    """Whether the promise holds for an incident at this moment, by the simulation; handovers and cycles left out."""
    severity: Severity = given.severities["SEV2"]
    made = simulate(given, "api", severity, at, 15 * M, EVERYTHING)
    steps = [event for event in made.events if not event.handover]
    pages: dict[str, list[tuple[timedelta, str]]] = {}
    told = [(timedelta(0), choice) for _, choice in made.told]
    for offset, choice in [(event.at - at, event.choice) for event in steps[:1]] + told:
        for who in choice.people:
            pages[who.name] = [(offset + rule.delay, rule.notifier) for rule in made.rules(choice, who, EVERYTHING)]
    for before, event in pairwise(steps):
        taken = before.choice.decision
        if taken is None or taken.tier == 0 or taken.step + 1 >= len(made.policy.tiers):
            break
        for who in event.choice.people:
            offset, rules = event.at - at, made.rules(event.choice, who, EVERYTHING)
            older = [page for page in pages.get(who.name, []) if page[0] < offset]
            pages[who.name] = older + [(offset + rule.delay, rule.notifier) for rule in rules]
    in_time = [{PROVIDER[way] for after, way in some if after < 15 * M} for some in pages.values()]
    return any(len(providers) > 1 for providers in in_time)


@given(postures(), st.lists(moments, min_size=4, max_size=4))
@settings(max_examples=60, deadline=None)
def test_a_moment_is_in_a_hole_if_and_only_if_the_simulation_of_it_breaks_the_promise(
    given: Posture, asked: list[datetime]
) -> None:
    holes = [hole for hole in proven(given, days=15).holes if not hole.warning]
    for at in asked:
        inside = any(start <= at < end for hole in holes for start, end in hole.spans)
        assert inside is not kept(given, at), (at, holes)


@given(st.integers(0, 6), st.integers(0, 23), st.sampled_from(["UTC", "Europe/Berlin"]))
@settings(max_examples=15, deadline=None)
def test_a_planted_hour_is_named_in_every_week_and_nothing_else_is(day: int, hour: int, zone: str) -> None:
    whole = frozenset(range(7))
    before = ActiveHours(time(0), time(hour), whole) if hour else None
    after = ActiveHours(time(hour + 1), time(0), whole) if hour < 23 else None
    others = ActiveHours(time(0), time(0), whole - {day})
    layers = [
        Rotation(("alice", "bob"), DAY, time(0), None, zone, active=one) for one in (before, after, others) if one
    ]
    found = proven(posture(Schedule("payments", tuple(layers), team="payments")), days=90).holes
    assert [hole.cause.code for hole in found] == [NOBODY]
    assert 11 <= len(found[0].spans) <= 13
    assert {(span[1] - span[0]) for span in found[0].spans} <= {timedelta(hours=1), timedelta(hours=2), 59 * M, 60 * M}
