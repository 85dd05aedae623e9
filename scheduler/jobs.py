"""The visible list of APScheduler jobs. They only call "claim and run"; the rows are the truth.

| job       | when                               | what                                             |
| wake      | at the earliest due timer          | fires due timers                                 |
| sweep     | at start, then every 5 s           | the same, whatever was missed (crash, clock jump) |
| directory | at start, then every hour          | reads Slack's directory                          |
| auditor   | every 30 s                         | re-derives what should have been sent, repairs    |
| storm     | every 10 s                         | tells admins that a storm began, or is over       |
| horizon   | 00:10 UTC every day                | extends slots to 8 weeks ahead, finds lost posts |
| retention | 01:10 UTC every day                | prunes what is over                              |
| gaps      | 00:40 UTC every day                | tells who can mend them of gaps in on call        |
| lacks     | 00:50 UTC every day                | tells admins what the posture names and Slack lacks |
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

WAKE = "wake"

#: A job that takes longer is cut off, so that its next turn is not skipped for ever. Timers have a watch of their own.
JOB_SECONDS = 300.0
AUDIT_SECONDS = 60.0
PRUNE_SECONDS = 900.0
DIRECTORY_SECONDS = 1800.0  # a large workspace, at Slack's pace

log = structlog.get_logger("jobs")

Work = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Jobs:
    """What each job calls."""

    run_due: Work
    audit: Work
    read_directory: Work
    extend_slots: Work
    tell_gaps: Work
    watch_storms: Work
    prune: Work
    tell_lacks: Work


def build(jobs: Jobs) -> AsyncIOScheduler:
    """A scheduler with every job but `wake`, in memory; a late job still runs, once."""
    defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    now = datetime.now(UTC)
    scheduler = AsyncIOScheduler(timezone="UTC", job_defaults=defaults)
    scheduler.add_job(jobs.run_due, IntervalTrigger(seconds=5, timezone="UTC"), id="sweep", next_run_time=now)
    audit = within("auditor", jobs.audit, AUDIT_SECONDS)
    scheduler.add_job(audit, IntervalTrigger(seconds=30, timezone="UTC"), id="auditor")
    storm = within("storm", jobs.watch_storms, AUDIT_SECONDS)
    scheduler.add_job(storm, IntervalTrigger(seconds=10, timezone="UTC"), id="storm")
    directory = within("directory", jobs.read_directory, DIRECTORY_SECONDS)
    scheduler.add_job(directory, IntervalTrigger(hours=1, timezone="UTC"), id="directory", next_run_time=now)
    horizon = within("horizon", jobs.extend_slots)
    scheduler.add_job(horizon, CronTrigger(hour=0, minute=10, timezone="UTC"), id="horizon")
    gaps = within("gaps", jobs.tell_gaps)
    scheduler.add_job(gaps, CronTrigger(hour=0, minute=40, timezone="UTC"), id="gaps")
    lacks = within("lacks", jobs.tell_lacks, DIRECTORY_SECONDS)
    scheduler.add_job(lacks, CronTrigger(hour=0, minute=50, timezone="UTC"), id="lacks")
    retention = within("retention", jobs.prune, PRUNE_SECONDS)
    scheduler.add_job(retention, CronTrigger(hour=1, minute=10, timezone="UTC"), id="retention")
    return scheduler


def within(name: str, work: Work, seconds: float = JOB_SECONDS) -> Work:
    """The same work, cut off after so many seconds."""

    async def run() -> None:
        try:
            async with asyncio.timeout(seconds):
                await work()
        except TimeoutError:
            log.error("a job took too long and was cut off", job=name, seconds=seconds)

    return quiet(name, run)


def quiet(name: str, work: Work) -> Work:
    """The same work, ended without a traceback by a stop or a replaced scheduler: what is left comes again."""

    async def run() -> None:
        try:
            await work()
        except asyncio.CancelledError:
            log.info("a job was cut off", job=name)

    return run


def arm_wake(scheduler: AsyncIOScheduler, run_due: Work, at: datetime) -> None:
    """(Re)arms the one wake job; `at` is the machine's time, not the moved clock's.

    It may come due while the one before still fires timers: a second waits for it, where one would be skipped.
    """
    scheduler.add_job(run_due, DateTrigger(at, timezone="UTC"), id=WAKE, replace_existing=True, max_instances=2)
