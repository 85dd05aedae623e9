"""The visible list of APScheduler jobs. They only call "claim and run"; the rows are the truth.

| job       | when                               | what                                             |
| wake      | at the earliest due timer          | fires due timers                                 |
| sweep     | at start, then every 5 s           | the same, whatever was missed (crash, clock jump) |
| directory | at start, then every hour          | reads Slack's directory                          |
| auditor   | every 30 s                         | re-derives what should have been sent, repairs    |
| horizon   | 00:10 UTC every day                | extends the slots to 8 weeks ahead               |
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

WAKE = "wake"

Work = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Jobs:
    """What each job calls."""

    run_due: Work
    audit: Work
    read_directory: Work
    extend_slots: Work


def build(jobs: Jobs) -> AsyncIOScheduler:
    """A scheduler with every job but `wake`, in memory; a late job still runs, once."""
    defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    now = datetime.now(UTC)
    scheduler = AsyncIOScheduler(timezone="UTC", job_defaults=defaults)
    scheduler.add_job(jobs.run_due, IntervalTrigger(seconds=5, timezone="UTC"), id="sweep", next_run_time=now)
    scheduler.add_job(jobs.audit, IntervalTrigger(seconds=30, timezone="UTC"), id="auditor")
    scheduler.add_job(jobs.read_directory, IntervalTrigger(hours=1, timezone="UTC"), id="directory", next_run_time=now)
    scheduler.add_job(jobs.extend_slots, CronTrigger(hour=0, minute=10, timezone="UTC"), id="horizon")
    return scheduler


def arm_wake(scheduler: AsyncIOScheduler, run_due: Work, at: datetime) -> None:
    """(Re)arms the one wake job; `at` is the machine's time, not the moved clock's.

    It may come due while the one before still fires timers: a second waits for it, where one would be skipped.
    """
    scheduler.add_job(run_due, DateTrigger(at, timezone="UTC"), id=WAKE, replace_existing=True, max_instances=2)
