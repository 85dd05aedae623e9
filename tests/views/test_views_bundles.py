"""Bundles: each delivery says with how many others it went, and each message what it still asks for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from views_gallery import bundle
from views_scene import NOW, minute, row

from bot.domain.delivery import Effect, PageState, Row, RowState
from bot.domain.receipts import Reach
from bot.views import bundles, situation


def delivery(state: RowState, **fields: object) -> Row:
    return row(Effect.PAGE_SMS, state, bundle_id=31, **fields)


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (delivery(RowState.PENDING, tries=1, not_before=minute(22)), "held for one message with other pages, in 2 min"),
        (delivery(RowState.PENDING, tries=1, not_before=minute(19)), "held for one message with other pages"),
        (delivery(RowState.SENT, result={"bundle": 5}), "sent, in one message with 4 other pages"),
        (delivery(RowState.SENT, result={"bundle": 1}, reach=Reach.DELIVERED), "delivered"),
        (
            delivery(RowState.SENT, result={"bundle": 2}, doubt=True),
            "sent, in one message with 1 other page, possibly twice",
        ),
        (delivery(RowState.DROPPED, reason="acknowledged before it was sent"), "not sent: no longer needed"),
    ],
)  # fmt: skip
def test_a_delivery_says_that_it_shares_a_message(shown: Row, words: str) -> None:
    assert situation.delivery(shown, NOW) == words


def test_what_was_answered_has_no_buttons_and_what_is_left_keeps_them() -> None:
    job = bundle(4)
    done = replace(job.bundle[0], page=replace(job.bundle[0].page, state=PageState.ACKED))
    shown = bundles.dm(replace(job, bundle=(done, *job.bundle[1:])), NOW)
    assert shown.blocks[0]["text"]["text"] == "📟 3 incidents waiting for you"
    assert [block["type"] for block in shown.blocks].count("actions") == 3
    assert "✅ You acked." in str(shown.blocks)


def test_a_bundle_of_which_everything_is_answered_asks_for_nothing() -> None:
    job = bundle(3)
    over = tuple(replace(one, page=replace(one.page, state=PageState.ENDED)) for one in job.bundle)
    shown = bundles.dm(replace(job, bundle=over), NOW)
    assert shown.blocks[0]["text"]["text"] == "✅ 3 incidents, and none waits for you"
    assert [block["type"] for block in shown.blocks].count("actions") == 0


def test_no_incident_of_a_bundle_is_left_unnamed() -> None:
    job = bundle(50)
    sms = bundles.sms(job)
    assert "And INC-50 to INC-59 and INC-62 to INC-93." in sms
    assert len(sms) < 1000
