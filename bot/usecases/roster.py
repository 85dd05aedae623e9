"""Person rows, kept in step with the posture and with Slack's directory.

The posture says who somebody is to us (handle, phone) and wins; Slack says who they are to it (standing,
whether they are still there, and what the posture leaves out). A row is never deleted: the log refers to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.bot import Bot
from bot.domain.people import Person, PersonId, Standing
from bot.domain.posture import PersonDecl, Posture
from bot.ports import Tx
from bot.usecases.following import follow

_FEW = 5  # so many entries are looked up one by one; more are cheaper to find among all rows
_SLICE = 200  # rows a unit of work: pages go between


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """A person as Slack's directory has them. None: Slack does not say."""

    slack_id: str
    name: str
    email: str | None
    zone: str | None
    standing: Standing
    active: bool


async def declare_people(tx: Tx, posture: Posture) -> dict[str, PersonId]:
    """Brings the rows to what the posture declares; answers the id of every handle.

    A declared person is the row with their handle, else their Slack id, else their email. Somebody who is no
    longer declared loses handle and phone, and stays as a person known from Slack, or is inactive.
    """
    rows = {row.id: row for row in await tx.people.all()}
    found = _matched(posture.people.values(), list(rows.values()))
    wanted = {row.id: _retired(row) for row in rows.values() if row.handle is not None}
    fresh: list[Person] = []
    for handle, declared in posture.people.items():
        row = found.get(handle)
        person = _declared(declared, row, is_admin=handle in posture.admins)
        if row is None:
            fresh.append(person)
        else:
            wanted[row.id] = person
    wanted |= _doubles(rows, [*wanted.values(), *fresh], keep=set(wanted))
    await _save(tx, rows, wanted)
    added = [await tx.people.add(person) for person in fresh]
    return {person.handle: person.id for person in [*wanted.values(), *added] if person.handle is not None}


async def sync_directory(bot: Bot, entries: Sequence[DirectoryEntry], now: datetime) -> None:
    """Brings person rows to what Slack's directory says; people we have not met are added.

    The posture wins: its name, email and zone stay, and its admins are admins.
    """
    for start in range(0, len(entries), _SLICE):
        part = entries[start : start + _SLICE]
        posture = bot.posture()

        async def work(tx: Tx, part: Sequence[DirectoryEntry] = part, posture: Posture = posture) -> None:
            rows = {row.id: row for row in await _known(tx, part)}
            before = dict(rows)
            for entry in part:
                await _take(tx, rows, entry, posture)
            if any(rows[number] != one for number, one in before.items()):
                await tx.outbox.put(await follow(tx, posture.schedules, None, now))

        await bot.write(work)


async def _known(tx: Tx, entries: Sequence[DirectoryEntry]) -> list[Person]:
    """Every row that the entries could mean."""
    if len(entries) > _FEW:
        return await tx.people.all()
    rows = [await tx.people.by_slack(entry.slack_id) for entry in entries]
    rows += [await tx.people.by_email(entry.email) for entry in entries if entry.email]
    return [row for row in rows if row is not None]


async def _take(tx: Tx, rows: dict[PersonId, Person], entry: DirectoryEntry, posture: Posture) -> None:
    by_id = next((row for row in rows.values() if row.slack_id == entry.slack_id), None)
    row = next((row for row in rows.values() if _waits_for(row, entry)), None) or by_id
    if row is None:
        person = _entered(Person(0, entry.name), entry, posture)
        added = await tx.people.add(person)
        rows[added.id] = added
        return
    wanted = {row.id: _entered(row, entry, posture)}
    if by_id is not None and by_id is not row:
        wanted[by_id.id] = _emptied(by_id)
    await _save(tx, rows, wanted)
    rows |= wanted


def _waits_for(row: Person, entry: DirectoryEntry) -> bool:
    """A person the posture declares by email alone, who has this entry's."""
    same = row.email is not None and entry.email is not None and row.email.lower() == entry.email.lower()
    return same and row.handle is not None and row.slack_id is None


def _entered(row: Person, entry: DirectoryEntry, posture: Posture) -> Person:
    declared = posture.people.get(row.handle or "")
    named = entry.name if entry.name != entry.slack_id else row.name  # an id is no name
    admin = row.handle is not None and row.handle in posture.admins
    return replace(
        row,
        slack_id=entry.slack_id,
        name=declared.name if declared else named,
        email=(declared.email if declared else None) or entry.email or row.email,
        zone=(declared.zone if declared else None) or entry.zone or row.zone,
        standing=Standing.ADMIN if admin else entry.standing,
        active=entry.active,
    )


def _matched(declared: Iterable[PersonDecl], rows: list[Person]) -> dict[str, Person]:
    """The row of each handle; a row that has a declared handle is nobody else's."""
    people = list(declared)
    handles = {person.handle for person in people}
    found = {row.handle: row for row in rows if row.handle in handles and row.handle is not None}
    free = [row for row in rows if row.handle not in handles]
    by_slack = {row.slack_id: row for row in free if row.slack_id}
    by_email = {row.email.lower(): row for row in free if row.email}
    for person in people:
        row = by_slack.get(person.slack_id or "") or by_email.get((person.email or "").lower())
        if person.handle not in found and row is not None and row not in found.values():
            found[person.handle] = row
    return found


def _declared(declared: PersonDecl, row: Person | None, *, is_admin: bool) -> Person:
    """The row as the posture wants it. What belonged to another Slack account does not stay."""
    before = row or Person(0, declared.name)
    same = _same_account(declared, before)
    standing = before.standing if same and before.slack_id else Standing.MEMBER
    return replace(
        before,
        name=declared.name,
        handle=declared.handle,
        slack_id=declared.slack_id or (before.slack_id if same else None),
        email=declared.email or (before.email if same else None),
        phone=declared.phone,
        zone=declared.zone or before.zone,
        standing=Standing.ADMIN if is_admin else standing,
        active=before.active if same and before.slack_id else True,
        dm_channel=before.dm_channel if same else None,
    )


def _same_account(declared: PersonDecl, row: Person) -> bool:
    """Without a Slack id in the posture, a new email means that Slack has to be asked again who that is."""
    if declared.slack_id is not None:
        return row.slack_id in (None, declared.slack_id)
    return declared.email is None or row.email is None or declared.email.lower() == row.email.lower()


def _retired(row: Person) -> Person:
    return replace(row, handle=None, phone=None, active=row.active and row.slack_id is not None)


def _doubles(rows: Mapping[PersonId, Person], people: list[Person], keep: set[PersonId]) -> dict[PersonId, Person]:
    """Rows of the same Slack account that were made before the posture named it: they give the account up."""
    taken = {person.slack_id for person in people if person.slack_id}
    return {row.id: _emptied(row) for row in rows.values() if row.id not in keep and row.slack_id in taken}


def _emptied(row: Person) -> Person:
    return replace(row, slack_id=None, email=None, dm_channel=None, active=False)


async def _save(tx: Tx, rows: Mapping[PersonId, Person], wanted: Mapping[PersonId, Person]) -> None:
    """Saves what changed. Handles and Slack ids are unique, so those that move are let go of first."""
    changed = [(rows[number], person) for number, person in wanted.items() if rows[number] != person]
    for before, after in changed:
        handle = before.handle if before.handle == after.handle else None
        slack_id = before.slack_id if before.slack_id == after.slack_id else None
        if (handle, slack_id) != (before.handle, before.slack_id):
            await tx.people.save(replace(before, handle=handle, slack_id=slack_id))
    for _, after in changed:
        await tx.people.save(after)
