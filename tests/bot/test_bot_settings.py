"""Settings: every one documented, every mistake in a sentence, no secret ever shown."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.settings import NAMES, Loaded, Settings, SettingsError, load

DOC = Path(__file__).parents[2] / "docs" / "settings.md"
TWILIO = {
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "canary-twilio",
    "TWILIO_PHONE_NUMBER": "+15550100000",
}


@pytest.fixture(autouse=True)
def no_settings_of_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.upper() in NAMES:
            monkeypatch.delenv(name)


def settings(monkeypatch: pytest.MonkeyPatch, **environment: str) -> Loaded:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return load(environ=environment)


def problems(monkeypatch: pytest.MonkeyPatch, **environment: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        settings(monkeypatch, **environment)
    return caught.value.problems


def test_nothing_set_gives_the_defaults_and_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = settings(monkeypatch)
    assert loaded.warnings == ()
    assert loaded.settings.missing_to_run() == ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")
    assert loaded.settings.database_url.get_secret_value() == "sqlite:///data/tocsin.db"
    assert (loaded.settings.escalation_delay_minutes, loaded.settings.tz) == (15, "UTC")
    assert loaded.settings.posture_path is None
    assert loaded.settings.webhook_tokens() == {}


def test_posture_yaml_is_read_where_it_lies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "posture.yaml").touch()
    assert settings(monkeypatch).settings.posture_path == Path("posture.yaml")
    assert settings(monkeypatch, POSTURE="elsewhere").settings.posture_path == Path("elsewhere")


def test_addresses_are_brought_to_one_form(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = settings(monkeypatch, SLACK_API_URL="http://127.0.0.1:8900/api", PUBLIC_URL="https://bot.example/")
    assert loaded.settings.slack_api_url == "http://127.0.0.1:8900/api/"
    assert loaded.settings.public_url == "https://bot.example"


def test_an_empty_value_is_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings(monkeypatch, SLACK_BOT_TOKEN="", HTTP_PORT="").settings.http_port == 8080


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SLACK_BOT_TOKEN", "xapp-1", "must begin with xoxb- (OAuth & Permissions, Bot User OAuth Token)"),
        ("SLACK_APP_TOKEN", "xoxb-1", "must begin with xapp- (Basic Information, App-Level Tokens)"),
        ("SLACK_API_URL", "slack.com", "must be an address that begins with https:// or http://"),
        ("DATABASE_URL", "mysql://u:canary@h/d", "must begin with sqlite:/// or postgresql://"),
        ("HTTP_PORT", "canary", "must be a whole number"),
        ("HTTP_PORT", "70000", "must be at most 65535"),
        ("HTTP_PORT", "-1", "must be at least 0"),
        ("TWILIO_ACCOUNT_SID", "canary", "must be AC and 32 hexadecimal digits (Twilio console, Account SID)"),
        ("TWILIO_PHONE_NUMBER", "0151", "must be a number in international form, such as +15550100000"),
        ("SMTP_URL", "canary", "must look like smtp://user:password@host:587 or smtps://host:465"),
        ("MAIL_FROM", "tocsin", "must be a mail address, such as tocsin@example.com"),
        ("ESCALATION_DELAY_MINUTES", "soon", "must be a number"),
        ("ESCALATION_DELAY_MINUTES", "0", "must be more than 0"),
        ("PAGE_WEBHOOK_URL", "canary", "must be an address that begins with https:// or http://"),
        ("HEARTBEAT_SECONDS", "5", "must be at least 10"),
        ("PAGE_WEBHOOK_ALLOW_PRIVATE", "canary", "must be true or false"),
        (
            "PAGERDUTY_ROUTING_KEY",
            "canary",
            "must be the 32 letters and digits of an Events API v2 integration (Integration Key)",
        ),
        (
            "PAGERDUTY_WEBHOOK_SECRET",
            "canary",
            "must have at least 12 characters; make one with: openssl rand -hex 24",
        ),
        ("TZ", "Mars/Base", "must be a zone name such as Europe/Berlin or UTC"),
        ("FAIL_ON_NO_ASSIGNEE", "maybe", "must be true or false"),
        ("CLOCK_URL", "http://10.0.0.1/clock", "must be on this machine (127.0.0.1): only the sandbox moves the clock"),
        (
            "WEBHOOK_TOKEN_INCIDENTS",
            "canary",
            "must have at least 12 characters; make one with: openssl rand -hex 24",
        ),
    ],
)
def test_a_wrong_value_is_one_sentence_without_the_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    assert problems(monkeypatch, **{name: value}) == (f"{name} {sentence}.",)


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        (
            {"TWILIO_AUTH_TOKEN": "canary"},
            "TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_PHONE_NUMBER go together: set all three.",
        ),
        ({"SMTP_URL": "smtp://h"}, "MAIL_FROM is missing: mail pages need a sender beside SMTP_URL."),
        (
            {"PAGE_WEBHOOK_URL": "https://u:canary@hooks.example/x"},
            "PAGE_WEBHOOK_URL and PAGE_WEBHOOK_SECRET go together: set both.",
        ),
        (
            {"PAGE_WEBHOOK_SECRET": "canary-canary"},
            "PAGE_WEBHOOK_URL and PAGE_WEBHOOK_SECRET go together: set both.",
        ),
        (
            {"HEARTBEAT_URL": "http://beats.example/canary"},
            "HEARTBEAT_URL must begin with https://: over http:// it could be faked by others."
            " In your own network HEARTBEAT_ALLOW_PRIVATE=true allows it.",
        ),
        (
            {"PAGE_WEBHOOK_URL": "http://hooks.example/canary", "PAGE_WEBHOOK_SECRET": "canary-canary"},
            "PAGE_WEBHOOK_URL must begin with https://: over http:// pages could be read by others."
            " In your own network PAGE_WEBHOOK_ALLOW_PRIVATE=true allows it.",
        ),
        (
            {"CLOCK_URL": "http://127.0.0.1:8900/clock"},
            "CLOCK_URL is refused with the real Slack: only the sandbox moves the clock.",
        ),
        (
            {"SLACK_API_URL": "http://slack.example/api/"},
            "SLACK_API_URL must begin with https://: over http:// the token would be readable.",
        ),
        (
            {"GOOGLE_API_URL": "http://sheets.example"},
            "GOOGLE_API_URL must begin with https://: over http:// the token would be readable.",
        ),
    ],
)
def test_settings_that_do_not_fit_together_are_refused(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], sentence: str
) -> None:
    assert problems(monkeypatch, **environment) == (sentence,)


def test_every_mistake_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert problems(monkeypatch, TZ="x", HTTP_PORT="y") == (
        "HTTP_PORT must be a whole number.",
        "TZ must be a zone name such as Europe/Berlin or UTC.",
    )


def test_names_in_the_environment_that_look_like_ours_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = settings(monkeypatch, SLACK_BOT_TOKNE="x", WEBHOOK_TOKEN_GRAFANA="x", HTTP_PROXY="x", POSTGRES_DB="x")
    assert loaded.warnings == (
        "SLACK_BOT_TOKNE in the environment is no setting (did you mean SLACK_BOT_TOKEN?); it has no effect.",
        "WEBHOOK_TOKEN_GRAFANA in the environment is no setting (did you mean WEBHOOK_TOKEN_CANARY?); "
        "it has no effect.",
    )


def test_a_name_in_the_file_that_is_no_setting_stops_the_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("TZ=Europe/Berlin\nPUBLICURL=https://canary.example\nBANANA=canary\n")
    assert problems(monkeypatch) == (
        ".env: BANANA is no setting. docs/settings.md lists every setting.",
        ".env: PUBLICURL is no setting (did you mean PUBLIC_URL?).",
    )


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("TZ=Europe/Berlin\nHTTP_PORT=9000\n")
    loaded = settings(monkeypatch, HTTP_PORT="9001")
    assert (loaded.settings.tz, loaded.settings.http_port) == ("Europe/Berlin", 9001)


def test_no_secret_shows_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = settings(
        monkeypatch,
        SLACK_BOT_TOKEN="xoxb-canary",
        SLACK_APP_TOKEN="xapp-canary",
        DATABASE_URL="postgresql://u:canary@h/d",
        SMTP_URL="smtp://u:canary@h",
        MAIL_FROM="a@b.example",
        WEBHOOK_TOKEN_INCIDENTS="canary-canary",
        PAGE_WEBHOOK_URL="https://u:canary@hooks.example/canary",
        PAGE_WEBHOOK_SECRET="canary-canary",
        HEARTBEAT_URL="https://beats.example/canary",
        PAGERDUTY_ROUTING_KEY="canary" + "0" * 26,
        PAGERDUTY_WEBHOOK_SECRET="canary-canary",
        **TWILIO,
    )
    shown = f"{loaded!r}{loaded.settings}".replace("webhook_token_canary=None", "")  # a setting of that name
    assert "canary" not in shown
    assert loaded.settings.webhook_tokens() == {"incidents": "canary-canary"}


def test_codes_and_links_are_made_from_the_bot_s_token_which_they_do_not_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    first = settings(monkeypatch, SLACK_BOT_TOKEN="xoxb-1").settings.secret
    again = settings(monkeypatch, SLACK_BOT_TOKEN="xoxb-1").settings.secret
    other = settings(monkeypatch, SLACK_BOT_TOKEN="xoxb-2").settings.secret
    assert (first == again, first == other, len(first), b"xoxb" in first) == (True, False, 32, False)


def documented() -> list[tuple[str, str, str]]:
    """Rows of the table in docs/settings.md."""
    return re.findall(r"^\| `([A-Z_]+)` \| (.*?) \| (.*) \|$", DOC.read_text(encoding="utf-8"), re.MULTILINE)


def shown_default(value: object) -> str:
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return "" if value is None else f"`{text}`"


def test_the_document_says_what_the_code_does() -> None:
    in_code = [(n.upper(), shown_default(f.default), f.description) for n, f in Settings.model_fields.items()]
    assert documented() == in_code
