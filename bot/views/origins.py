"""What people call the places where schedules are declared."""

from __future__ import annotations

from bot.domain.oncall import Origin

ORIGINS = {
    Origin.POSTURE: "the posture",
    Origin.SLACK: "Slack",
    Origin.SHEET: "a Google sheet",
    Origin.PAGERDUTY: "PagerDuty",
    Origin.CALENDAR: "a calendar feed",
}
