"""Bugs that such a program could have, each as a small change of its text, and what must see it (SPEC §20, R2).

`check` is what is run in a copy of the tree that has the bug: `pytest` with tests, or `crash` with the places at which
the harness kills. A bug whose text is not found any more is an error: then the code has changed, and the bug with it.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Options of `python -m crash` that bring a place to light within seconds.
QUICK = "--towns 1 --deaths 14 --seed 4 --faulty 0"


@dataclass(frozen=True)
class Seed:
    """`before` stands exactly once in the file, and `after` in its place makes the bug."""

    name: str
    file: str
    before: str
    after: str
    check: str
    also: tuple[tuple[str, str, str], ...] = ()  # further changes (file, before, after), where two things guard one

    @property
    def changes(self) -> tuple[tuple[str, str, str], ...]:
        return ((self.file, self.before, self.after), *self.also)


def _crash(places: str) -> str:
    return f"crash {QUICK} --places {places}"


SEEDS: tuple[Seed, ...] = (
    # --- what a kill brings to light
    Seed(
        "a row is marked as sent before its call",
        "scheduler/outbox.py",
        "                outcome = await self._call(row, ready) if isinstance(ready, Job) else ready\n",
        "                await settle(self.bot, row, Sent({}), self.bot.clock.now())\n"
        "                outcome = await self._call(row, ready) if isinstance(ready, Job) else ready\n",
        _crash("settle.after_commit"),
    ),
    Seed(
        "a timer is finished before what it does",
        "scheduler/timers.py",
        "                for first in range(0, len(claimed), TOGETHER):\n",
        "                for timer in claimed:\n"
        '                    await self.bot.db.write(lambda tx, one=timer: tx.timers.finish(one, "fired"))\n'
        "                for first in range(0, len(claimed), TOGETHER):\n",
        _crash("timer.claimed"),
    ),
    Seed(
        "a try that its process did not survive is forgotten",
        "storage/outbox.py",
        "        again = [row.id for row in rows if row.fence > 1]\n",
        "        again: list[int] = []\n",
        _crash("dm.accepted,sms.accepted"),
    ),
    Seed(
        "a message in doubt is not looked up in Slack",
        "clients/slack_messages.py",
        "        if row.doubt:\n            found = await self.find(",
        "        if False:\n            found = await self.find(",
        _crash("dm.accepted"),
    ),
    Seed(
        "an SMS in doubt is not looked up at Twilio",
        "clients/twilio.py",
        "        if row.doubt:\n",
        "        if False:\n",
        _crash("sms.accepted"),
    ),
    Seed(
        "a war room in doubt is not looked up",
        "integrations/room.py",
        "            if number == 0:\n",
        "            if False:\n",
        _crash("room.created"),
    ),
    Seed(
        "the pages of a run's step are committed after its timer",
        "scheduler/timers.py",
        "            reasons = await fire(self.bot, timers, now)\n",
        "            for one in timers:\n"
        '                await self.bot.db.write(lambda tx, one=one: tx.timers.finish(one, "escalated"))\n'
        "            reasons = await fire(self.bot, timers, now)\n",
        _crash("timer.before_commit"),
    ),
    Seed(
        "a 2xx goes out before the commit",
        "web/incidents.py",
        "    answer = await declare(bot, form, Actor(None, Source.WEBHOOK, LABEL), bot.clock.now())\n"
        '    return web.json_response({"incident_id": str(answer.incident.id)}, status=201)\n',
        "    import asyncio\n"
        "    from bot.domain.people import EVERYTHING\n"
        "    newest = await bot.db.read(lambda tx: tx.incidents.recent(EVERYTHING, 1))\n"
        "    number = newest[0].id + 1 if newest else 1\n"
        "    asyncio.get_running_loop().create_task(\n"
        "        declare(bot, form, Actor(None, Source.WEBHOOK, LABEL), bot.clock.now()))\n"
        '    return web.json_response({"incident_id": str(number)}, status=201)\n',
        _crash("declare.before_commit"),
    ),
    # --- what the tests of the parts see
    Seed(
        "an outcome is written whatever the fence says",
        "storage/outbox.py",
        '    outbox.c.fence == bindparam("row_fence"),\n    outbox.c.owner == bindparam("row_owner"),\n',
        '    outbox.c.fence >= bindparam("row_fence"),\n    outbox.c.key != bindparam("row_owner"),\n',
        "pytest tests/storage/test_storage_outbox.py",
    ),
    Seed(
        "a timer is finished whatever the fence says",
        "storage/timers.py",
        "        mine = timer.c.id == claimed.id, timer.c.fence == claimed.fence,"
        " timer.c.owner == claimed.owner, _PENDING\n",
        "        mine = (timer.c.id == claimed.id,)\n",
        "pytest tests/storage/test_storage_timers.py",
    ),
    Seed(
        "a row is claimed without a lease",
        "storage/claims.py",
        "outbox.c.lease_until < real_now(postgres=postgres))",
        "outbox.c.lease_until != real_now(postgres=postgres))",
        "pytest tests/storage/test_storage_outbox.py",
    ),
    Seed(
        "of rows that say the same, the newest is dropped",
        "storage/outbox.py",
        "_newer.c.id > outbox.c.id",
        "_newer.c.id < outbox.c.id",
        "pytest tests/storage/test_storage_outbox.py",
    ),
    Seed(
        "a second bot is let onto a SQLite file",
        "storage/lock.py",
        "            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)\n",
        "            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)\n",
        "pytest tests/storage/test_storage_opening.py",
    ),
    Seed(
        "a call that may have happened is given up",
        "bot/usecases/delivery.py",
        "            return await _again(tx, row, outcome, now, wait, doubt=True)\n",
        '            return await tx.outbox.settle(row, state=RowState.DEAD, outcome="unknown")\n',
        "pytest tests/usecases/test_usecases_delivery.py",
    ),
    Seed(
        "a time-out is taken for a call that did nothing",
        "clients/faults.py",
        '        return Unknown("no answer in time", under_way=True)\n    return',
        '        return Later(reason="no answer in time")\n    return',
        "pytest tests/clients/test_clients_slack_wire.py tests/clients/test_clients_slack.py",
    ),
    Seed(
        "nobody looks again before a page is sent",
        "bot/usecases/preparing.py",
        "        if stale:\n            return Drop(stale)\n",
        "",
        "pytest tests/usecases/test_usecases_paging.py",
    ),
    Seed(
        "a run's next step is not armed",
        "bot/usecases/climb.py",
        "    await change.tx.timers.arm(timer)\n    await arm_handover(change, run)\n",
        "    await arm_handover(change, run)\n",
        "pytest tests/usecases/test_usecases_escalation.py",
    ),
    Seed(
        "a step is taken although somebody acked",
        "bot/usecases/paging.py",
        "        elif run.state is not RunState.CLIMBING:\n            reason = ",
        "        elif run.state is RunState.ENDED:\n            reason = ",
        "pytest tests/usecases/test_usecases_escalation.py",
        also=(
            (
                "bot/usecases/climb.py",
                "    await change.tx.runs.save(ended)\n"
                "    await change.tx.timers.cancel(change.incident.id, run_id=run.id)\n",
                "    await change.tx.runs.save(ended)\n",
            ),
        ),
    ),
    Seed(
        "who loses it is paged under the old generation",
        "bot/usecases/acks.py",
        "        generation=run.generation + 1,\n",
        "        generation=run.generation,\n",
        "pytest tests/usecases/test_usecases_paging.py tests/usecases/test_usecases_escalation.py",
    ),
    Seed(
        "an ack goes out before the commit",
        "commands/boundary.py",
        "        told = await self.settle(asked, act)\n        if told.ending is not Ending.DONE:\n",
        "        self.tasks.spawn(self.settle(asked, act))\n        return await ack()\n"
        "        told = await self.settle(asked, act)\n        if told.ending is not Ending.DONE:\n",
        "pytest tests/commands/test_commands_boundary.py",
    ),
    Seed(
        "an event that was not saved is acked",
        "commands/boundary.py",
        "            return BoltResponse(status=503)\n        if told.message is not None:\n",
        "            return BoltResponse(status=200)\n        if told.message is not None:\n",
        "pytest tests/commands/test_commands_boundary.py",
    ),
    Seed(
        "looking at a mail's link answers the page",
        "web/answer.py",
        '        asked = await mail_answers.look(bot, request.match_info["token"])\n',
        '        asked = await mail_answers.press(bot, request.match_info["token"], bot.clock.now())\n',
        "pytest tests/web/test_web_answer.py",
    ),
    Seed(
        "a callback is taken without Twilio's signature",
        "web/signed.py",
        '        raise Rejected(403, "wrong_signature"',
        '        Rejected(403, "wrong_signature"',
        "pytest tests/web/test_web_twilio.py",
    ),
    Seed(
        "the fallback text of a page is not escaped",
        "bot/views/pages.py",
        "    title = escape(situation.title(incident))\n    fallback",
        "    title = situation.title(incident)\n    fallback",
        "pytest tests/views/test_views_hostile.py",
    ),
    Seed(
        "an event's proof is asked for before, and not in, its transaction",
        "bot/usecases/once.py",
        "            if not await self._guard(tx):\n",
        "            if False:\n",
        "pytest tests/usecases/test_usecases_once.py",
    ),
    Seed(
        "Slack's wish to wait is not heeded",
        "clients/slack_limits.py",
        "        return timedelta(seconds=seconds) if seconds > 0 else None\n",
        "        return None\n",
        "pytest tests/clients/test_clients_slack_wire.py",
    ),
)
