"""Bots on one database and one Slack app, behind one address, to be killed and started again one by one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from crash.balancer import Balancer
from crash.received import Watched
from town.program import Program, free_port
from town.town import settings_of

#: Real seconds in which a start must be ready, or have died where it was told to.
START_SECONDS = 30.0
PAUSE = 0.01


class Fleet:
    """`programs[n]` is one replica; none runs at first. `more` settings go to all."""

    def __init__(self, database: str, folder: Path, replicas: int = 1, **more: str) -> None:
        ports = [free_port() for _ in range(replicas)]
        self.database = database
        self._balancer = Balancer(ports)
        self.outside = Watched("")
        self.outside._do(self._balancer.start())
        public = f"http://127.0.0.1:{self._balancer.port}"
        self.outside.within(lambda: setattr(self.outside.parts.carrier, "inbound_url", f"{public}/twilio/sms"))
        self.programs: list[Program] = []
        for number, port in enumerate(ports):
            home = folder / f"bot{number}"
            home.mkdir(parents=True)
            settings = {**settings_of(self.outside, port, database), "PUBLIC_URL": public, **more}
            self.programs.append(Program(home, port, settings))

    @property
    def port(self) -> int:
        """Of the one public address."""
        return self._balancer.port

    def now(self) -> datetime:
        """On the clock that everybody sees."""
        return self.outside.world.clock.now()

    def passes(self, seconds: float) -> None:
        self.outside.post("clock", advance=seconds)

    def launch(self, number: int, crash_at: str = "") -> None:
        """Starts one and does not wait; `crash_at` is where it is to die (`bot/crashpoints.py`)."""
        program = self.programs[number]
        settings = {name: value for name, value in program.settings.items() if name != "CRASH_AT"}
        program.settings = {**settings, "CRASH_AT": crash_at} if crash_at else settings
        program.launch()

    def start(self, number: int | None = None) -> None:
        """Starts one, or all side by side; returns when they are ready."""
        wanted = range(len(self.programs)) if number is None else [number]
        for one in wanted:
            self.launch(one)
        for one in wanted:
            assert self.ready(one), f"bot {one} is not ready: {self.programs[one].words()[-2000:]}"

    def ready(self, number: int, seconds: float = START_SECONDS) -> bool:
        """Waits until one is ready; False where it ended, or is not in that time."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not self.ended(number):
            try:
                if self.programs[number].ready():
                    return True
            except RuntimeError:
                return False
            time.sleep(PAUSE)
        return False

    def ended(self, number: int, seconds: float = 0.0) -> bool:
        """Whether one has ended, or does within this time."""
        process = self.programs[number].process
        deadline = time.monotonic() + seconds
        while process is not None and process.poll() is None:
            if time.monotonic() >= deadline:
                return False
            time.sleep(PAUSE)
        return True

    def bury(self, number: int) -> int:
        """Takes note of an end; answers the exit code, which is -9 where it died by SIGKILL."""
        return self.programs[number].ended()

    def words(self) -> str:
        """What all of them printed."""
        return "".join(program.words() for program in self.programs)

    def errors(self) -> list[str]:
        return [line for program in self.programs for line in program.errors()]

    def stop(self) -> list[int]:
        """Stops in order all that run; answers their exit codes."""
        return [program.stop() for program in self.programs if program.process is not None]

    def close(self) -> None:
        """Ends everything at once."""
        for program in self.programs:
            if program.process is not None:
                program.kill()
        self.outside._do(self._balancer.stop())
        self.outside.close()


@contextmanager
def a_fleet(database: str, folder: Path, replicas: int = 1, **more: str) -> Iterator[Fleet]:
    """Gone in the end, whatever happened."""
    fleet = Fleet(database, folder, replicas, **more)
    try:
        yield fleet
    finally:
        fleet.close()
