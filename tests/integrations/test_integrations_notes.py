"""Notes to one person go out by direct message, SMS, mail and phone, and PagerDuty is told; against the sandbox."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace

import pytest
from live_slack import ALICE, Live, job, live, now, picture
from pagerduty_double import ROUTING_KEY, pagerduty

from bot.domain.delivery import Effect, Never, Sent
from bot.domain.mirror import dedup_key
from bot.domain.picture import Job
from clients.pagerduty import PagerDuty
from integrations.registry import Clients, handlers

CODE = {"message": "contact_code", "data": {"code": "012345"}}


@pytest.fixture
async def there() -> AsyncIterator[Live]:
    async with live() as found:
        yield found


def note(effect: Effect, data: Mapping[str, object], to: str = "") -> Job:
    """A note about no incident."""
    given = job(effect, person=ALICE, data={**data, "to": to})
    return replace(given, picture=None)


async def send(there: Live, given: Job) -> object:
    made = handlers(Clients(there.slack, there.twilio, there.mailer))
    return await made[given.row.effect](given, now())


async def test_a_code_goes_out_by_sms_and_by_mail(there: Live) -> None:
    assert isinstance(await send(there, note(Effect.SMS_SAY, CODE, "+15550100001")), Sent)
    assert isinstance(await send(there, note(Effect.MAIL_SAY, CODE, "alice@home.example")), Sent)
    [text] = there.texts("+15550100001")
    [mail] = there.running.parts.mailbox.shown()
    assert text.startswith("012345 is your Tocsin code")
    assert (mail["to"], mail["subject"]) == (["alice@home.example"], "012345 is your Tocsin code")


async def test_a_test_page_rings_and_says_that_it_is_one(there: Live) -> None:
    outcome = await send(there, note(Effect.VOICE_SAY, {"message": "test_page"}, "+15550100001"))
    assert isinstance(outcome, Sent)
    [asked] = there.calls("calls.create")
    assert (asked["To"], "This is a test page from Tocsin" in asked["Twiml"]) == ("+15550100001", True)


async def test_a_note_by_direct_message_needs_no_incident(there: Live) -> None:
    given = note(Effect.DM_SAY, {"message": "stopped", "data": {"number": "+1555•••0001", "left": ["slack"]}})
    assert isinstance(await send(there, given), Sent)


@pytest.mark.parametrize("effect", [Effect.MAIL_SAY, Effect.VOICE_SAY, Effect.CALL_END, Effect.PAGERDUTY_TELL])
async def test_what_is_not_set_up_any_more_refuses(there: Live, effect: Effect) -> None:
    made = handlers(Clients(there.slack))
    assert await made[effect](note(effect, CODE, "x"), now()) == Never("not configured")


async def test_pagerduty_follows_in_order(there: Live) -> None:
    shown = picture()
    async with pagerduty() as service:
        client = PagerDuty(ROUTING_KEY, service.url)
        made = handlers(Clients(there.slack, pagerduty=client))
        for action in ("trigger", "acknowledge", "resolve"):
            given = job(Effect.PAGERDUTY_TELL, shown, data={"action": action})
            key = dedup_key(shown.incident)
            assert await made[Effect.PAGERDUTY_TELL](given, now()) == Sent({"dedup_key": key})
        await client.close()
    assert service.incidents == {dedup_key(shown.incident): "resolved"}
