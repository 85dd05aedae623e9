"""A rota in a spreadsheet: edited badly it changes nobody's night, and mended it is followed, across restarts too."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from sheets_double import ID, Google, google
from town.people import Person
from town.town import Build, Town
from town.waiting import eventually

POSTURE = """
people:
  alice: {name: Alice Chen, slack: U0ALICE, email: alice@acme.example, phone: "+15550100001"}
  bob: {name: Bob Okafor, slack: U0BOB, email: bob@acme.example, phone: "+15550100002"}
  carol: {name: Carol Díaz, slack: U0CAROL, email: carol@acme.example, phone: "+15550100003"}
admins: [carol]
teams:
  payments: {members: [alice, bob]}
services:
  payments-api: {owner: payments}
default_service: payments-api
"""
CONTACTS = [["name", "email", "phone"], ["Alice", "alice@acme.example"], ["Bob", "bob@acme.example", "+15550100002"]]


@contextmanager
def spreadsheet() -> Iterator[Google]:
    """Google in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name="google")
    thread.start()
    world = google()
    try:
        yield asyncio.run_coroutine_threadsafe(world.__aenter__(), loop).result(10)
    finally:
        asyncio.run_coroutine_threadsafe(world.__aexit__(None, None, None), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def rows(start: str, assignees: str) -> list[list[str]]:
    return [["start_time", "end_time", "assignees"], [start, "12-31-2030 23:59", assignees]]


def started(town: Town, sheet: Google) -> None:
    """A bot that has read the sheet."""
    before = sheet.readings
    if town.bot.process is not None:
        town.bot.stop()
    town.bot.start()
    eventually(lambda: sheet.readings > before)


def shows(town: Town, person: Person) -> bool:
    return f"*sheet* <@{person.user}>" in town.dave.reads("/oncall now sheet").words


def told(person: Person, words: str) -> bool:
    return any(words in one.text for one in person.dms())


def test_a_sheet_edited_badly_changes_nothing_and_mended_it_changes_who_is_paged(build: Build, tmp_path: Path) -> None:
    file = tmp_path / "posture.yaml"
    file.write_text(POSTURE)
    with spreadsheet() as sheet:
        sheet.rows = {"schedule": rows("01-01-2025 00:00", "Alice, Bob"), "contacts": CONTACTS}
        google_settings = {"GOOGLE_CREDENTIALS": sheet.credentials(), "GOOGLE_SPREADSHEET_ID": ID}
        town = build(POSTURE=str(file), GOOGLE_API_URL=sheet.url, **google_settings)
        started(town, sheet)
        eventually(lambda: shows(town, town.alice))

        sheet.rows["schedule"] = rows("yesterday", "Bob")
        started(town, sheet)
        eventually(lambda: told(town.carol, "schedule, row 2, start_time: “yesterday” is no time"))
        assert shows(town, town.alice)

        sheet.rows["schedule"] = rows("01-01-2025 00:00", "Bob, Alice")
        started(town, sheet)
        eventually(lambda: shows(town, town.bob))
        eventually(lambda: told(town.carol, "is followed again"))
        town.declares()
        eventually(lambda: len(town.bob.phone.pages) == 1)
        assert town.alice.phone.pages == []
        town.ends_well()
