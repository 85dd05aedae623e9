"""The list of notifiers is whole: every notifier of the domain has one handler, and no other has."""

from __future__ import annotations

from bot.domain.delivery import EFFECT_OF, NOTIFIER_OF, Effect
from integrations.registry import HANDLERS
from notify.registry import NOTIFIERS


def test_every_notifier_of_the_domain_is_in_the_list() -> None:
    assert set(NOTIFIERS) == set(EFFECT_OF)


def test_every_effect_has_exactly_one_handler() -> None:
    assert sorted([*HANDLERS, *NOTIFIER_OF]) == sorted(Effect)
