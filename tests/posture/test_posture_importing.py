"""What is imported means what it meant: who is on call is compared with the source's own rule, and the rest is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.oncall import shifts
from bot.domain.posture import Posture
from posture import loads
from posture.importing import Draft, NotReadable, imported, written

EXPORTS = Path(__file__).parent / "exports"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
#: Over two changes of the clocks, at odd hours.
MOMENTS = [datetime(2026, 3, 2, 0, 30, tzinfo=UTC) + n * timedelta(hours=5) for n in range(180)]
MONDAY = datetime(2026, 1, 5)  # noqa: DTZ001  # a wall time
#: When Berlin's clocks change.
CHANGED = datetime(2026, 3, 29, 1, tzinfo=UTC)


def brought(system: str) -> tuple[Draft, Posture]:
    draft = imported(system, EXPORTS / f"{system}.json", NOW)
    loaded = loads(written(draft), now=NOW)
    assert [str(finding) for finding in loaded.errors] == []
    assert loaded.posture is not None
    return draft, loaded.posture


def on_call(posture: Posture, at: datetime, *names: str) -> set[str]:
    found = (shifts(posture.schedules[name], at, at + timedelta(minutes=1)) for name in names)
    return {shift.handle for some in found for shift in some[:1]}


def wall(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def turn(members: list[str], since: timedelta, length: timedelta) -> str:
    return members[since // length % len(members)]


def pagerduty_layers(at: datetime) -> set[str]:
    """The upper layer in its hours, else the lower one; turns are laid on the wall clock of New York."""
    here = wall(at, "America/New_York")
    since, minute = here - MONDAY.replace(hour=9), here.weekday() * 1440 + here.hour * 60 + here.minute
    office = 9 * 60 <= minute < 18 * 60
    weekend = minute >= 4 * 1440 + 20 * 60 or minute < 60
    if office or weekend:
        return {turn(["zoe", "alice"], since, timedelta(days=1))}
    return {turn(["alice", "bob"], since, timedelta(days=7))}


def pagerduty_odd(at: datetime) -> set[str]:
    """13 hours by the second, from 22:00 to 06:00 in UTC."""
    since = at - datetime(2026, 1, 5, 14, tzinfo=UTC)
    return {turn(["alice", "bob"], since, timedelta(hours=13))} if at.hour >= 22 or at.hour < 6 else set()


def opsgenie(at: datetime) -> set[str]:
    """Rotations beside one another, each in its hours of Berlin; what is said of the clocks holds of the last."""
    here = wall(at, "Europe/Berlin")
    since = here - MONDAY.replace(hour=8)
    days = 8 <= here.hour < 20
    found = {turn(["alice", "bob"] if days else ["carol", "alice"], since, timedelta(days=2 if days else 7))}
    weekend = here.weekday() >= 5 or (here.weekday() == 0 and here.hour * 60 + here.minute < 6 * 60 + 30)
    hours = at - datetime(2026, 1, 5, 7, tzinfo=UTC)  # of turns that are no whole days, by the second
    return found | ({turn(["bob", "carol"], hours, timedelta(hours=12))} if weekend else set())


def grafana(at: datetime) -> set[str]:
    """The higher level in office hours, else a group of the lower one."""
    here = wall(at, "Europe/Berlin")
    since = here - MONDAY.replace(hour=9)
    if here.weekday() < 5 and 9 <= here.hour < 17:
        return {turn(["bob", "carol"], since, timedelta(days=7))}
    return set(turn(["carol", "alice+bob"], since, timedelta(days=7)).split("+"))


@pytest.mark.parametrize(
    ("system", "names", "rule"),
    [
        ("pagerduty", ["payments"], pagerduty_layers),
        ("pagerduty", ["odd"], pagerduty_odd),
        ("opsgenie", ["web-schedule", "web-schedule-2"], opsgenie),
        ("grafana", ["platform", "platform-2"], grafana),
    ],
)
def test_whoever_was_on_call_there_is_on_call_here(
    system: str, names: list[str], rule: Callable[[datetime], set[str]]
) -> None:
    draft, posture = brought(system)
    exact = not any("an hour off" in note.text for note in draft.notes)
    moments = [at for at in MOMENTS if exact or at < CHANGED]
    assert {at: on_call(posture, at, *names) for at in moments} == {at: rule(at) for at in moments}


def test_turns_that_are_no_whole_days_are_an_hour_off_where_that_is_told() -> None:
    """Twelve hours by the second end at 09:00 in summer, and here at 08:00 as ever."""
    _, posture = brought("opsgenie")
    saturday = datetime(2026, 4, 4, 6, 30, tzinfo=UTC)  # 08:30 in Berlin
    hours = [saturday + timedelta(hours=n) for n in range(3)]
    there = [turn(["bob", "carol"], at - datetime(2026, 1, 5, 7, tzinfo=UTC), timedelta(hours=12)) for at in hours]
    here = [on_call(posture, at, "web-schedule-2") for at in hours]
    assert [{one} == other for one, other in zip(there, here, strict=True)] == [False, True, True]


@pytest.mark.parametrize("system", ["pagerduty", "opsgenie", "grafana"])
def test_every_sentence_stands_in_the_file_too(system: str) -> None:
    draft, _ = brought(system)
    comments = " ".join(line.strip().removeprefix("#").strip() for line in written(draft).splitlines() if "#" in line)
    assert [note.text for note in draft.notes if note.text not in comments] == []


def told(draft: Draft) -> list[str]:
    """All but what every import says."""
    return [f"{note.section} {note.name}: {note.text}" for note in draft.notes[2:]]


def test_what_pagerduty_s_export_cannot_say_here_is_told() -> None:
    draft, posture = brought("pagerduty")
    assert told(draft) == [
        "people zoe: There is no time zone `Mars`; it was left out.",
        "teams empty: The team `empty` has nobody in this export, and was left out.",
        "schedules payments: The layer `Week` names people who are not in the export; the turns of the others moved"
        " up.",
        "schedules elsewhere: The export holds no layers of it, so it is followed in PagerDuty itself.",
        "policies payments: Its target `Gone` is not carried over, and was left out.",
        "policies one: It has one tier there; here the same are paged by two in a row, once more than there.",
        "services old: The service `old` is disabled there, and was left out.",
        "services web-2: Its escalation policy is not carried over: name one.",
        "services web-2: The service `web-2` has neither a policy nor a team here, and was left out.",
    ]
    alice, payments = posture.people["alice"], posture.policies["payments"]
    assert (alice.name, alice.email, alice.phone) == ("Alice Chen", "alice@example.com", "+15550100001")
    assert [(tier.targets[0].name, tier.timeout) for tier in payments.tiers] == [
        ("payments", timedelta(minutes=10)),
        ("zoe", timedelta(minutes=20)),
    ]
    assert (payments.repeat_cycles, posture.services["payments-api-eu"].policy) == (2, "payments")


def test_what_opsgenie_s_export_cannot_say_here_is_told() -> None:
    draft, posture = brought("opsgenie")
    assert told(draft) == [
        "schedules web-schedule: The rotation `Weekend` has turns that are no whole days: here they hand over at the"
        " same times of day all year, and may be an hour off from there once the clocks have changed.",
        "schedules web-schedule-2: It is on call at the same time as `web-schedule`; together they are the schedule"
        " there.",
        "schedules with-nobody: The rotation `Some` has turns of nobody, of teams, escalations or of people who are not"
        " in the export; they were left out, and the turns of the others moved up.",
        "policies web-escalation: A rule pages there until the alert is closed; here an acknowledgement ends it.",
        "services orphan: No routing rule of its team in this export names an escalation: name a policy.",
        "services orphan: The service `orphan` has neither a policy nor a team here, and was left out.",
    ]
    policy = posture.policies["web-escalation"]
    tiers = [([(one.name, one.offset) for one in tier.targets], tier.timeout) for tier in policy.tiers]
    both = ["web-schedule", "web-schedule-2"]
    assert tiers == [
        ([(name, 0) for name in both], timedelta(minutes=5)),
        ([(name, 1) for name in both], timedelta(minutes=55)),
        ([("web", 0)], timedelta(minutes=20)),
    ]
    assert (policy.repeat_cycles, posture.people["alice"].phone) == (3, "+4915550100001")
    assert posture.services["web-shop"].policy == "web-escalation"


def test_what_grafana_s_export_cannot_say_here_is_told() -> None:
    draft, posture = brought("grafana")
    assert told(draft) == [
        "services : Of each integration only the default route was carried over; others go into `alerts: routes:`.",
        "people : The API of Grafana OnCall names no phone numbers: add them, or let people do it in Slack.",
        "schedules platform: The shift `once` happens once, and was left out: make it with /oncall override.",
        "schedules platform: The shift `monthly` recurs by months, which cannot be said here; it was left out.",
        "schedules platform-2: It is on call at the same time as `platform`; together they are the schedule there.",
        "policies platform: A step of it notifies a whole channel; that was left out.",
    ]
    policy, feed = posture.policies["platform"], posture.schedules["feed"].source
    assert [[one.name for one in tier.targets] for tier in policy.tiers] == [
        ["platform", "platform-2"],
        ["carol", "S0HELPERS"],
    ]
    assert [tier.timeout for tier in policy.tiers] == [timedelta(minutes=5), timedelta(minutes=15)]
    assert (policy.repeat_cycles, feed and feed.address) == (5, "https://example.com/a.ics")
    assert posture.people["alice"].slack_id == "U02ALICE01"


def layer(**changes: Any) -> dict[str, Any]:
    first = "2026-01-05T09:00:00Z"
    users = [{"user": {"id": one}} for one in "ABC"]
    return {"id": "L", "name": "L", "start": first, "rotation_virtual_start": first, "users": users,
            "rotation_turn_length_seconds": 604800, "restrictions": [], **changes}  # fmt: skip


def one_layer(tmp_path: Path, **changes: Any) -> Draft:
    users = [{"id": one, "name": one, "email": f"{one.lower()}@example.com"} for one in "ABC"]
    schedule = {"id": "S", "name": "s", "time_zone": "UTC", "schedule_layers": [layer(**changes)]}
    (tmp_path / "one.json").write_text(json.dumps({"users": users, "schedules": [schedule]}))
    return imported("pagerduty", tmp_path / "one.json", NOW)


def test_a_layer_that_begins_in_the_future_begins_with_the_turn_that_is_on_then(tmp_path: Path) -> None:
    draft = one_layer(tmp_path, start="2026-03-18T00:00:00Z")
    [turns] = draft.schedules["s"].layers
    assert (turns.members, turns.start) == (("b", "c", "a"), datetime(2026, 3, 16, 9))  # noqa: DTZ001
    assert told(draft) == ["schedules s: The layer `L` begins at 2026-03-18 00:00 there, and with its turn here."]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"users": []}, "The layer `L` has nobody in it and was left out."),
        ({"rotation_turn_length_seconds": 60}, "The layer `L` has turns of 0:01:00, which cannot be said here; it was"
         " left out."),
        ({"rotation_virtual_start": "soon"}, "The layer `L` has no start that can be read and was left out."),
    ],
)  # fmt: skip
def test_a_layer_that_cannot_be_said_is_left_out(changes: dict[str, Any], sentence: str, tmp_path: Path) -> None:
    draft = one_layer(tmp_path, **changes)
    left = "schedules s: The schedule `s` has nobody who will be on call, and was left out."
    assert (told(draft), draft.schedules) == ([f"schedules s: {sentence}", left], {})


def test_layers_that_are_over_are_left_out(tmp_path: Path) -> None:
    assert one_layer(tmp_path, end="2026-02-01T00:00:00Z").schedules == {}


def test_a_folder_with_a_file_for_each_object_is_the_same_export(tmp_path: Path) -> None:
    whole = json.loads((EXPORTS / "opsgenie.json").read_text(encoding="utf-8"))
    for kind, objects in whole.items():
        (tmp_path / kind).mkdir()
        for number, one in enumerate(objects):
            name = kind.removesuffix("s")
            content = {name: one} if kind in ("users", "teams", "schedules") else one
            (tmp_path / kind / f"{number}.json").write_text(json.dumps(content), encoding="utf-8")
    expected = imported("opsgenie", EXPORTS / "opsgenie.json", NOW)
    assert written(imported("opsgenie", tmp_path, NOW)) == written(expected)


def test_a_folder_with_a_file_for_each_list_is_the_same_export(tmp_path: Path) -> None:
    for kind, found in json.loads((EXPORTS / "grafana.json").read_text(encoding="utf-8")).items():
        (tmp_path / f"{kind}.json").write_text(json.dumps(found), encoding="utf-8")
    expected = imported("grafana", EXPORTS / "grafana.json", NOW)
    assert written(imported("grafana", tmp_path, NOW)) == written(expected)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "{file} is not JSON."),
        ('{"incidents": []}', "{file} holds none of these lists: `users`, `teams`, `schedules`, `escalation_policies`,"
         " `services`."),
        ("[1, 2]", "{file} holds none of these lists: `users`, `teams`, `schedules`, `escalation_policies`,"
         " `services`."),
    ],
)  # fmt: skip
def test_what_is_no_export_is_refused_with_a_sentence(content: str, sentence: str, tmp_path: Path) -> None:
    file = tmp_path / "export.json"
    file.write_text(content)
    with pytest.raises(NotReadable) as refused:
        imported("pagerduty", file, NOW)
    assert str(refused.value) == sentence.format(file=file)


@pytest.mark.parametrize("system", ["pagerduty", "opsgenie", "grafana"])
def test_an_export_with_rubbish_in_every_field_still_makes_a_posture_that_loads(system: str, tmp_path: Path) -> None:
    whole = json.loads((EXPORTS / f"{system}.json").read_text(encoding="utf-8"))
    rubbish: list[Any] = [None, "\u0000x: {", [None, {"id": []}], {"id": {"a": 1}}]
    for turn_of, bad in enumerate(rubbish):
        spoiled = json.loads(json.dumps(whole))
        for objects in spoiled.values():
            for one in objects if isinstance(objects, list) else objects["results"]:
                for place, key in enumerate(list(one)):
                    if (place + turn_of) % 3 == 0:
                        one[key] = bad
        file = tmp_path / f"{turn_of}.json"
        file.write_text(json.dumps(spoiled))
        loaded = loads(written(imported(system, file, NOW)), now=NOW)
        assert [str(finding) for finding in loaded.errors] == []


def shift(tmp_path: Path, **changes: Any) -> Draft:
    usual = {"id": "H", "name": "h", "type": "rolling_users", "start": "2026-02-02T09:00:00", "duration": 86400,
             "frequency": "daily", "interval": 1, "rolling_users": [["A"], ["B"]]}  # fmt: skip
    users = [{"id": one, "username": one, "email": f"{one.lower()}@example.com"} for one in "AB"]
    schedules = [{"id": "S", "name": "s", "time_zone": "UTC", "shifts": ["H"]}]
    content = {"users": users, "schedules": schedules, "on_call_shifts": [usual | changes]}
    (tmp_path / "one.json").write_text(json.dumps(content))
    return imported("grafana", tmp_path / "one.json", NOW)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"interval": 3}, "leaves gaps between its turns, which cannot be said here; it was left out."),
        ({"duration": 2 * 86400}, "overlaps with itself, which cannot be said here; it was left out."),
        ({"by_month": [1]}, "recurs by months, which cannot be said here; it was left out."),
        ({"start": ""}, "has no start that can be read, and was left out."),
    ],
)  # fmt: skip
def test_a_shift_that_recurs_otherwise_is_left_out(changes: dict[str, Any], why: str, tmp_path: Path) -> None:
    draft = shift(tmp_path, **changes)
    assert (draft.schedules, f"schedules s: The shift `h` {why}" in told(draft)) == ({}, True)


def test_a_shift_that_begins_later_than_its_turns_says_so(tmp_path: Path) -> None:
    draft = shift(tmp_path, rotation_start="2026-03-10T09:00:00")
    assert told(draft)[1:] == ["schedules s: The shift `h` begins on 2026-03-10 there, and on 2026-02-02 here."]


def test_a_recurrent_event_puts_all_of_its_people_on_call_at_once(tmp_path: Path) -> None:
    draft = shift(tmp_path, type="recurrent_event", frequency="weekly", by_day=["SA", "SU"], users=["A", "B"])
    assert [one.layers[0].members for one in draft.schedules.values()] == [("a",), ("b",)]
    loaded = loads(written(draft), now=NOW).posture
    assert loaded is not None
    days = [datetime(2026, 3, day, 12, tzinfo=UTC) for day in range(2, 9)]
    assert [len(on_call(loaded, day, "s", "s-2")) for day in days] == [0, 0, 0, 0, 0, 2, 2]
