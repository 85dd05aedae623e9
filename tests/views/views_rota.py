"""What people see of schedules, for the gallery: one of them, who is next, gaps, loads, requests and forms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from views_scene import ALICE, BOB, CAROL, HOME, NOW, PEOPLE, minute

from bot.domain.absences import Absence
from bot.domain.fairness import Load
from bot.domain.oncall import Origin, Rotation, Schedule, Slot
from bot.domain.picture import Home
from bot.domain.readiness import Gap
from bot.domain.swaps import Swap
from bot.views import absences, home, rota, rota_notes, schedules, shift_forms
from bot.views.message import Message

WEEK = 7 * 24 * 60
PAYMENTS = Schedule("payments", (Rotation(("alice", "bob"), timedelta(days=7)),), team="payments")
HELD = (
    Slot(1, "payments", ALICE.id, minute(0), minute(360)),
    Slot(9, "payments", BOB.id, minute(360), minute(480), is_override=True),
    Slot(1, "payments", ALICE.id, minute(480), minute(2000)),
    Slot(2, "payments", BOB.id, minute(3000), minute(3000 + 3 * WEEK)),
)
GAPS = (
    Gap("no_slot", "payments", None, minute(2000), minute(3000)),
    Gap("twice", "payments", BOB.id, minute(360), minute(720), "search"),
)
LOADS = {BOB.id: Load(336.0, 14, 4), ALICE.id: Load(40.5, 2, 0)}
ASKED = Swap(1, "payments", BOB.id, ALICE.id, minute(360), minute(720), minute(2000), minute(2400), minute(-5))
COVER = Swap(2, "search", CAROL.id, None, minute(2000), minute(2120), None, None, minute(-4))
AWAY = Absence(1, ALICE.id, minute(-60), minute(600), ALICE.id, minute(-90))
#: Bob asks Alice, the roster is asked by Carol, and she asked herself; two gaps of the team she leads.
ROTA_HOME = replace(
    HOME,
    pages=(),
    incidents=(),
    requests=(ASKED, COVER, replace(COVER, id=3, schedule="payments", asked_by_id=ALICE.id)),
    gaps=GAPS,
    absences=(AWAY, replace(AWAY, id=2, since=minute(5000), until=minute(6440))),
)


def evil_home(evil: str) -> Home:
    """The same with every name chosen by a stranger."""
    people = {number: replace(person, name=evil, slack_id=None) for number, person in PEOPLE.items()}
    requests = tuple(replace(one, schedule=evil) for one in ROTA_HOME.requests)
    gaps = tuple(replace(one, schedule=evil, other=evil) for one in GAPS)
    return replace(ROTA_HOME, people=people, requests=requests, gaps=gaps, shifts=((evil, minute(-1), minute(9)),))


def _asked(code: str) -> Message:
    times = {"start": 1795253400, "end": 1795275000, "takes_start": 1795351800, "takes_end": 1795375800}
    return rota_notes.dm(code, {"swap": 7, "schedule": "payments", "person": "Bob Okafor", **times}, NOW)


MESSAGES: dict[str, Callable[[], Message]] = {
    "schedule": lambda: schedules.schedule(PAYMENTS, HELD, PEOPLE, GAPS, NOW),
    "schedule-off": lambda: schedules.schedule(
        replace(PAYMENTS, is_active=False, origin=Origin.SHEET), (), PEOPLE, (Gap("inactive", "payments"),), NOW
    ),
    "on-call-next": lambda: schedules.upcoming(HOME.on_call, PEOPLE, NOW),
    "gaps": lambda: schedules.gaps(GAPS, PEOPLE, NOW),
    "gaps-none": lambda: schedules.gaps((), PEOPLE, NOW),
    "fairness": lambda: schedules.fairness("payments", 30, LOADS, PEOPLE),
    "fairness-none": lambda: schedules.fairness("payments", 1, {}, PEOPLE),
    "note-swap-asked": lambda: _asked("swap_asked"),
    "note-cover-asked": lambda: _asked("cover_asked"),
    "time-off": lambda: absences.listed(ALICE, ROTA_HOME.absences, NOW, own=True),
    "time-off-none": lambda: absences.listed(BOB, (), NOW, own=False),
    "swap-answered": lambda: rota.answered("Bob asks you.", "You said no."),
}
VIEWS: dict[str, Callable[[], dict[str, Any]]] = {
    "home-rota": lambda: home.home(ROTA_HOME, NOW),
    "form-override": lambda: shift_forms.override_form(
        ["payments", "search"], "payments", "U0BOB", minute(0), minute(60)
    ),
    "form-handoff": lambda: shift_forms.handoff_form(["payments", "search"], "payments", "Alice Chen", "U0BOB"),
    "form-handoff-nobody": lambda: shift_forms.handoff_form(["payments", "search"], "search", "", ""),
    "form-swap": lambda: shift_forms.swap_form(
        "payments", HELD[:1], HELD[1:2], PEOPLE, ZoneInfo("Europe/Berlin")
    ),
    "form-cover": lambda: shift_forms.cover_form(["payments", "search"], "payments", minute(0), minute(60)),
    "form-away": lambda: absences.away_form("U0ALICE", minute(600), minute(2040)),
    "form-schedule": lambda: shift_forms.schedule_form(
        "", Rotation((), timedelta(days=7), zone="Europe/Berlin"), ()
    ),
    "form-schedule-edit": lambda: shift_forms.schedule_form(
        "payments", replace(PAYMENTS.layers[0], period=timedelta(days=1)), ["U0ALICE", "U0BOB"]
    ),
    "form-part": lambda: shift_forms.part_form(COVER, "Carol Díaz", NOW),
}  # fmt: skip
