"""What is posted in Slack, against the sandbox: each message once, found again in doubt, updated in place."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest
from live_slack import ALICE, NOBODY, Live, in_doubt, job, live, now, page, picture, surface

from bot.domain import severity as sev
from bot.domain.delivery import Effect, Later, Never, PageState, Sent, SurfaceKind, Unknown
from bot.domain.picture import Home, Job, Story
from bot.domain.timeline import Event, Kind
from integrations.announce import Announcement
from integrations.card import Card
from integrations.home import HomeTab
from integrations.pages import PageMessage
from integrations.people import Said
from integrations.postmortem import Postmortem
from integrations.reactions import Reaction
from integrations.registry import Clients, Handler, handlers
from integrations.told import Told
from sandbox import seed
from sandbox.model import Channel

ROOM = "C0PAYMENTS"  # the bot is made a member of it


@pytest.fixture
async def there() -> AsyncIterator[Live]:
    async with live() as found:
        found.world.channels[ROOM].members.append(seed.TOCSIN)
        yield found


def in_room(effect: Effect, **fields: Any) -> Job:
    return job(effect, picture(room_channel=ROOM), **fields)


NOTE = Event(42, now(), Kind.ASSIGNED, ALICE.id, data={"person_id": ALICE.id}, id=5)

#: Everything that is posted in the room, with the job that makes it.
POSTS: dict[Effect, Callable[[], Job]] = {
    Effect.CARD_POST: lambda: in_room(Effect.CARD_POST),
    Effect.ROOM_SAY: lambda: in_room(Effect.ROOM_SAY, event=NOTE),
    Effect.REMIND: lambda: in_room(Effect.REMIND, data={"reminder": "commander", "number": 1}),
}


@pytest.mark.parametrize("effect", POSTS)
async def test_what_is_posted_in_the_room_carries_the_key_of_its_row(there: Live, effect: Effect) -> None:
    outcome = await handlers(Clients(there.slack))[effect](POSTS[effect](), now())
    [message] = there.said(ROOM)
    assert outcome == Sent({"channel": ROOM, "ts": message.ts})
    assert there.keys(ROOM) == [f"key/{effect.value}"]


@pytest.mark.parametrize("kind", ["reset_after", "garbage"])
@pytest.mark.parametrize("effect", POSTS)
async def test_what_was_posted_unheard_is_found_and_not_posted_twice(there: Live, effect: Effect, kind: str) -> None:
    handler, given = handlers(Clients(there.slack))[effect], POSTS[effect]()
    there.fault("chat.postMessage", kind)
    assert isinstance(await handler(given, now()), Unknown)
    outcome = await handler(in_doubt(given), now())
    [message] = there.said(ROOM)
    assert outcome == Sent({"channel": ROOM, "ts": message.ts}, found=True)


@pytest.mark.parametrize("effect", POSTS)
async def test_what_was_never_posted_is_posted_after_the_look_up(there: Live, effect: Effect) -> None:
    handler, given = handlers(Clients(there.slack))[effect], POSTS[effect]()
    there.fault("chat.postMessage", "reset_before")
    assert isinstance(await handler(given, now()), Unknown)
    assert isinstance(await handler(in_doubt(given), now()), Sent)
    assert there.keys(ROOM) == [f"key/{effect.value}"]


async def test_slacks_own_limit_comes_back_as_a_wait_and_other_channels_go_on(there: Live) -> None:
    there.world.switches.rate_limits = True
    card, outcomes = Card(there.slack), []
    for _ in range(20):
        outcomes.append(await card.post(in_room(Effect.CARD_POST), now()))
    waits = [outcome for outcome in outcomes if not isinstance(outcome, Sent)]
    assert waits != []
    assert all(isinstance(wait, Later) and wait.after is not None for wait in waits)
    refused = [entry for entry in there.world.log.after(0) if entry["status"] == 429]
    assert len(refused) == 1
    await there.slack.rooms.join("C0RANDOM")
    assert isinstance(await card.post(job(Effect.CARD_POST, picture(room_channel="C0RANDOM")), now()), Sent)


async def test_an_archived_room_is_said_to_be_so(there: Live) -> None:
    there.world.channels[ROOM].is_archived = True
    assert await Card(there.slack).post(in_room(Effect.CARD_POST), now()) == Never("is_archived")


async def posted_card(there: Live) -> str:
    await Card(there.slack).post(in_room(Effect.CARD_POST), now())
    return there.said(ROOM)[0].ts


async def test_the_card_is_pinned_once(there: Live) -> None:
    ts = await posted_card(there)
    given = in_room(Effect.CARD_PIN, surface=surface(ROOM, ts))
    assert [await Card(there.slack).pin(given, now()) for _ in range(2)] == [Sent({"channel": ROOM, "ts": ts})] * 2
    assert [pin.ts for pin in there.world.channels[ROOM].pins] == [ts]


async def test_the_card_changes_in_place_and_keeps_its_key(there: Live) -> None:
    ts = await posted_card(there)
    before = there.said(ROOM)[0].blocks
    shown = picture(room_channel=ROOM, title="Payments API is down")
    given = job(Effect.CARD_UPDATE, shown, surface=surface(ROOM, ts))
    assert await Card(there.slack).update(given, now()) == Sent({"channel": ROOM, "ts": ts})
    [message] = there.said(ROOM)
    assert message.blocks != before
    assert there.keys(ROOM) == ["key/card.post"]


async def test_a_card_that_was_deleted_is_not_updated_for_ever(there: Live) -> None:
    given = in_room(Effect.CARD_UPDATE, surface=surface(ROOM, "1.000001"))
    assert await Card(there.slack).update(given, now()) == Never("message_not_found")


def announcement(channel: str = "incidents") -> Job:
    return in_room(Effect.ANNOUNCE_POST, data={"channel": channel})


async def test_an_incident_is_announced_in_a_channel_that_the_bot_joins_for_it(there: Live) -> None:
    outcome = await Announcement(there.slack).post(announcement(), now())
    [message] = there.said("C0INCIDENTS")
    assert outcome == Sent({"channel": "C0INCIDENTS", "ts": message.ts})
    assert seed.TOCSIN in there.world.channels["C0INCIDENTS"].members


@pytest.mark.parametrize("name", ["incidents", "#incidents", "C0INCIDENTS"])
async def test_a_channel_is_given_by_name_or_id(there: Live, name: str) -> None:
    outcome = await Announcement(there.slack).post(announcement(name), now())
    assert isinstance(outcome, Sent)
    assert outcome.ref["channel"] == "C0INCIDENTS"


async def test_an_announcement_in_doubt_is_found(there: Live) -> None:
    given = announcement()
    await there.slack.rooms.join("C0INCIDENTS")
    there.fault("chat.postMessage", "reset_after")
    assert isinstance(await Announcement(there.slack).post(given, now()), Unknown)
    outcome = await Announcement(there.slack).post(in_doubt(given), now())
    [message] = there.said("C0INCIDENTS")
    assert outcome == Sent({"channel": "C0INCIDENTS", "ts": message.ts}, found=True)


async def test_a_channel_that_does_not_exist_is_said_to_be_so(there: Live) -> None:
    assert await Announcement(there.slack).post(announcement("nowhere"), now()) == Never("channel_not_found")


async def test_a_private_channel_without_us_asks_for_an_invitation(there: Live) -> None:
    there.world.channels["C0SECRET"] = Channel("C0SECRET", "secret", "private_channel", seed.CAROL, 0, [seed.CAROL])
    outcome = await Announcement(there.slack).post(announcement("C0SECRET"), now())
    assert outcome in (Never("not_in_channel"), Never("channel_not_found"))


async def test_an_announcement_changes_in_place(there: Live) -> None:
    await Announcement(there.slack).post(announcement(), now())
    [message] = there.said("C0INCIDENTS")
    place = surface("C0INCIDENTS", message.ts, SurfaceKind.ANNOUNCEMENT)
    given = job(Effect.ANNOUNCE_UPDATE, picture(title="Payments API is down"), surface=place)
    outcome = await Announcement(there.slack).update(given, now())
    assert outcome == Sent({"channel": "C0INCIDENTS", "ts": message.ts})
    assert "Payments API is down" in there.said("C0INCIDENTS")[0].text


async def test_a_fact_that_the_room_is_not_told_is_done_without_a_call(there: Live) -> None:
    untold = Event(42, now(), Kind.PAGE_DELIVERED, None, "Tocsin", {"person_id": 1, "notifier": "sms"}, id=6)
    assert await Told(there.slack).say(in_room(Effect.ROOM_SAY, event=untold), now()) == Sent()
    assert there.said(ROOM) == []


async def test_a_page_that_was_answered_asks_for_nothing_any_more(there: Live) -> None:
    dm = there.world.open_dm(seed.ALICE)
    posted = await there.slack.messages.post_once(job(Effect.PAGE_SLACK).row, dm.id, "You are paged", [])
    assert isinstance(posted, Sent)
    place = surface(dm.id, str(posted.ref["ts"]), SurfaceKind.PAGE)
    answered = replace(page(), state=PageState.ACKED, answered_at=now(), answer_source="sms")
    given = job(Effect.PAGE_UPDATE, page=answered, person=ALICE, surface=place)
    assert await PageMessage(there.slack).update(given, now()) == Sent(posted.ref)
    assert "You acked" in there.said(dm.id)[0].text


def role_given(**fields: Any) -> Job:
    data = {"message": "role", "data": {"role": "commander"}}
    return job(Effect.DM_SAY, **{"person": ALICE, "data": data, **fields})


async def test_a_direct_message_opens_the_conversation_and_says_which_it_was(there: Live) -> None:
    outcome = await Said(there.slack, None).dm(role_given(), now())
    dm = there.world.dm(seed.ALICE)
    assert dm is not None
    assert outcome == Sent({"channel": dm.id, "ts": there.said(dm.id)[0].ts, "dm_channel": dm.id})


async def test_a_direct_message_to_somebody_who_is_not_in_slack_is_refused(there: Live) -> None:
    assert await Said(there.slack, None).dm(role_given(person=NOBODY), now()) == Never("no_address")


def sms_answer() -> Job:
    return job(Effect.SMS_SAY, data={"to": "+15550100001", "message": "nothing_open", "data": {}})


async def test_an_sms_is_answered_by_sms_once(there: Live) -> None:
    given, said = sms_answer(), Said(there.slack, there.twilio)
    there.fault("messages.create", "reset_after", target="twilio")
    assert isinstance(await said.sms(given, now()), Unknown)
    outcome = await said.sms(in_doubt(given), now())
    assert isinstance(outcome, Sent)
    assert outcome.found
    assert len(there.texts("+15550100001")) == 1


async def test_without_twilio_an_sms_is_refused(there: Live) -> None:
    assert await Said(there.slack, None).sms(sms_answer(), now()) == Never("not configured")


async def test_a_reaction_is_added_and_twice_is_once(there: Live) -> None:
    ts = await posted_card(there)
    given = in_room(Effect.REACTION_ADD, data={"channel": ROOM, "ts": ts, "name": "eyes"})
    outcomes = [await Reaction(there.slack).add(given, now()) for _ in range(2)]
    assert outcomes == [Sent({"channel": ROOM, "ts": ts})] * 2
    assert [(r.name, r.users) for r in there.said(ROOM)[0].reactions] == [("eyes", [seed.TOCSIN])]
    outcomes = [await Reaction(there.slack).remove(given, now()) for _ in range(2)]
    assert outcomes == [Sent({"channel": ROOM, "ts": ts})] * 2
    assert there.said(ROOM)[0].reactions == []


async def test_app_home_is_published_to_its_person(there: Live) -> None:
    shown = Home(ALICE, (), (picture().incident,), sev.DEFAULTS, (), {})
    outcome = await HomeTab(there.slack).publish(job(Effect.HOME_PUBLISH, home=shown), now())
    assert outcome == Sent({"user": seed.ALICE})
    assert list(there.world.homes) == [seed.ALICE]


def story() -> Job:
    shown = picture(room_channel=ROOM, resolution="Rolled back.", resolved_at=now())
    events = (Event(42, now(), Kind.DECLARED, None, "Alertmanager", {"severity": "SEV1", "service": "payments"}),)
    return job(Effect.POSTMORTEM_POST, shown, story=Story(shown, events))


async def test_a_postmortem_is_a_file_and_a_summary(there: Live) -> None:
    outcome = await Postmortem(there.slack).post(story(), now())
    with_file, summary = there.said(ROOM)
    [file_id] = with_file.files
    assert outcome == Sent({"channel": ROOM, "ts": summary.ts, "file": file_id, "permalink": there.permalink(file_id)})
    assert b"INC-42" in there.world.files[file_id].content
    assert there.keys(ROOM) == ["key/postmortem.post"]


@pytest.mark.parametrize(
    "method", ["files.getUploadURLExternal", "files.upload", "files.completeUploadExternal", "chat.postMessage"]
)
@pytest.mark.parametrize("kind", ["reset_before", "reset_after"])
async def test_a_postmortem_cut_off_at_any_step_stands_there_once(there: Live, method: str, kind: str) -> None:
    given, postmortem = story(), Postmortem(there.slack)
    there.fault(method, kind)
    first = await postmortem.post(given, now())
    assert not isinstance(first, Sent)
    again = in_doubt(given) if isinstance(first, Unknown) else given
    outcome = await postmortem.post(again, now())
    with_file, summary = there.said(ROOM)
    [file_id] = with_file.files
    ref = {"channel": ROOM, "ts": summary.ts, "file": file_id, "permalink": there.permalink(file_id)}
    assert outcome == Sent(ref, found=(method, kind) == ("chat.postMessage", "reset_after"))


async def test_a_postmortem_whose_summary_must_wait_is_not_uploaded_again(there: Live) -> None:
    given, postmortem = story(), Postmortem(there.slack)
    there.fault("chat.postMessage", "error", error="service_unavailable")
    assert await postmortem.post(given, now()) == Unknown("service_unavailable")
    assert isinstance(await postmortem.post(in_doubt(given), now()), Sent)
    assert len(there.world.files) == 1


async def test_every_handler_answers_within_the_lease(there: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clients.faults.bounded.__defaults__", (0.1,))
    there.fault("chat.postMessage", "timeout_before", seconds=1)
    handler: Handler = handlers(Clients(there.slack))[Effect.CARD_POST]
    assert await handler(in_room(Effect.CARD_POST), now()) == Unknown("no answer in time")
