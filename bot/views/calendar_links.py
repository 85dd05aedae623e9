"""What is said of links to calendars: the link itself, how it ends, and that it ended."""

from __future__ import annotations

from bot.views.words import count, escape, one_line


def given(address: str, schedule: str) -> str:
    """The link, how to use it and how to end it; or what an admin sets so that there can be one ("")."""
    if not address:
        return "There are no calendar links: the bot has no address for the internet. An admin sets `PUBLIC_URL`."
    name = escape(one_line(schedule))
    shifts = f"everybody's shifts of {name}" if name else "your shifts"
    revoke = f"/oncall calendar revoke {name}".rstrip()
    return (
        f"Add this address to your calendar as a subscription; it shows {shifts}:\n{escape(address)}\n"
        f"Whoever has it can read them. `{revoke}` ends {'it' if name else 'all of your links'}."
    )


def revoked(links: int, schedule: str) -> str:
    """How many links ended."""
    whose = f" to {escape(one_line(schedule))}" if schedule else ""
    if not links:
        return f"Nothing was revoked: you have no calendar link{whose}."
    ended = "It shows nothing any more." if links == 1 else "They show nothing any more."
    return f"{count(links, 'calendar link')}{whose} revoked. {ended} `/oncall calendar` gives a new one."
