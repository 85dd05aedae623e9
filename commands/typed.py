"""What people typed, out of Slack's escaping: mentions, links and entities become plain text.

Slack sends `<@U1|name>`, `<#C1|name>`, `<!here>`, `<https://a|text>` and `&amp; &lt; &gt;` (once each).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_MARK = re.compile(r"<(?:([@#!])([^<>|]+)|([a-z][a-z0-9+.-]*:[^<>|]+))(?:\|([^<>]*))?>")
_EVERYBODY = ("here", "channel", "everyone")
_GROUP = re.compile(r"^<!subteam\^(S[A-Z0-9]+)(?:\|[^<>]*)?>$")
_MENTION = re.compile(r"^<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>$")


def plain(text: str, names: Mapping[str, str] | None = None) -> str:
    """The text as the person sees it. `names` gives names to Slack ids that come without one."""
    known = names or {}

    def shown(found: re.Match[str]) -> str:
        sign, target, link, label = found.groups()
        if sign == "@":
            return f"@{label or known.get(target, target)}"
        if sign == "#":
            return f"#{label or target}"
        if sign == "!":
            return f"@{target}" if target in _EVERYBODY else label or target
        return str(link).removeprefix("mailto:")

    return _entities(_MARK.sub(shown, text))


def mentioned(word: str) -> str | None:
    """The Slack id in one escaped mention; None for any other word."""
    found = _MENTION.match(word)
    return found.group(1) if found else None


def group_mentioned(word: str) -> str | None:
    """The Slack id of the user group in one escaped mention; None for any other word."""
    found = _GROUP.match(word)
    return found.group(1) if found else None


def mentions(text: str) -> tuple[str, ...]:
    """Slack ids of the people who are mentioned without a name."""
    return tuple(target for sign, target, _, label in _MARK.findall(text) if sign == "@" and not label)


def _entities(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
