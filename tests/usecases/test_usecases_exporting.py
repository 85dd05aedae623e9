"""An export of contacts says by what people can be reached, and no number and no address of theirs."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import databases
from night import night_on

from bot.domain.reach import to_json
from bot.domain.rules import Rule
from bot.domain.severity import Urgency
from bot.ports import Tx
from bot.usecases.exporting import readiness_of


async def test_each_handle_has_what_would_reach_it_now_and_its_own_rules(sqlite_url: str) -> None:
    async with databases.opened(sqlite_url) as db:
        night = await night_on(db)

        async def change(tx: Tx) -> None:
            await tx.contacts.stop(str(night.people["bob"].phone), night.now)
            await tx.people.save(replace(night.people["carol"], active=False))
            await tx.rules.put(
                night.people["alice"].id, Urgency.HIGH, [Rule("slack"), Rule("voice", timedelta(minutes=5))]
            )

        await db.write(change)
        made = await db.read(lambda tx: readiness_of(tx, night.bot.config.notifiers))
    written = to_json(made)
    assert written["people"] == {
        "alice": ["email", "slack", "sms", "voice"],
        "bob": ["email", "slack", "voice"],
        "carol": [],
        "dave": ["slack"],
    }
    assert written["rules"] == {
        "alice": {"high": [{"notifier": "slack", "after": 0}, {"notifier": "voice", "after": 300}]}
    }
    text = json.dumps(written)
    people = night.people.values()
    known = [one for person in people for one in (person.slack_id, person.phone, person.email, person.name) if one]
    assert [one for one in known if one in text] == []
