"""Policies within policies are written out before a run climbs them; those without an end are found."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.escalation import Policy, Target, TargetKind, Tier
from bot.domain.policies import Outline, Size, circles, flattened, inside, measured, oversized

M = timedelta(minutes=1)


def who(name: str, *notifiers: str) -> Target:
    return Target(TargetKind.PERSON, name, notifiers=notifiers)


def policy_named(name: str, *notifiers: str) -> Target:
    return Target(TargetKind.POLICY, name, notifiers=notifiers)


WEB = Policy("web", (Tier((who("dave"),), 5 * M), Tier((who("carol", "email"),), 7 * M)), repeat_cycles=9)


def test_a_nested_policys_first_tier_joins_and_the_others_follow_as_their_own() -> None:
    outer = Policy("outer", (Tier((who("alice"), policy_named("web")), 10 * M), Tier((who("bob"),), 20 * M)), 1)
    assert flattened(outer, {"web": WEB}) == Policy(
        "outer",
        (
            Tier((who("alice"), who("dave")), 10 * M),
            Tier((who("carol", "email"),), 7 * M),
            Tier((who("bob"),), 20 * M),
        ),
        1,
    )


def test_notifiers_beside_a_policy_are_those_of_its_targets_that_name_none() -> None:
    outer = Policy("outer", (Tier((policy_named("web", "slack", "sms"),), 10 * M),))
    tiers = flattened(outer, {"web": WEB}).tiers
    assert [tier.targets for tier in tiers] == [(who("dave", "slack", "sms"),), (who("carol", "email"),)]


def test_policies_nest_as_deep_as_they_are_written() -> None:
    middle = Policy("middle", (Tier((policy_named("web"), who("bob")), 3 * M),))
    outer = Policy("outer", (Tier((policy_named("middle"),), 1 * M), Tier((policy_named("web"),), 2 * M)))
    assert flattened(outer, {"web": WEB, "middle": middle}).tiers == (
        Tier((who("dave"), who("bob")), 1 * M),
        Tier((who("carol", "email"),), 7 * M),
        Tier((who("dave"),), 2 * M),
        Tier((who("carol", "email"),), 7 * M),
    )


def test_a_policy_without_end_is_named_and_still_ends_when_it_is_written_out() -> None:
    one = Policy("one", (Tier((who("alice"), policy_named("two")), 1 * M),))
    two = Policy("two", (Tier((policy_named("one"), who("bob")), 1 * M),))
    alone = Policy("alone", (Tier((policy_named("two"),), 1 * M),))
    policies = {"one": one, "two": two, "alone": alone, "web": WEB}
    outlines = {name: _outline(policy) for name, policy in policies.items()}
    assert [name for name in outlines if name in inside(name, outlines)] == ["one", "two"]
    assert flattened(one, policies).tiers == (Tier((who("alice"), who("bob")), 1 * M),)
    assert flattened(alone, policies).tiers == (Tier((who("alice"), who("bob")), 1 * M),)


def test_every_policy_within_a_policy_is_found() -> None:
    outlines = {"a": Outline(1, ("a",)), "b": Outline(1, ("web", "a")), "web": Outline(2, ())}
    assert [inside(name, outlines) for name in ("a", "b", "web", "unknown")] == [{"a"}, {"web", "a"}, set(), set()]


def test_the_first_policy_that_grows_beyond_all_measure_is_named() -> None:
    doubling = {f"p{n}": Outline(2, (f"p{n + 1}", f"p{n + 1}")) for n in range(30)}
    assert oversized({**doubling, "p30": Outline(2, ())}) == ["p24"]


def test_a_chain_of_any_length_is_measured_and_its_innermost_that_is_too_deep_is_named() -> None:
    chain = {f"p{n:04}": Outline(1, (f"p{n + 1:04}",)) for n in range(4999)} | {"p4999": Outline(1, ())}
    assert measured(chain)["p0000"] == Size(1, 5000)
    assert oversized(chain) == ["p4979"]
    assert circles(chain) == []


def test_policies_that_are_inside_one_another_are_found_together() -> None:
    ring = {f"p{n}": Outline(1, (f"p{(n + 1) % 3000}",)) for n in range(3000)}
    rest = {"self": Outline(1, ("self",)), "outer": Outline(1, ("p0", "self", "gone")), "alone": Outline(1, ())}
    assert sorted(circles(ring | rest), key=len) == [{"self"}, set(ring)]


def _outline(policy: Policy) -> Outline:
    targets = [one for tier in policy.tiers for one in tier.targets]
    return Outline(len(policy.tiers), tuple(one.name for one in targets if one.kind is TargetKind.POLICY))


targets = st.sampled_from([who("alice"), who("bob"), *[policy_named(f"p{n}") for n in range(5)]])
tiers = st.lists(
    st.builds(Tier, st.lists(targets, min_size=1, max_size=2).map(tuple), st.just(M)), min_size=1, max_size=2
)


@given(st.lists(tiers, min_size=5, max_size=5))
def test_whatever_is_written_no_policy_is_left_in_it(written: list[list[Tier]]) -> None:
    policies = {f"p{n}": Policy(f"p{n}", tuple(tiers)) for n, tiers in enumerate(written)}
    for policy in policies.values():
        flat = flattened(policy, policies)
        assert all(one.kind is TargetKind.PERSON for tier in flat.tiers for one in tier.targets)
        assert flattened(flat, policies) == flat
