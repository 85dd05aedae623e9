"""What people are told of a storm: that it lasts, and what it means for pages."""

from __future__ import annotations

from datetime import datetime

from bot.domain.storms import Storm
from bot.views.words import after, at

MEANS = "Where one person gets many pages they come in few messages; SEV1 and the first page of a service go at once."


def lasts(storm: Storm, now: datetime) -> str:
    """One line, for lists and App Home."""
    return f"⛈️ *Storm* since {at(storm.began_at, now)} ({after(now - storm.began_at)}). {MEANS}"
