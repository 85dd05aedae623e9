"""The spreadsheet that the sandbox starts with: a rota that is on call at this moment, and the people in it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sandbox.sheets_grid import Spreadsheet, Worksheet

SPREADSHEET_ID = "1SandboxRotaOfAcmeReports0000000000000000000"
TITLE = "Acme: who is on call for reports"
TIME_FORMAT = "%m-%d-%Y %H:%M"
WEEKS = 6

CONTACTS = [
    ["name", "email", "phone"],
    ["Alice Chen", "alice@acme.example", "+15550100001"],
    ["Bob Okafor", "bob@acme.example", "+15550100002"],
    ["Carol Díaz", "carol@acme.example", "+15550100003"],
    ["Dave Novak", "dave@acme.example"],
]
#: Carol is on no other rota of Acme's; who comes after her changes from week to week.
SECOND = ("Bob Okafor", "Dave Novak")


def seeded(now: datetime) -> Spreadsheet:
    """Weeks from Monday to Sunday, of which the first began last week."""
    monday = (now - timedelta(days=now.weekday() + 7)).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = [["start_time", "end_time", "assignees"]]
    for week in range(WEEKS):
        start = monday + timedelta(weeks=week)
        end = start + timedelta(days=6, hours=23, minutes=59)
        who = f"Carol Díaz, {SECOND[week % 2]}"
        rows.append([start.strftime(TIME_FORMAT), end.strftime(TIME_FORMAT), who])
    return Spreadsheet(SPREADSHEET_ID, TITLE, [_sheet(0, "schedule", rows), _sheet(1, "contacts", CONTACTS)])


def _sheet(number: int, title: str, rows: list[list[str]]) -> Worksheet:
    return Worksheet(number, title, cells=[list(row) for row in rows], frozen_rows=1)
