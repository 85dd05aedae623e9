"""The doctor: tries every setting, changes nothing, and says what to mend."""

from __future__ import annotations

from typing import Any

import pytest
from live_slack import Live, live

from bot.settings import Settings
from cli import NO_POSTURE, doctor_local, doctor_outside, doctor_systems
from cli.doctor import Diagnosis, Health
from sandbox import seed
from sandbox.twilio import ACCOUNT_SID, AUTH_TOKEN, OWN_NUMBER


@pytest.fixture
async def sandbox() -> Any:
    async with live() as found:
        yield found


def settings(there: Live, **more: Any) -> Settings:
    base = there.running.world.base_url
    usual: dict[str, Any] = {
        "slack_bot_token": seed.BOT_TOKEN, "slack_app_token": seed.APP_TOKEN, "slack_api_url": f"{base}/api/",
        "twilio_account_sid": ACCOUNT_SID, "twilio_auth_token": AUTH_TOKEN, "twilio_phone_number": OWN_NUMBER,
        "twilio_api_url": base, "smtp_url": f"smtp://127.0.0.1:{there.running.parts.smtp_port}",
        "mail_from": "tocsin@acme.example",
    }  # fmt: skip
    return Settings(**{**usual, **more})


def how(found: Any) -> list[tuple[str, str]]:
    return [(one.part, one.health.value) for one in found]


async def test_a_good_slack_is_three_times_ok(sandbox: Live) -> None:
    found = await doctor_outside.slack(settings(sandbox))
    assert how(found) == [("bot token", "ok"), ("scopes", "ok"), ("app token", "ok")]


async def test_a_wrong_token_says_where_the_right_one_is(sandbox: Live) -> None:
    found = await doctor_outside.slack(settings(sandbox, slack_bot_token="xoxb-wrong"))
    assert found[0] == Diagnosis(
        "bot token",
        Health.BAD,
        "invalid_auth",
        "Slack does not know SLACK_BOT_TOKEN (OAuth & Permissions, Bot User OAuth Token). Copy it again.",
    )


def test_scopes_are_held_to_the_manifest() -> None:
    needed = doctor_outside.manifest_scopes()
    lacking, more = (
        doctor_outside._scopes(",".join(needed - {"pins:write"})),
        doctor_outside._scopes(",".join(needed | {"files:list"})),
    )
    assert (lacking.health, lacking.seen) == (Health.BAD, "missing: pins:write")
    assert (more.health, more.seen) == (Health.WARN, "more than needed: files:list")


async def test_twilio_and_mail(sandbox: Live) -> None:
    assert how(await doctor_outside.twilio(settings(sandbox))) == [("twilio", "ok")]
    wrong = settings(sandbox, twilio_auth_token="wrong")
    assert how(await doctor_outside.twilio(wrong)) == [("twilio", "BAD")]
    assert how(await doctor_outside.mail(settings(sandbox))) == [("mail", "ok")]
    assert how(await doctor_outside.mail(settings(sandbox, smtp_url="smtp://127.0.0.1:9"))) == [("mail", "BAD")]


async def test_without_a_public_address_replies_are_fetched(sandbox: Live) -> None:
    seen = f"{OWN_NUMBER} sends; replies are fetched by asking Twilio"
    assert await doctor_outside.twilio(settings(sandbox)) == [Diagnosis("twilio", Health.OK, seen)]


async def test_with_a_public_address_replies_must_come_to_us(sandbox: Live) -> None:
    found = await doctor_outside.twilio(settings(sandbox, public_url="https://tocsin.example"))
    assert (found[0].health, found[0].fix) == (
        Health.BAD,
        f"In the Twilio console set “A message comes in” of {OWN_NUMBER} to POST https://tocsin.example/twilio/sms.",
    )


async def test_what_is_not_configured_is_off(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.chdir(tmp_path)
    bare = Settings()
    assert how(await doctor_outside.twilio(bare)) == [("twilio", "off")]
    assert how(await doctor_outside.mail(bare)) == [("mail", "off")]
    assert how(await doctor_systems.page_webhook(bare)) == [("page webhook", "off")]
    assert how(await doctor_systems.pagerduty(bare)) == [("pagerduty", "off")]
    assert how(await doctor_systems.heartbeat(bare)) == [("heartbeat", "off")]
    assert how(await doctor_outside.public_address(bare)) == [("public address", "off")]
    assert how(await doctor_outside.slack(bare)) == [("slack", "BAD")]
    assert [(one.health, one.seen) for one in await doctor_local.posture(bare)] == [(Health.WARN, NO_POSTURE)]
    assert how(await doctor_local.database(bare)) == [("database", "ok")]


async def test_an_address_that_nobody_serves_is_warned_of(sandbox: Live) -> None:
    assert how(await doctor_outside.public_address(settings(sandbox, public_url="http://127.0.0.1:9"))) == [
        ("public address", "warn")
    ]


HOOK = {
    "page_webhook_secret": "a-secret-of-ours",
    "page_webhook_url": "https://user:canary@127.0.0.1:9/canary?t=canary",
}


async def test_a_webhook_in_the_private_network_must_be_allowed_and_is_shown_by_its_host_alone() -> None:
    refused = await doctor_systems.page_webhook(Settings(**HOOK))
    assert how(refused) == [("page webhook", "BAD")]
    assert refused[0].seen == "127.0.0.1: is not a public address"
    fine = await doctor_systems.page_webhook(Settings(**HOOK, page_webhook_allow_private=True))
    assert fine == [Diagnosis("page webhook", Health.OK, "127.0.0.1 is found; pages go there signed")]


async def test_a_dead_mans_switch_is_looked_up_and_not_asked_and_shown_by_its_host_alone() -> None:
    beat: dict[str, Any] = {"heartbeat_url": "https://127.0.0.1:9/canary"}
    refused = await doctor_systems.heartbeat(Settings(**beat))
    assert [(one.health, one.seen) for one in refused] == [(Health.BAD, "127.0.0.1: is not a public address")]
    fine = await doctor_systems.heartbeat(Settings(**beat, heartbeat_allow_private=True, heartbeat_seconds=30))
    assert fine == [Diagnosis("heartbeat", Health.OK, "127.0.0.1 is found, and hears from us every 30 s")]


async def test_pagerduty_is_warned_of_while_acks_cannot_come_back() -> None:
    key: dict[str, Any] = {"pagerduty_routing_key": "0" * 32, "pagerduty_events_url": "http://127.0.0.1:9"}
    assert how(await doctor_systems.pagerduty(Settings(**key))) == [("pagerduty", "warn")]
    back = {"pagerduty_webhook_secret": "a-secret-of-ours", "public_url": "https://tocsin.example"}
    assert how(await doctor_systems.pagerduty(Settings(**key, **back))) == [("pagerduty", "ok")]
    away = Settings(**{**key, "pagerduty_events_url": "https://events.invalid"})
    assert how(await doctor_systems.pagerduty(away)) == [("pagerduty", "BAD")]
