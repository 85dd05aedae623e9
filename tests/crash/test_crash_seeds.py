"""The short form of `make seeded`: every bug can still be planted, and a few are planted and caught."""

from __future__ import annotations

from collections import Counter

import pytest
from crash.seeded import a_copy, caught, passes, plant
from crash.seeds import SEEDS
from town.program import ROOT

#: Of the kinds that a unit test sees within seconds; `make seeded` plants them all.
FEW = ("a row is claimed without a lease", "an outcome is written whatever the fence says")


def test_there_are_enough_and_each_has_a_name_of_its_own() -> None:
    assert len(SEEDS) >= 20
    assert [name for name, times in Counter(seed.name for seed in SEEDS).items() if times > 1] == []


def test_every_bug_can_still_be_planted() -> None:
    """Where this fails the code has moved on: give the seed its new text, so that the bug is still looked for."""
    with a_copy() as folder:
        for seed in SEEDS:
            before = {name: (folder / name).read_text() for name, _, _ in seed.changes}
            plant(seed, folder)
            for name, text in before.items():
                assert (folder / name).read_text() != text
                (folder / name).write_text(text)


def test_every_check_names_tests_that_exist() -> None:
    named = {part for seed in SEEDS for part in seed.check.split() if part.startswith("tests/")}
    assert sorted(name for name in named if not (ROOT / name).is_file()) == []


@pytest.mark.timeout(300)
def test_a_few_are_caught_by_what_passes_without_them() -> None:
    seeds = [seed for seed in SEEDS if seed.name in FEW]
    assert len(seeds) == len(FEW)
    with a_copy() as folder:
        assert [passes(check, folder)[0] for check in {seed.check for seed in seeds}] == [True]
    assert [seed.name for seed in seeds if not caught(seed)[0]] == []
