"""What Slack's refusals mean at the start, and what to do about each."""

from __future__ import annotations

_TOKEN = {
    "auth.test": "SLACK_BOT_TOKEN (OAuth & Permissions, Bot User OAuth Token)",
    "apps.connections.open": "SLACK_APP_TOKEN (Basic Information, App-Level Tokens, with connections:write)",
}

_CODES = {
    "invalid_auth": "Slack does not know {token}. Copy it again.",
    "not_authed": "Slack does not know {token}. Copy it again.",
    "token_revoked": "{token} was revoked. Install the app again and copy the new one.",
    "token_expired": "{token} has expired. Install the app again and copy the new one.",
    "account_inactive": "The app was removed from its workspace. Install it again and copy {token}.",
    "not_allowed_token_type": "{token} is a token of another kind.",
    "missing_scope": "{token} lacks a scope. Compare the app's manifest with manifest.yaml and install it again.",
    "forbidden_team": "{token} belongs to a workspace that refuses Socket Mode.",
}


def sentence(method: str, code: str) -> str:
    """A refusal in words; a fault of the wire says that Slack was not reached."""
    token = _TOKEN.get(method, "the token")
    words = _CODES.get(code)
    if words is None:
        return f"Slack could not be asked ({method}: {code}). Check the network and SLACK_API_URL, then try again."
    said = words.format(token=token)
    return said[0].upper() + said[1:]
