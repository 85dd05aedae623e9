"""Answers for the planner, from the database: what a run does next, after that, and tier by tier."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

from bot.domain.plan import Question, Reply, Who
from bot.domain.posture import Posture
from bot.ports import Tx
from bot.usecases.finding import change_before, find_people

T = TypeVar("T")


async def answered(tx: Tx, posture: Posture, asking: Generator[Question, Reply, T]) -> T:
    """What a planner comes to, as things stand."""
    try:
        question = next(asking)
        while True:
            question = asking.send(await _answer(tx, posture, question))
    except StopIteration as done:
        result: T = done.value
        return result


async def _answer(tx: Tx, posture: Posture, question: Question) -> Reply:
    if isinstance(question, Who):
        return await find_people(tx, posture, question.targets, question.at)
    return await change_before(tx, posture, question.targets, question.at, question.before)
