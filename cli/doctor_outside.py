"""What the doctor tries outside: Slack's tokens and scopes, Twilio, the mail server, the public address."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp

from cli import CALLED
from cli.doctor import Diagnosis, Health
from cli.slack_words import sentence

if TYPE_CHECKING:
    from pydantic import SecretStr

    from bot.settings import Settings

MANIFEST = Path(__file__).resolve().parents[1] / "manifest.yaml"
TIMEOUT = aiohttp.ClientTimeout(total=5)


async def slack(settings: Settings) -> Sequence[Diagnosis]:
    """Both tokens, and the scopes that Slack granted against those of the manifest."""
    missing = settings.missing_to_run()
    if missing:
        fix = f"README, “Going live”, says where Slack shows them; `{CALLED} sandbox` needs none."
        return [Diagnosis("slack", Health.BAD, f"{' and '.join(missing)} not set", fix)]
    base = settings.slack_api_url
    async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
        bot, headers = await _ask(session, f"{base}auth.test", settings.slack_bot_token)
        app, _ = await _ask(session, f"{base}apps.connections.open", settings.slack_app_token)
    found = [_token("bot token", "auth.test", bot, f"{bot.get('team')} as @{bot.get('user')}")]
    if bot.get("ok"):
        found.append(_scopes(headers.get("x-oauth-scopes", "")))
    return [*found, _token("app token", "apps.connections.open", app, "Socket Mode opens")]


async def _ask(session: aiohttp.ClientSession, url: str, token: SecretStr | None) -> tuple[dict[str, Any], Any]:
    assert token is not None
    try:
        async with session.post(url, headers={"Authorization": f"Bearer {token.get_secret_value()}"}) as answer:
            data = await answer.json(content_type=None)
            return data if isinstance(data, dict) else {}, answer.headers
    except (aiohttp.ClientError, ValueError) as problem:
        return {"error": type(problem).__name__}, {}


def _token(part: str, method: str, answer: dict[str, Any], works: str) -> Diagnosis:
    if answer.get("ok"):
        return Diagnosis(part, Health.OK, works)
    code = str(answer.get("error", "no answer of Slack's"))
    return Diagnosis(part, Health.BAD, code, sentence(method, code))


def _scopes(granted: str) -> Diagnosis:
    needed = manifest_scopes()
    given = {scope.strip() for scope in granted.split(",") if scope.strip()}
    lacking = sorted(needed - given)
    if lacking:
        fix = "Put manifest.yaml into the app (App Manifest), then install it again."
        return Diagnosis("scopes", Health.BAD, f"missing: {', '.join(lacking)}", fix)
    more = sorted(given - needed)
    if more:
        return Diagnosis("scopes", Health.WARN, f"more than needed: {', '.join(more)}", "Take them away when you can.")
    return Diagnosis("scopes", Health.OK, f"all {len(needed)} of the manifest")


def manifest_scopes(path: Path = MANIFEST) -> set[str]:
    """The bot scopes that manifest.yaml asks for."""
    from ruamel.yaml import YAML

    found = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    return set(found["oauth_config"]["scopes"]["bot"])


async def twilio(settings: Settings) -> Sequence[Diagnosis]:
    """The account, our number, and where its SMS go."""
    if not settings.twilio_account_sid or settings.twilio_auth_token is None:
        return [Diagnosis("twilio", Health.OFF, "TWILIO_… is not set: no SMS, no calls")]
    account = f"{settings.twilio_api_url}/2010-04-01/Accounts/{settings.twilio_account_sid}"
    token = settings.twilio_auth_token.get_secret_value()
    auth = {"Authorization": aiohttp.encode_basic_auth(settings.twilio_account_sid, token)}
    number = settings.twilio_phone_number or ""
    try:
        async with aiohttp.ClientSession(timeout=TIMEOUT, headers=auth) as session:
            async with session.get(f"{account}.json") as answer:
                if answer.status != 200:
                    fix = "Copy Account SID and Auth Token again from the Twilio console."
                    return [Diagnosis("twilio", Health.BAD, f"refused ({answer.status})", fix)]
            async with session.get(f"{account}/IncomingPhoneNumbers.json", params={"PhoneNumber": number}) as answer:
                listed = (await answer.json()).get("incoming_phone_numbers") or []
    except (aiohttp.ClientError, ValueError) as problem:
        return [Diagnosis("twilio", Health.BAD, f"not reached ({type(problem).__name__})", "Check the network.")]
    return [_number(settings, number, listed)]


def _number(settings: Settings, number: str, listed: Sequence[dict[str, Any]]) -> Diagnosis:
    mine = next((one for one in listed if one.get("phone_number") == number), None)
    if mine is None:
        fix = "Buy it in the Twilio console, or set TWILIO_PHONE_NUMBER to one of the account's."
        return Diagnosis("twilio", Health.BAD, f"{number} is no number of this account", fix)
    if settings.public_url is None:
        return Diagnosis("twilio", Health.OK, f"{number} sends; replies are fetched by asking Twilio")
    wanted = f"{settings.public_url}/twilio/sms"
    if mine.get("sms_url") != wanted:
        fix = f"In the Twilio console set “A message comes in” of {number} to POST {wanted}."
        return Diagnosis("twilio", Health.BAD, f"SMS to {number} go to {mine.get('sms_url') or 'nowhere'}", fix)
    return Diagnosis("twilio", Health.OK, f"{number} sends and receives")


async def mail(settings: Settings) -> Sequence[Diagnosis]:
    """The server answers, takes TLS where it must and knows who we are; nothing is sent."""
    if settings.smtp_url is None or settings.mail_from is None:
        return [Diagnosis("mail", Health.OFF, "SMTP_URL is not set: no mail")]
    import aiosmtplib

    from clients.smtp import read_url

    server = read_url(settings.smtp_url.get_secret_value())
    where = f"{server.host}:{server.port}"
    client = aiosmtplib.SMTP(
        hostname=server.host, port=server.port, use_tls=server.use_tls, start_tls=server.start_tls,
        username=server.username, password=server.password, timeout=5,
    )  # fmt: skip
    try:
        await client.connect()
        await client.quit()
    except aiosmtplib.SMTPAuthenticationError:
        return [Diagnosis("mail", Health.BAD, f"{where} refuses user or password", "Check them in SMTP_URL.")]
    except (aiosmtplib.SMTPException, OSError) as problem:
        fix = "Check host, port and firewall in SMTP_URL."
        return [Diagnosis("mail", Health.BAD, f"{where}: {type(problem).__name__}", fix)]
    finally:
        client.close()
    return [Diagnosis("mail", Health.OK, f"{where} takes mail from {settings.mail_from}")]


async def public_address(settings: Settings) -> Sequence[Diagnosis]:
    """Whether the bot answers where the internet would look for it."""
    if settings.public_url is None:
        return [
            Diagnosis("public address", Health.OFF, "PUBLIC_URL is not set: calls take no keys, mails hold no links")
        ]
    url = f"{settings.public_url}/healthz"
    fix = "Start the bot, and let PUBLIC_URL lead to HTTP_HOST:HTTP_PORT."
    try:
        async with aiohttp.ClientSession(timeout=TIMEOUT) as session, session.get(url) as answer:
            if answer.status == 200:
                return [Diagnosis("public address", Health.OK, f"{url} answers")]
            return [Diagnosis("public address", Health.WARN, f"{url} answers {answer.status}", fix)]
    except (aiohttp.ClientError, ValueError) as problem:
        return [Diagnosis("public address", Health.WARN, f"{url}: {type(problem).__name__}", fix)]
