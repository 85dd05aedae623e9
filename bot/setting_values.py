"""What a setting's value must look like: one check a kind, each with its mistake in a sentence."""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, SecretStr


def is_loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be an address that begins with https:// or http://")
    return value


def slack_api(value: str) -> str:
    return web_address(value).rstrip("/") + "/"


def no_slash(value: str) -> str:
    return web_address(value).rstrip("/")


def loopback_address(value: str) -> str:
    if not is_loopback(urlsplit(web_address(value)).hostname):
        raise ValueError("must be on this machine (127.0.0.1): only the sandbox moves the clock")
    return value


def database(value: SecretStr) -> SecretStr:
    scheme = urlsplit(value.get_secret_value()).scheme.split("+")[0]
    if scheme not in ("sqlite", "postgresql", "postgres"):
        raise ValueError("must begin with sqlite:/// or postgresql://")
    return value


def mail_server(value: SecretStr) -> SecretStr:
    parts = urlsplit(value.get_secret_value())
    if parts.scheme not in ("smtp", "smtp+starttls", "smtps") or not parts.hostname:
        raise ValueError("must look like smtp://user:password@host:587 or smtps://host:465")
    return value


def secret_address(value: SecretStr) -> SecretStr:
    """An address that may hold a password or a token of its own."""
    web_address(value.get_secret_value())
    return value


def routing_key(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[0-9A-Za-z]{32}", value.get_secret_value()):
        raise ValueError("must be the 32 letters and digits of an Events API v2 integration (Integration Key)")
    return value


def zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as problem:
        raise ValueError("must be a zone name such as Europe/Berlin or UTC") from problem
    return value


def phone(value: str) -> str:
    if not re.fullmatch(r"\+[1-9]\d{6,14}", value):
        raise ValueError("must be a number in international form, such as +15550100000")
    return value


def account(value: str) -> str:
    if not re.fullmatch(r"AC[0-9a-fA-F]{32}", value):
        raise ValueError("must be AC and 32 hexadecimal digits (Twilio console, Account SID)")
    return value


def sender(value: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", value):
        raise ValueError("must be a mail address, such as tocsin@example.com")
    return value


def token(prefix: str, where: str) -> AfterValidator:
    def kind(value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith(prefix):
            raise ValueError(f"must begin with {prefix} ({where})")
        return value

    return AfterValidator(kind)


def secret(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value()) < 12:
        raise ValueError("must have at least 12 characters; make one with: openssl rand -hex 24")
    return value


WebhookToken = Annotated[SecretStr, AfterValidator(secret)]
