"""A rota in a spreadsheet: edited badly it changes nobody's night, and mended it is followed."""

from __future__ import annotations

import json

from town.people import Person
from town.town import Build, Town
from town.waiting import eventually

START, END = "01-01-2025 00:00", "12-31-2030 23:59"
ROW = 2  # the first row that matches holds


def follows_the_sheet(town: Town) -> None:
    """The bot gets what it needs to read and write the sandbox's spreadsheet, and looks at it often."""
    given = town.outside.addresses
    town.bot.settings = {
        **town.bot.settings,
        "GOOGLE_API_URL": given["google_api_url"],
        "GOOGLE_SPREADSHEET_ID": given["google_spreadsheet_id"],
        "GOOGLE_CREDENTIALS": json.dumps(town.outside.get("sheets/credentials")),
        "GOOGLE_POLL_SECONDS": "0.2",
    }


def writes(town: Town, *cells: str) -> None:
    """Into the first row of the rota."""
    for column, text in enumerate(cells, start=1):
        town.outside.post("cell", sheet="schedule", row=ROW, column=column, text=text)


def incidents(town: Town) -> list[list[str]]:
    """Id, title, state and assignee of each row that the bot keeps in the sheet."""
    sheets = {one["title"]: one["rows"] for one in town.outside.get("sheets")["sheets"]}
    rows: list[list[str]] = sheets.get("incidents", [])
    return [[row[n] if n < len(row) else "" for n in (0, 1, 3, 6)] for row in rows[1:]]


def shows(town: Town, person: Person) -> bool:
    return f"*sheet* <@{person.user}>" in town.dave.reads("/oncall now sheet").words


def told(person: Person, words: str) -> bool:
    return any(words in one.text for one in person.dms())


def test_a_sheet_edited_changes_who_is_paged_edited_badly_changes_nothing_and_mended_is_followed(build: Build) -> None:
    town = build()
    follows_the_sheet(town)
    writes(town, START, END, "Carol Díaz, Dave Novak")
    town.bot.start()
    eventually(lambda: shows(town, town.carol))

    writes(town, "yesterday", END, "Dave Novak, Bob Okafor")
    eventually(lambda: told(town.carol, "schedule, row 2, start_time: “yesterday” is no time"))
    town.declares("sev2 reports are late")
    eventually(lambda: len(town.carol.phone.pages) == 1)
    town.clock.passes(minutes=5)
    eventually(lambda: len(town.dave.phone.pages) == 1)  # whoever comes after her in the row
    assert town.bob.phone.pages == []

    writes(town, START)
    eventually(lambda: told(town.carol, "is followed again"))
    eventually(lambda: len(town.bob.phone.pages) == 1)  # who comes on call is paged for what still waits
    town.bob.texts("ACK")
    eventually(lambda: incidents(town) == [["INC-1", "reports are late", "IN_PROGRESS", "Bob Okafor"]])
    assert "googleapis.com" not in town.bot.words()  # nobody but the sandbox was asked
    town.ends_well()
