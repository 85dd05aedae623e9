"""How long it takes to check the posture of an organisation: 200 services and 1,000 people, right and all wrong."""

from __future__ import annotations

from collections.abc import Iterator

from bench.harness import Figure, Scale, median_seconds
from posture import Loaded, loads

SERVICES, PEOPLE = 200, 1000


def text(services: int, people: int) -> str:
    """A posture in which each service has a team, a rotation, a policy of three tiers and a component of its own."""
    return "\n".join([*_people(people), *_teams(services, people), *_policies(services), *_services(services), ""])


def _people(count: int) -> Iterator[str]:
    yield "people:"
    for number in range(count):
        address = f"slack: U0P{number:05}, email: p{number}@acme.example"
        yield f'  p{number}: {{name: Person {number}, {address}, phone: "+1555{number:07}", zone: Europe/Berlin}}'
    yield "positions: {eng-manager: p0, vp-engineering: p1}"


def _teams(count: int, people: int) -> Iterator[str]:
    size = max(people // count, 2)
    yield "teams:"
    for number in range(count):
        members = ", ".join(f"p{(number * size + step) % people}" for step in range(size))
        yield f"  team-{number}:\n    members: [{members}]"
        yield "    rotation: {rotation_period: 7d, time_zone: America/New_York, handoff: Mon 09:00}"


def _policies(count: int) -> Iterator[str]:
    yield "escalation_policies:"
    for number in range(count):
        yield f"  policy-{number}:\n    tiers:"
        yield "      - {targets: [on-call: slack+sms], timeout: 10m}"
        yield "      - {targets: [on-call +1], timeout: 10m}"
        yield "      - {targets: [eng-manager: voice+slack], timeout: 20m}"


def _services(count: int) -> Iterator[str]:
    yield "services:"
    for number in range(count):
        yield f"  service-{number}:\n    owner: team-{number}\n    policy: policy-{number}\n    deployed: true"
        yield f"    runbook: https://runbooks.acme.example/{number}\n    components: [component-{number}]"
        yield f"    health_checks: {{check-{number}: 'https://s{number}.acme.example/health'}}"
    yield "status_page:\n  components:"
    yield from (f"    component-{number}: {{health_check: check-{number}}}" for number in range(count))


async def run(scale: Scale) -> list[Figure]:
    services, people = scale.of(SERVICES, 10), scale.of(PEOPLE, 50)
    good = text(services, people)
    bad = good.replace("phone:", "phnoe:").replace("owner: team", "owner: taem").replace("on-call", "oncall")
    said = f"a posture of {services} services and {people:,} people"
    clean, wrong = loads(good), loads(bad)
    assert clean.findings == ()
    figures = [
        Figure(f"check {said}", await _seconds(good, scale), "s", 2.0),
        Figure(f"… with {len(wrong.findings):,} faults", await _seconds(bad, scale), "s", 2.0),
    ]
    deep = "[" * 20_000
    return [*figures, Figure("… refuse 20,000 brackets", await _seconds(deep, scale), "s", 2.0)]


async def _seconds(given: str, scale: Scale) -> float:
    async def check() -> Loaded:
        return loads(given)

    return await median_seconds(check, scale.of(5, 1))
