"""A browser in front of the sandbox; without Chromium these tests say so, and fail where REQUIRE_ALL=1."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from screen import Screen, opened
from town.town import Town, a_town

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Chromium."""
    found = next((path for path in map(shutil.which, _PROGRAMS) if path), None)
    if found is not None:
        return found
    reason = "the browser did not run: there is no Chromium on this machine (on Debian: apt-get install chromium)"
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
def town(chromium: str, sqlite_url: str, tmp_path: Path) -> Iterator[Town]:
    """Acme's Slack with the bot in it. In the end no promise is broken and no bug was logged."""
    with a_town(sqlite_url, tmp_path) as found:
        found.bot.start()
        yield found
        assert found.verify() == []
        assert found.bot.errors() == []


@pytest.fixture
def screen(chromium: str, town: Town) -> Iterator[Screen]:
    """The sandbox's page, on a laptop. In the end it has thrown nothing and complained of nothing.

    It is gone before `town` ends: Playwright holds the thread's event loop for as long as it is open.
    """
    with opened(chromium, town.outside.addresses["ui"]) as found:
        yield found
        assert found.troubles == []
