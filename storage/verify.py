"""The invariants of durable work, checked over a whole database (DESIGN §5); each is a query for what breaks it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import RowMapping, Select, and_, exists, func, or_, select

from bot.domain.delivery import NOTIFIER_OF, RowState
from bot.domain.escalation import RunKind, RunState
from bot.domain.incident import MOVES, State
from bot.domain.receipts import behind
from bot.domain.timers import TimerKind, TimerState
from bot.ports import Tx
from storage.database import SqlDatabase
from storage.tables import incident, journal, page, run
from storage.transaction import SqlTx
from storage.work_tables import attempt, event_in, outbox, receipt, timer

#: A page that was on its way when somebody acked may still arrive; later ones may not.
ON_ITS_WAY = timedelta(seconds=5)
_SLICE = 200
_PATIENCE = 600.0  # seconds: a whole database is read


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken promise: which, in a sentence, and the row that shows it."""

    code: str
    sentence: str
    row: str


@dataclass(frozen=True, slots=True)
class Check:
    """`query` finds what may break the invariant, `breaks` decides what SQL cannot say on both databases."""

    code: str
    sentence: str  # filled from the columns of the query
    row: str
    query: Select[Any]
    breaks: Callable[[RowMapping], bool] = lambda _row: True


async def findings(db: SqlDatabase) -> list[Finding]:
    """Everything that is broken; an empty list is the good answer. Reads in slices, in one snapshot."""

    async def work(tx: Tx) -> list[Finding]:
        assert isinstance(tx, SqlTx)
        return [finding for check in checks() for finding in _found(tx, check)]

    return await db.within(_PATIENCE).read(work)


def _found(tx: SqlTx, check: Check) -> Iterator[Finding]:
    result = tx.scope.conn.execute(check.query.execution_options(yield_per=_SLICE))
    for row in result.mappings():
        if check.breaks(row):
            yield Finding(check.code, check.sentence.format_map(row), check.row.format_map(row))


def checks() -> Iterator[Check]:
    """Every invariant there is."""
    yield from (_accepted_and_answered(), _sent_once(), _quiet_after_ack(), _no_lost_row(), _no_stuck_row())
    yield from (_bundled_with_its_like(), _sent_with_its_bundle())
    yield from (_fired_once(), _attempts_closed(), _climbing_goes_on(), _steps_have_pages())
    yield from (_deliveries_move_forward(), _legal_moves(), _state_is_journalled())


def _accepted_and_answered() -> Check:
    query = select(event_in.c.source, event_in.c.key).where(event_in.c.payload != "", event_in.c.answer.is_(None))
    sentence = "An event from {source} was accepted, but nothing came of it."
    return Check("event_without_result", sentence, "event_in {source} {key}", query)


def _sent_once() -> Check:
    times = select(func.count()).where(attempt.c.outbox_id == outbox.c.id, attempt.c.outcome == "sent")
    query = select(outbox.c.id, outbox.c.key, times.scalar_subquery().label("times"))
    query = query.where(outbox.c.doubt.is_(False), times.scalar_subquery() > 1)
    return Check("sent_twice", "{key} went out {times} times, and nothing said that it may.", "outbox {id}", query)


def _quiet_after_ack() -> Check:
    query = (
        select(attempt.c.outbox_id, attempt.c.started_at, outbox.c.key, run.c.acked_at)
        .join(outbox, outbox.c.id == attempt.c.outbox_id)
        .join(run, run.c.id == outbox.c.run_id)
        .where(outbox.c.effect.in_(list(NOTIFIER_OF)), attempt.c.outcome == "sent")
        .where(run.c.state == RunState.ACKED, attempt.c.started_at > run.c.acked_at)
    )
    sentence = "{key} was sent at {started_at}, though its run was acked at {acked_at}."

    def late(row: RowMapping) -> bool:
        return bool(row["started_at"] - row["acked_at"] > ON_ITS_WAY)

    return Check("page_after_ack", sentence, "outbox {outbox_id}", query, late)


def _no_lost_row() -> Check:
    waits = outbox.c.state == RowState.PENDING
    lost = or_(and_(waits, outbox.c.done_at.is_not(None)), and_(~waits, outbox.c.done_at.is_(None)))
    query = select(outbox.c.id, outbox.c.key, outbox.c.state).where(lost)
    return Check("row_neither_waits_nor_ended", "{key} is {state}, but its times say otherwise.", "outbox {id}", query)


def _no_stuck_row() -> Check:
    """A row that comes after itself, or after a younger one of its own stream, would wait for ever."""
    first = outbox.alias("first")
    query = select(outbox.c.id, outbox.c.key, outbox.c.after).join(first, first.c.key == outbox.c.after)
    both = outbox.c.state == RowState.PENDING, first.c.state == RowState.PENDING
    behind = and_(first.c.stream == outbox.c.stream, first.c.id > outbox.c.id)
    query = query.where(*both, or_(first.c.id == outbox.c.id, behind))
    return Check("row_waits_for_ever", "{key} waits for {after}, which waits for it.", "outbox {id}", query)


def _bundled_with_its_like() -> Check:
    """One person, one notifier, and drills by themselves."""
    bundle = outbox.alias("bundle")
    query = select(outbox.c.id, outbox.c.key, bundle.c.key.label("bundle"), incident.c.drill, bundle.c.payload)
    query = query.join(bundle, bundle.c.id == outbox.c.bundle_id).join(incident, incident.c.id == outbox.c.incident_id)
    query = query.add_columns((bundle.c.person_id == outbox.c.person_id).label("same_person"))
    query = query.add_columns((bundle.c.effect == outbox.c.effect).label("same_way"))

    def strange(row: RowMapping) -> bool:
        return not (row["same_person"] and row["same_way"] and row["drill"] == (row["payload"].get("drill") is True))

    return Check("bundled_with_others", "{key} is in {bundle}, which is not its like.", "outbox {id}", query, strange)


def _sent_with_its_bundle() -> Check:
    """What is said to have gone out in a bundle, by the provider's name for the bundle."""
    bundle = outbox.alias("bundle")
    query = select(outbox.c.id, outbox.c.key, outbox.c.result, bundle.c.state, bundle.c.result.label("its"))
    query = query.join(bundle, bundle.c.id == outbox.c.bundle_id).where(outbox.c.state == RowState.SENT)

    def alone(row: RowMapping) -> bool:
        """One that outlived its bundle goes by itself."""
        if "bundle" not in row["result"]:
            return False
        named = all(row["result"].get(name) == row["its"].get(name) for name in ("sid", "ts", "message_id"))
        return row["state"] is not RowState.SENT or not named

    return Check("sent_without_its_bundle", "{key} is sent, but its bundle is not.", "outbox {id}", query, alone)


def _fired_once() -> Check:
    same = timer.c.run_id, timer.c.kind, timer.c.generation, timer.c.due_at
    query = select(*same, func.count().label("times"), func.max(timer.c.id).label("id"))
    query = query.where(timer.c.state == TimerState.FIRED, timer.c.run_id.is_not(None)).group_by(*same)
    sentence = "A timer of run {run_id}, due at {due_at}, fired {times} times."
    return Check("timer_fired_twice", sentence, "timer {id}", query.having(func.count() > 1))


def _attempts_closed() -> Check:
    newer = attempt.alias("newer")
    later = exists().where(newer.c.outbox_id == attempt.c.outbox_id, newer.c.fence > attempt.c.fence)
    query = select(attempt.c.outbox_id, attempt.c.fence).where(attempt.c.outcome.is_(None), later)
    sentence = "Try {fence} has no outcome, though the row was tried again."
    return Check("attempt_without_outcome", sentence, "outbox {outbox_id}", query)


def _climbing_goes_on() -> Check:
    """But for a run that only tells a position once: it has no next step."""
    waits = timer.c.state == TimerState.PENDING, timer.c.kind == TimerKind.ESCALATE
    armed = exists().where(timer.c.run_id == run.c.id, *waits)
    query = select(run.c.id, run.c.incident_id).join(incident, incident.c.id == run.c.incident_id)
    climbs = run.c.state == RunState.CLIMBING, run.c.kind != RunKind.NOTIFY
    query = query.where(*climbs, incident.c.state != State.RESOLVED, ~armed)
    sentence = "INC-{incident_id} still pages, but nothing will take its next step."
    return Check("run_without_timer", sentence, "run {id}", query)


def _steps_have_pages() -> Check:
    """A step that means nobody is passed over, with a reason: the run never stands at it."""
    paged = exists().where(page.c.run_id == run.c.id, page.c.step == run.c.step)
    query = select(run.c.id, run.c.incident_id, run.c.step).where(run.c.step >= 0, ~paged)
    sentence = "Step {step} of a run of INC-{incident_id} was taken, and nobody was paged by it."
    return Check("step_without_pages", sentence, "run {id}", query)


def _deliveries_move_forward() -> Check:
    """Held against what providers said, of which every word is kept."""
    said = receipt.c.state.label("said"), outbox.c.reach, outbox.c.key, outbox.c.id
    query = select(*said).join(outbox, outbox.c.id == receipt.c.outbox_id)
    sentence = "{key} stands at {reach}, though its provider said {said}."
    return Check("delivery_went_back", sentence, "outbox {id}", query, lambda row: behind(row["reach"], row["said"]))


def _legal_moves() -> Check:
    before = func.lag(journal.c.state).over(partition_by=journal.c.incident_id, order_by=journal.c.version)
    moves = select(journal.c.incident_id, journal.c.version, journal.c.state, before.label("before")).subquery("moves")
    legal = or_(*(and_(moves.c.before == start, moves.c.state.in_(ends)) for start, ends in MOVES.items()))
    query = select(moves).where(moves.c.before.is_not(None), ~legal)
    sentence = "INC-{incident_id} went from {before} to {state}, which no rule allows."
    return Check("illegal_move", sentence, "journal {incident_id} {version}", query)


def _state_is_journalled() -> Check:
    newest = select(journal.c.state).where(journal.c.incident_id == incident.c.id)
    newest = newest.order_by(journal.c.version.desc()).limit(1)
    query = select(incident.c.id, incident.c.state).where(
        or_(newest.scalar_subquery() != incident.c.state, newest.scalar_subquery().is_(None))
    )
    return Check("state_without_move", "INC-{id} is {state}, but no move led there.", "incident {id}", query)
