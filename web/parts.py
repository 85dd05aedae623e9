"""What the web server is given, and where handlers find it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from aiohttp import web

from bot.bot import Bot
from bot.domain.condition import Probe
from bot.usecases.figures import Running
from bot.usecases.intake import Intake


@dataclass(frozen=True, slots=True)
class Parts:
    """`tokens` by webhook source; a source without one is closed. `probes` by the name of the part."""

    bot: Bot
    tokens: Mapping[str, str] = field(default_factory=dict)
    twilio_auth_token: str = ""  # empty: Twilio's endpoints are closed
    public_url: str = ""
    probes: Mapping[str, Probe] = field(default_factory=dict)
    pagerduty_secret: str = ""  # empty: PagerDuty's endpoint is closed
    running: Callable[[], Running] = Running  # what this process counted, for metrics
    intake: Intake = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "intake", Intake(self.bot))


PARTS: web.AppKey[Parts] = web.AppKey("parts", Parts)
