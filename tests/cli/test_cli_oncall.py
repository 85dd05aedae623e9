"""`oncall`: a posture alone says who is on call, at a moment or through an interval; else why that cannot be said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import cli

POSTURE = """\
people:
  alice: {name: Alice Chen, slack: U0ALICE}
  bob: {name: Bob Okafor, slack: U0BOB}
teams:
  payments:
    members: [alice, bob]
    rotation: {rotation_period: 1d, handoff: "02:30", time_zone: Europe/Berlin}
schedules:
  office: {members: [bob], active_hours: "Mon-Fri 09:00-17:00"}
services: {api: {owner: payments}}
"""
SUNDAY = "2026-03-29T02:17 Europe/Berlin"


def told(capsys: pytest.CaptureFixture[str], file: Path, *given: str) -> tuple[int, str]:
    code = cli.main(["oncall", "--posture", str(file), *given])
    return code, capsys.readouterr().out


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "posture.yaml"
    path.write_text(POSTURE)
    return path


def test_at_a_moment_that_the_clock_skips(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, file, "--at", SUNDAY) == (
        1,
        "Sunday 29 March 2026, 03:00 CEST (01:00 UTC) (02:17 does not exist there that day: the clocks change.)\n"
        "payments  Bob Okafor until Mon 2026-03-30 02:30 CEST\n"
        "office    nobody\n",
    )


def test_who_has_every_turn_has_it_with_no_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "alone.yaml"
    file.write_text("people: {bob: {name: Bob Okafor, slack: U0B}}\nschedules: {night: {members: [bob]}}\n")
    assert told(capsys, file, "--at", "2026-03-29T02:17") == (
        0,
        "Sunday 29 March 2026, 02:17 UTC\nnight  Bob Okafor with no end within a year\n",
    )


def test_one_schedule_as_json(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = told(capsys, file, "--schedule", "payments", "--at", SUNDAY, "--format", "json")
    assert (code, json.loads(said)) == (
        0,
        [
            {
                "schedule": "payments",
                "person": "bob",
                "start": "2026-03-29T01:00:00+00:00",
                "end": "2026-03-30T00:30:00+00:00",
                "is_override": False,
                "layer": 0,
            }
        ],
    )


def test_every_shift_of_an_interval_and_what_lies_between(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["--schedule", "office", "--from", "2026-03-27T12:00", "--to", "2026-03-31T00:00"]
    assert told(capsys, file, *given) == (
        0,
        "office\n"
        "  Fri 2026-03-27 12:00 UTC – Fri 2026-03-27 17:00 UTC  Bob Okafor\n"
        "  Fri 2026-03-27 17:00 UTC – Mon 2026-03-30 09:00 UTC  nobody\n"
        "  Mon 2026-03-30 09:00 UTC – Mon 2026-03-30 17:00 UTC  Bob Okafor\n",
    )
    _, said = told(capsys, file, *given, "--format", "json")
    assert [row["start"] for row in json.loads(said)] == ["2026-03-27T12:00:00+00:00", "2026-03-30T09:00:00+00:00"]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (["--schedule", "paymnts"], "There is no schedule `paymnts`. Did you mean `payments`?"),
        (["--at", "tomorrow"], '`tomorrow` is no time. Write it like "2026-03-29T02:17 Europe/Berlin".'),
        (
            ["--at", "9999-12-31T23:00 America/New_York"],
            "`9999-12-31T23:00 America/New_York` is further away than any rota. Choose a year from 1970 to 2199.",
        ),
        (["--from", "2026-03-27"], "An interval needs both ends: --from and --to."),
        (["--to", "2026-03-27"], "An interval needs both ends: --from and --to."),
        (["--at", SUNDAY, "--from", SUNDAY, "--to", SUNDAY], "Give --at, or --from and --to; not both."),
        (
            ["--from", "2026-03-27", "--to", "2026-03-26"],
            "The interval ends before it begins: --to must be later than --from.",
        ),
        (
            ["--from", "2026-03-27", "--to", "2036-03-26"],
            "The interval is longer than two years. Choose a shorter one.",
        ),
    ],
)
def test_what_cannot_be_said_is_a_sentence(
    file: Path, capsys: pytest.CaptureFixture[str], given: list[str], sentence: str
) -> None:
    assert told(capsys, file, *given) == (2, f"{sentence}\n")


def test_a_rota_that_is_kept_elsewhere_is_not_guessed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "elsewhere.yaml"
    file.write_text("people: {bob: {slack: U0B}}\nschedules: {network: {source: pagerduty://PABC123}}\n")
    sentence = "`network` is kept at its `source`: a posture alone does not say who is on call by it.\n"
    assert [told(capsys, file), told(capsys, file, "--schedule", "network")] == [(2, sentence)] * 2


def test_a_posture_that_is_refused_or_has_no_schedule_answers_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare = tmp_path / "bare.yaml"
    bare.write_text("people: {alice: {slack: U0A}}\n")
    assert told(capsys, bare)[1] == (
        "This posture declares no schedule, so nobody is on call. Give a team a `rotation`.\n"
    )
    bare.write_text("people: [alice]\n")
    code, said = told(capsys, bare)
    assert (code, said.splitlines()[1]) == (
        2,
        f"This posture would be refused. See all of it with `.venv/bin/tocsin check {bare}`.",
    )
