"""The service account that reads and writes the spreadsheet: its key, made when first asked for, and its tokens.

A key opens nothing but this sandbox. Tokens are asked for as RFC 7523 says, with a JWT that the key signed:
developers.google.com/identity/protocols/oauth2/service-account
"""

from __future__ import annotations

import base64
import json
import secrets
import time
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

MAIL = "tocsin@acme-sandbox.iam.gserviceaccount.example"
KEY_ID = "5andb0x000000000000000000000000000000001"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
AUDIENCE = "https://oauth2.googleapis.com/token"  # google-auth names it whatever the key's `token_uri`
TOKEN_SECONDS = 3599
LONGEST_LIFE, SKEW = 3600, 300  # of an assertion; clocks may differ

_FULL = frozenset(
    {
        "https://www.googleapis.com/auth/spreadsheets",
        "https://www.googleapis.com/auth/drive",
        "https://www.googleapis.com/auth/drive.file",
    }
)
_READING = frozenset({"https://www.googleapis.com/auth/spreadsheets.readonly"})


class NoToken(ValueError):
    """The token endpoint refuses: an error of RFC 6749, and a description."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error


class Account:
    """One service account with one key. Tokens live for an hour of real time, as long as the sandbox."""

    def __init__(self) -> None:
        self._tokens: dict[str, tuple[float, frozenset[str]]] = {}

    def credentials(self, base_url: str) -> dict[str, str]:
        """The JSON key, as Google's console hands it out."""
        from cryptography.hazmat.primitives import serialization

        forms = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        return {
            "type": "service_account",
            "project_id": "acme-sandbox",
            "private_key_id": KEY_ID,
            "private_key": _key().private_bytes(*forms).decode(),
            "client_email": MAIL,
            "client_id": "100000000000000000001",
            "auth_uri": f"{base_url}/o/oauth2/auth",
            "token_uri": f"{base_url}/google/token",
            "universe_domain": "googleapis.com",
        }

    def token(self, form: Mapping[str, str], token_uri: str) -> dict[str, Any]:
        """A new token for a signed assertion. NoToken for anything else."""
        if form.get("grant_type") != GRANT:
            raise NoToken("unsupported_grant_type", f"Invalid grant_type: {form.get('grant_type', '')}")
        claims = self._checked(form.get("assertion", ""))
        now = time.time()
        if claims.get("iss") != MAIL:
            raise NoToken("invalid_grant", "Invalid grant: account not found")
        if claims.get("aud") not in (AUDIENCE, token_uri):
            raise NoToken("invalid_grant", "Invalid JWT: Failed audience check.")
        begins, ends = _number(claims, "iat"), _number(claims, "exp")
        if not (begins - SKEW <= now < ends + SKEW and ends - begins <= LONGEST_LIFE + SKEW):
            raise NoToken(
                "invalid_grant",
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
                "Check your iat and exp values in the JWT claim.",
            )
        scopes = frozenset(str(claims.get("scope", "")).split())
        if not scopes:
            raise NoToken("invalid_scope", "Invalid OAuth scope or ID token audience provided.")
        made = f"ya29.c.{secrets.token_urlsafe(48)}"
        self._tokens[made] = (now + TOKEN_SECONDS, scopes)
        return {"access_token": made, "expires_in": TOKEN_SECONDS, "token_type": "Bearer"}

    def forget(self) -> None:
        """No token that was handed out is valid any more."""
        self._tokens.clear()

    def scope(self, header: str) -> str | None:
        """What an Authorization header allows: `write`, `read`, or nothing (an empty text); None: no valid token."""
        ends, scopes = self._tokens.get(header.removeprefix("Bearer "), (0.0, frozenset[str]()))
        if not header.startswith("Bearer ") or ends <= time.time():
            return None
        return "write" if scopes & _FULL else "read" if scopes & _READING else ""

    def _checked(self, assertion: str) -> dict[str, Any]:
        """The claims of an assertion that our key signed."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import padding

        try:
            signed, _, signature = assertion.rpartition(".")
            head, claims = (json.loads(_decoded(part)) for part in signed.split("."))
            _key().public_key().verify(_decoded(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            raise NoToken("invalid_grant", "Invalid JWT Signature.") from None
        except (ValueError, TypeError):
            raise NoToken("invalid_request", "Bad Request") from None
        if not isinstance(head, dict) or head.get("alg") != "RS256" or not isinstance(claims, dict):
            raise NoToken("invalid_grant", "Invalid JWT Signature.")
        return claims


@cache
def _key() -> RSAPrivateKey:
    """One for the whole process. Cryptography is loaded, and the key made, only where somebody wants it."""
    from cryptography.hazmat.primitives.asymmetric import rsa

    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _number(claims: Mapping[str, Any], name: str) -> float:
    found = claims.get(name, 0)
    return float(found) if isinstance(found, int | float) else 0.0
