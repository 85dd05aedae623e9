"""Google Sheets as the sandbox plays it, for tests that need nothing else of the sandbox."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sandbox.manifest import Manifest
from sandbox.parts import Options
from sandbox.seed import new_world
from sandbox.server import Running
from sandbox.sheets import Sheets
from sandbox.sheets_grid import Worksheet
from sandbox.sheets_seed import SPREADSHEET_ID as ID
from sandbox.sheets_values import texts

__all__ = ["ID", "Google", "google"]


@dataclass
class Google:
    """The sandbox's spreadsheet."""

    running: Running

    @property
    def sheets(self) -> Sheets:
        return self.running.parts.sheets

    @property
    def url(self) -> str:
        return self.running.world.base_url

    def credentials(self) -> str:
        """The service account's key."""
        return json.dumps(self.sheets.credentials())

    def put(self, title: str, rows: list[list[str]]) -> None:
        """What stands in a worksheet from now on."""
        self._sheet(title).cells = [list(row) for row in rows]

    def shown(self, title: str) -> list[list[str]]:
        return texts(self._sheet(title).cells)

    def calls(self) -> list[str]:
        """Every method that was called, but for readings that said the same again."""
        return [str(entry["method"]) for entry in self.running.parts.journal.after(0)]

    def fault(self, kind: str, method: str = "*", **more: object) -> None:
        """Until `mend`."""
        self.running.parts.faults.add({"target": "google", "method": method, "kind": kind, "times": None, **more})

    def mend(self) -> None:
        self.running.parts.faults.clear()

    def _sheet(self, title: str) -> Worksheet:
        found = self.sheets.book.named(title)
        assert found is not None, [one.title for one in self.sheets.book.sheets]
        return found


@asynccontextmanager
async def google() -> AsyncIterator[Google]:
    running = Running(new_world(manifest=Manifest(name="tocsin")), Options(0))
    await running.start(0)
    try:
        yield Google(running)
    finally:
        await running.stop()
