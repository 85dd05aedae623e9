"""The sandbox's parts, put together: the workspace with everything that stands around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from sandbox.background import Background
from sandbox.callbacks import Callbacks
from sandbox.carrier import Carrier
from sandbox.mail import Mailbox, MailServer
from sandbox.model import Switches
from sandbox.phones import Phones
from sandbox.sheets import Sheets
from sandbox.twilio import ACCOUNT_SID, AUTH_TOKEN, OWN_NUMBER, Twilio
from sandbox.voice import Voice
from sandbox.world import World


class BotProcess(Protocol):
    """The bot's process, when the launcher started it."""

    def state(self) -> dict[str, Any]:
        """`running`, `pid`, `restarts` and more, for people to see."""

    async def act(self, action: str) -> None:
        """Do `kill`, `stop` or `start`; ValueError when that cannot be done."""

    def forget(self) -> None:
        """Remove what a stopped bot has stored."""


@dataclass(frozen=True)
class Options:
    """`smtp_port` 0 takes a free one. The inbound addresses are the bot's, empty when it polls."""

    smtp_port: int = 8925
    inbound_sms: str = ""
    inbound_voice: str = ""
    process: BotProcess | None = None


class Parts:
    """One of each. `smtp_port` is known once the mail server listens."""

    def __init__(self, world: World, options: Options) -> None:
        self.world = world
        self.options = options
        self.clock, self.journal, self.faults = world.clock, world.log, world.faults
        self.background = Background()
        self.callbacks = Callbacks(AUTH_TOKEN, self.journal)
        self.phones = Phones(OWN_NUMBER, self.clock.now, lambda: world.changed("phones"))
        self.carrier = Carrier(self.phones, self.callbacks, self.clock, self.background, ACCOUNT_SID)
        self.voice = Voice(self.phones, self.callbacks, self.clock, self.background, self.carrier)
        self.twilio = Twilio(self.phones, self.carrier, self.voice, self.faults, self.journal)
        self.mailbox = Mailbox(self.clock.now, lambda: world.changed("mail"))
        self.mail_server = MailServer(self.mailbox, self.faults, self.journal)
        self.sheets = Sheets(
            lambda: world.base_url, self.clock.now, self.faults, self.journal, lambda: world.changed("sheets")
        )
        self.smtp_port = options.smtp_port
        self.clock.on_change = lambda: world.changed("clock")
        self.journal.on_change = lambda: world.changed("log")
        self._furnish()

    def reset(self) -> None:
        """The seeded world again: nobody is paged, no fault is in force, and the clock is right."""
        self.background.cancel()
        self.faults.clear()
        self.mailbox.clear()
        self.journal.clear()
        self.clock.reset()
        vars(self.world.switches).update(vars(Switches()))
        self.world.reset()
        self._furnish()
        self.sheets.reset()
        self.world.changed("reset", "phones", "mail", "sheets", "faults", "log", "clock", "state")

    def _furnish(self) -> None:
        """Give everyone a phone who has a number, and point Twilio at the bot."""
        self.phones.clear()
        for user in self.world.users.values():
            if user.phone:
                self.phones.add(user.phone, user.id, user.real_name)
        self.carrier.inbound_url = self.options.inbound_sms
        self.voice.inbound_url = self.options.inbound_voice

    async def start(self, host: str) -> None:
        """Listen for mail. OSError when the port is taken."""
        self.smtp_port = await self.mail_server.start(host, self.options.smtp_port)

    async def close(self) -> None:
        """Let everything go."""
        self.clock.close()
        await self.background.close()
        await self.mail_server.close()
        await self.callbacks.close()
