"""Settings from the environment and `.env`: every one with its meaning, every mistake in a sentence.

Only `app.py` and `cli/` import this; the rest of the program is handed what it needs.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, DotEnvSettingsSource, SettingsConfigDict

from bot.domain.spelling import distance, nearest
from bot.setting_values import (
    WebhookToken,
    account,
    database,
    is_loopback,
    loopback_address,
    mail_server,
    no_slash,
    phone,
    routing_key,
    secret_address,
    sender,
    slack_api,
    token,
    zone,
)  # fmt: skip

SLACK_API = "https://slack.com/api/"
DEFAULT_POSTURE = Path("posture.yaml")
OUR_PREFIXES = (
    "WEBHOOK_TOKEN_",
    "PAGE_WEBHOOK_",
    "PAGERDUTY_",
    "OPSGENIE_",
    "HEARTBEAT_",
)  # an environment name that begins so is meant for us


class SettingsError(Exception):
    """The settings cannot be used; `problems` holds one sentence each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Settings(BaseSettings):
    """Every setting; the name in the environment is the field's in capitals. `docs/settings.md` shows the same."""

    model_config = SettingsConfigDict(
        env_file_encoding="utf-8", extra="forbid", env_ignore_empty=True, hide_input_in_errors=True, frozen=True
    )

    slack_bot_token: Annotated[SecretStr, token("xoxb-", "OAuth & Permissions, Bot User OAuth Token")] | None = Field(
        None, description="Bot token of the Slack app. Needed to run."
    )
    slack_app_token: Annotated[SecretStr, token("xapp-", "Basic Information, App-Level Tokens")] | None = Field(
        None, description="App-level token with `connections:write`, for Socket Mode. Needed to run."
    )
    slack_api_url: Annotated[str, AfterValidator(slack_api)] = Field(
        SLACK_API, description="Base address of Slack's Web API. Changed only to use the sandbox."
    )
    slack_pace: bool = Field(
        True,
        description="Keeps to the message a second that Slack takes in one channel. False for a Slack without limits.",
    )
    database_url: Annotated[SecretStr, AfterValidator(database)] = Field(
        SecretStr("sqlite:///data/tocsin.db"),
        description="`sqlite:///path` or `postgresql://user:password@host/name`.",
    )
    posture: Path | None = Field(
        None,
        description="Posture file, or a folder of them; watched while the bot runs."
        " Default: `posture.yaml` where it exists.",
    )
    admin_channel: str | None = Field(
        None,
        description="Slack channel, such as `tocsin-admins`, that is told of changed postures;"
        " without it each admin is.",
    )
    http_host: str = Field("127.0.0.1", description="Where the web server listens.")
    http_port: int = Field(8080, ge=0, le=65535, description="Its port; 0 picks a free one.")
    public_url: Annotated[str, AfterValidator(no_slash)] | None = Field(
        None,
        description="The address by which the internet reaches the web server. Without it SMS replies are fetched by"
        " asking Twilio; with it they come at once, calls take keys, and mails hold links that answer.",
    )
    twilio_account_sid: Annotated[str, AfterValidator(account)] | None = Field(
        None, description="Twilio account (`AC…`), for SMS and calls."
    )
    twilio_auth_token: SecretStr | None = Field(None, description="Its auth token.")
    twilio_phone_number: Annotated[str, AfterValidator(phone)] | None = Field(
        None, description="The number that pages are sent from, in international form."
    )
    twilio_api_url: Annotated[str, AfterValidator(no_slash)] = Field(
        "https://api.twilio.com", description="Base address of Twilio's API. Changed only to use the sandbox."
    )
    smtp_url: Annotated[SecretStr, AfterValidator(mail_server)] | None = Field(
        None,
        description="Mail server: `smtp://user:password@host:587` (TLS where offered), `smtp+starttls://`, `smtps://`.",
    )
    mail_from: Annotated[str, AfterValidator(sender)] | None = Field(
        None, description="Sender of mail pages. Needed with `SMTP_URL`."
    )
    page_webhook_url: Annotated[SecretStr, AfterValidator(secret_address)] | None = Field(
        None, description="Where the notifier `webhook` sends pages, as signed JSON."
    )
    page_webhook_secret: WebhookToken | None = Field(
        None, description="What those requests are signed with. Needed with `PAGE_WEBHOOK_URL`."
    )
    page_webhook_allow_private: bool = Field(
        False, description="True: the host in `PAGE_WEBHOOK_URL` may be one of your own network, or this machine."
    )
    pagerduty_routing_key: Annotated[SecretStr, AfterValidator(routing_key)] | None = Field(
        None, description="Integration key of a PagerDuty service (Events API v2), for the notifier `pagerduty`."
    )
    pagerduty_webhook_secret: WebhookToken | None = Field(
        None, description="Secret of PagerDuty's V3 webhook, by which acks come back to `POST /webhooks/pagerduty`."
    )
    pagerduty_events_url: Annotated[str, AfterValidator(no_slash)] = Field(
        "https://events.pagerduty.com", description="Base address of PagerDuty's Events API. Changed only to test."
    )
    pagerduty_api_token: SecretStr | None = Field(
        None, description="API key (REST API v2): reads rotas with `source: pagerduty://…`, writes for `apply`."
    )
    pagerduty_api_url: Annotated[str, AfterValidator(no_slash)] = Field(
        "https://api.pagerduty.com", description="Base address of PagerDuty's REST API. In Europe api.eu.pagerduty.com."
    )
    opsgenie_api_key: SecretStr | None = Field(None, description="API key that may configure, for `apply opsgenie`.")
    opsgenie_api_url: Annotated[str, AfterValidator(no_slash)] = Field(
        "https://api.opsgenie.com", description="Base address of Opsgenie's API. In Europe api.eu.opsgenie.com."
    )
    calendar_allow_private: bool = Field(
        False, description="True: calendars that rotas name as `source` may be in your own network, or on this machine."
    )
    heartbeat_url: Annotated[SecretStr, AfterValidator(secret_address)] | None = Field(
        None, description="A dead man's switch outside (healthchecks.io and the like), asked while pages would go."
    )
    heartbeat_seconds: float = Field(60, ge=10, le=3600, description="Seconds between two signs of life to it.")
    heartbeat_allow_private: bool = Field(
        False, description="True: the host in `HEARTBEAT_URL` may be one of your own network, or this machine."
    )
    escalation_delay_minutes: float = Field(
        15, gt=0, le=1440, description="Minutes before the next step where no policy, schedule or rotation says."
    )
    tz: Annotated[str, AfterValidator(zone)] = Field("UTC", description="Zone of rotations that name none.")
    google_credentials: SecretStr | None = Field(
        None, description="Service account that follows the spreadsheet: its JSON key, or the path of that."
    )
    google_spreadsheet_id: str | None = Field(None, description="Spreadsheet of the rota (`docs/oncall.md`).")
    google_api_url: Annotated[str, AfterValidator(no_slash)] = Field(
        "https://sheets.googleapis.com", description="Base address of Google's Sheets API. Changed only to test."
    )
    google_poll_seconds: float = Field(
        60, ge=0.2, le=3600, description="Seconds between two looks at it, and between two writings of `incidents`."
    )
    ts_format: str = Field("%m-%d-%Y %H:%M", description="How times are written in it; they are of the zone `TZ`.")
    fail_on_no_assignee: bool = Field(
        False,
        description="True: an incident for which nobody can be paged becomes `ERROR`. False: it waits, `PENDING`.",
    )
    clock_url: Annotated[str, AfterValidator(loopback_address)] | None = Field(
        None, description="The sandbox's movable clock. Loopback only; refused with the real Slack."
    )
    webhook_token_incidents: WebhookToken | None = Field(
        None, description="Token of `POST /webhooks/incidents`. Without it the endpoint is closed."
    )
    webhook_token_alertmanager: WebhookToken | None = Field(
        None, description="Token of `POST /webhooks/alertmanager`. Without it the endpoint is closed."
    )
    webhook_token_canary: WebhookToken | None = Field(
        None, description="Token of `POST /webhooks/canary`. Without it the endpoint is closed."
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        twilio = (self.twilio_account_sid, self.twilio_auth_token, self.twilio_phone_number)
        if any(twilio) and not all(twilio):
            raise ValueError(
                "TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_PHONE_NUMBER go together: set all three."
            )
        if bool(self.google_credentials) != bool(self.google_spreadsheet_id):
            raise ValueError("GOOGLE_CREDENTIALS and GOOGLE_SPREADSHEET_ID go together: set both.")
        if self.smtp_url and not self.mail_from:
            raise ValueError("MAIL_FROM is missing: mail pages need a sender beside SMTP_URL.")
        if bool(self.page_webhook_url) != bool(self.page_webhook_secret):
            raise ValueError("PAGE_WEBHOOK_URL and PAGE_WEBHOOK_SECRET go together: set both.")
        url = self.page_webhook_url.get_secret_value() if self.page_webhook_url else ""
        if url.startswith("http:") and not self.page_webhook_allow_private:
            raise ValueError(
                "PAGE_WEBHOOK_URL must begin with https://: over http:// pages could be read by others."
                " In your own network PAGE_WEBHOOK_ALLOW_PRIVATE=true allows it."
            )
        beat = self.heartbeat_url.get_secret_value() if self.heartbeat_url else ""
        if beat.startswith("http:") and not self.heartbeat_allow_private:
            raise ValueError(
                "HEARTBEAT_URL must begin with https://: over http:// it could be faked by others."
                " In your own network HEARTBEAT_ALLOW_PRIVATE=true allows it."
            )
        host = urlsplit(self.slack_api_url).hostname or ""
        if self.clock_url and not is_loopback(host):
            raise ValueError("CLOCK_URL is refused with the real Slack: only the sandbox moves the clock.")
        if self.google_api_url.startswith("http:") and not is_loopback(urlsplit(self.google_api_url).hostname):
            raise ValueError("GOOGLE_API_URL must begin with https://: over http:// the token would be readable.")
        if self.slack_api_url.startswith("http:") and not is_loopback(host):
            raise ValueError("SLACK_API_URL must begin with https://: over http:// the token would be readable.")
        return self

    @property
    def posture_path(self) -> Path | None:
        """The posture to read: the one that is named, else `posture.yaml` where it exists."""
        return self.posture or (DEFAULT_POSTURE if DEFAULT_POSTURE.exists() else None)

    def missing_to_run(self) -> tuple[str, ...]:
        """Names of the settings without which the bot cannot run."""
        needed = {"SLACK_BOT_TOKEN": self.slack_bot_token, "SLACK_APP_TOKEN": self.slack_app_token}
        return tuple(name for name, value in needed.items() if value is None)

    @property
    def secret(self) -> bytes:
        """From which codes and one-time links are made; another token makes another."""
        token = self.slack_bot_token.get_secret_value() if self.slack_bot_token else ""
        return hashlib.sha256(f"tocsin codes and links\0{token}".encode()).digest()

    @property
    def twilio(self) -> tuple[str, str, str, str] | None:
        """Account, token, number and address of the API; None where it is not configured."""
        if not self.twilio_account_sid or not self.twilio_auth_token or not self.twilio_phone_number:
            return None
        token = self.twilio_auth_token.get_secret_value()
        return self.twilio_account_sid, token, self.twilio_phone_number, self.twilio_api_url

    @property
    def mail(self) -> tuple[str, str] | None:
        """Server and sender."""
        return (self.smtp_url.get_secret_value(), self.mail_from) if self.smtp_url and self.mail_from else None

    @property
    def page_webhook(self) -> tuple[str, str, bool] | None:
        """Address, secret, and whether its host may be private."""
        if not self.page_webhook_url or not self.page_webhook_secret:
            return None
        url, secret = self.page_webhook_url.get_secret_value(), self.page_webhook_secret.get_secret_value()
        return url, secret, self.page_webhook_allow_private

    @property
    def pagerduty(self) -> tuple[str, str] | None:
        """Routing key and address of the API."""
        key = self.pagerduty_routing_key
        return (key.get_secret_value(), self.pagerduty_events_url) if key else None

    @property
    def heartbeat(self) -> tuple[str, bool, float] | None:
        """Address, whether its host may be private, and seconds between two."""
        url = self.heartbeat_url
        return (url.get_secret_value(), self.heartbeat_allow_private, self.heartbeat_seconds) if url else None

    def webhook_tokens(self) -> dict[str, str]:
        """The token of each webhook source that has one."""
        tokens = {
            "incidents": self.webhook_token_incidents,
            "alertmanager": self.webhook_token_alertmanager,
            "canary": self.webhook_token_canary,
        }
        return {source: token.get_secret_value() for source, token in tokens.items() if token}


NAMES = tuple(name.upper() for name in Settings.model_fields)


@dataclass(frozen=True)
class Loaded:
    """The settings, and a sentence for each name in the environment that is probably a misspelling."""

    settings: Settings
    warnings: tuple[str, ...]


def load(env_file: Path | None = Path(".env"), environ: Mapping[str, str] = os.environ) -> Loaded:
    """Reads and checks everything. Raises SettingsError with a sentence for each mistake; never shows a value."""
    problems = _unknown_in_file(env_file)
    source: dict[str, Any] = {"_env_file": env_file}
    try:
        settings = Settings(**source)
    except ValidationError as errors:
        wrong = tuple(_sentence(error) for error in errors.errors() if error["type"] != "extra_forbidden")
        raise SettingsError(problems + wrong) from None
    if problems:
        raise SettingsError(problems)
    return Loaded(settings, _misspelt(environ))


#: What pydantic's own kinds of error mean to the person who wrote the setting.
_KINDS = {
    "int_parsing": "must be a whole number",
    "float_parsing": "must be a number",
    "bool_parsing": "must be true or false",
    "less_than_equal": "must be at most {le:g}",
    "greater_than": "must be more than {gt:g}",
    "greater_than_equal": "must be at least {ge:g}",
}


def _sentence(error: ErrorDetails) -> str:
    said = _KINDS.get(error["type"], error["msg"].removeprefix("Value error, ")).format(**error.get("ctx", {}))
    return f"{str(error['loc'][0]).upper()} {said}." if error["loc"] else said


def _unknown_in_file(env_file: Path | None) -> tuple[str, ...]:
    if env_file is None or not env_file.is_file():
        return ()
    given = DotEnvSettingsSource(Settings, env_file=env_file).env_vars
    unknown = sorted(name.upper() for name in given if name.upper() not in NAMES)
    where = " docs/settings.md lists every setting."
    hints = ((name, _hint(name)) for name in unknown)
    return tuple(f"{env_file}: {name} is no setting{hint}.{'' if hint else where}" for name, hint in hints)


def _misspelt(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Other programs' names are none of our business: only those that look like ours are reported."""
    strange = sorted(name for name in environ if name.upper() not in NAMES)
    looks = (n for n in strange if n.upper().startswith(OUR_PREFIXES) or _near(n))
    return tuple(f"{name} in the environment is no setting{_hint(name)}; it has no effect." for name in looks)


def _near(name: str) -> bool:
    return any(distance(name.upper(), ours) <= min(2, len(ours) // 4) for ours in NAMES)


def _hint(name: str) -> str:
    found = nearest(name, NAMES)
    return f" (did you mean {found}?)" if found else ""
