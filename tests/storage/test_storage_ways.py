"""What people are reached by: addresses they proved go first, rules keep their order, links work once under a race."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.contacts import Contact, ContactKind
from bot.domain.delivery import Page
from bot.domain.escalation import Policy, RunKind
from bot.domain.incident import Incident, State, Status
from bot.domain.links import Link, LinkVerb, hash_of, links_of, token_of
from bot.domain.people import Person
from bot.domain.rules import Rule
from bot.domain.severity import Urgency
from bot.ports import Tx
from storage.database import SqlDatabase

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
ALICE = Person(0, "Alice", "alice", "U0ALICE", "Alice@acme.example", "+15550100001")
BOB = Person(0, "Bob", "bob", "U0BOB", "bob@acme.example", "+15550100002")
NEW = "+4915123456789"


async def two(tx: Tx) -> tuple[Person, Person]:
    return await tx.people.add(ALICE), await tx.people.add(BOB)


def verified(person: Person, kind: ContactKind, address: str) -> Contact:
    return Contact(person.id, kind, False, address, verified_at=NOW)


async def test_a_person_shows_what_they_verified_and_not_what_waits(db: SqlDatabase) -> None:
    async def work(tx: Tx) -> tuple[Person, Person]:
        alice, _ = await two(tx)
        await tx.contacts.put(replace(verified(alice, ContactKind.EMAIL, "a@home.example"), pending=True, nonce="x"))
        await tx.contacts.put(verified(alice, ContactKind.PHONE, NEW))
        return alice, await tx.people.get(alice.id)

    before, after = await db.write(work)
    assert after == replace(before, own_phone=NEW)


async def test_saving_a_person_leaves_what_they_verified_where_it_is(db: SqlDatabase) -> None:
    async def work(tx: Tx) -> Person:
        alice, _ = await two(tx)
        await tx.contacts.put(verified(alice, ContactKind.PHONE, NEW))
        await tx.people.save(replace(await tx.people.get(alice.id), name="Alicia", phone=None))
        return await tx.people.get(alice.id)

    after = await db.write(work)
    assert (after.name, after.phone, after.number) == ("Alicia", None, NEW)


async def test_a_number_is_first_of_whoever_is_paged_there(db: SqlDatabase) -> None:
    async def work(tx: Tx) -> list[Person | None]:
        alice, bob = await two(tx)
        await tx.contacts.put(verified(alice, ContactKind.PHONE, NEW))
        await tx.contacts.put(verified(bob, ContactKind.PHONE, "+15550100001"))
        found = [await tx.people.by_phone(one) for one in ("+15550100001", "+15550100002", "+15559999999")]
        await tx.contacts.remove(bob.id, ContactKind.PHONE)
        return [*found, await tx.people.by_phone("+15550100001"), alice, bob]

    first, old, nobody, again, alice, bob = await db.write(work)
    assert [one.id if one else None for one in (first, old, nobody, again)] == [bob.id, bob.id, None, alice.id]


async def test_a_mail_address_is_first_of_whose_it_is_by_posture_or_slack(db: SqlDatabase) -> None:
    async def work(tx: Tx) -> list[Person | None]:
        alice, bob = await two(tx)
        await tx.contacts.put(verified(bob, ContactKind.EMAIL, "alice@ACME.example"))
        await tx.contacts.put(verified(alice, ContactKind.EMAIL, "alice@home.example"))
        return [await tx.people.by_email(one) for one in ("alice@acme.example", "ALICE@home.example")]

    assert [one.handle if one else None for one in await db.write(work)] == ["alice", "alice"]


async def test_a_stop_follows_the_number_not_the_person(db: SqlDatabase) -> None:
    async def work(tx: Tx) -> list[bool]:
        alice, _ = await two(tx)
        said = [await tx.contacts.stop("+15550100001", NOW), await tx.contacts.stop("+15550100001", NOW)]
        said.append((await tx.people.get(alice.id)).sms_stopped)
        await tx.contacts.put(verified(alice, ContactKind.PHONE, NEW))
        said.append((await tx.people.get(alice.id)).sms_stopped)
        return [*said, await tx.contacts.start("+15550100001"), await tx.contacts.start("+15550100001")]

    assert await db.write(work) == [True, False, True, False, True, False]


async def test_rules_keep_their_order_and_their_urgency(db: SqlDatabase) -> None:
    high = (Rule("voice"), Rule("sms", timedelta(minutes=2)), Rule("slack", timedelta(minutes=2)))

    async def work(tx: Tx) -> tuple[object, object, object]:
        alice, bob = await two(tx)
        await tx.rules.put(alice.id, Urgency.HIGH, [Rule("email")])
        await tx.rules.put(alice.id, Urgency.HIGH, high)
        await tx.rules.put(bob.id, Urgency.LOW, [Rule("slack")])
        of = await tx.rules.of(alice.id)
        many = await tx.rules.many([alice.id, bob.id], Urgency.HIGH)
        await tx.rules.put(alice.id, Urgency.HIGH, ())
        return of, many == {alice.id: high}, await tx.rules.of(alice.id)

    assert await db.write(work) == ({Urgency.HIGH: high}, True, {})


async def a_page(tx: Tx) -> Page:
    alice, _ = await two(tx)
    number = await tx.incidents.next_id()
    await tx.incidents.add(Incident(number, "x", "SEV2", "payments", State.PENDING, Status.INVESTIGATING, "Dave", NOW))
    run = await tx.runs.add(number, RunKind.DECLARE, Policy("p", ()), NOW)
    page = await tx.pages.add(key="page/1", run=run, step=0, person_id=alice.id, created_at=NOW)
    assert page is not None
    return page


async def test_a_link_is_known_by_its_hash_and_used_once_whoever_is_first(db: SqlDatabase) -> None:
    async def offered(tx: Tx) -> Page:
        page = await a_page(tx)
        for _ in range(2):
            await tx.links.add(links_of(b"secret", page))
        return page

    page = await db.write(offered)
    digest = hash_of(token_of(b"secret", page, LinkVerb.ACK))
    assert await db.read(lambda tx: tx.links.get(digest)) == Link(digest, page.id, LinkVerb.ACK)
    assert await db.read(lambda tx: tx.links.get(hash_of(token_of(b"other", page, LinkVerb.ACK)))) is None
    used = await asyncio.gather(*(db.write(lambda tx: tx.links.use(digest, NOW)) for _ in range(8)))
    assert sorted(used) == [False] * 7 + [True]


@pytest.mark.parametrize("verb", LinkVerb)
def test_a_token_is_that_of_one_page_one_answer_and_one_installation(verb: LinkVerb) -> None:
    page = Page(1, "page/1", 1, 1, 0, 0, 1, NOW)
    others = [replace(page, id=2), replace(page, key="page/2"), replace(page, created_at=NOW + timedelta(seconds=1))]
    token = token_of(b"secret", page, verb)
    assert (len(token), token == token_of(b"secret", page, verb)) == (43, True)
    assert token not in [token_of(b"secret", one, verb) for one in others]
    assert token not in [
        token_of(b"another", page, verb),
        *[token_of(b"secret", page, v) for v in LinkVerb if v != verb],
    ]
