"""Who may do what (SPEC §4). A refusal says who can."""

from __future__ import annotations

from collections.abc import Collection

from bot.domain.incident import Incident
from bot.domain.people import Actor, Person, PersonId, Standing
from bot.domain.posture import Posture
from bot.domain.refusals import Refusal

#: Verbs that need a responder of the incident, the owning team or an admin. Everything else that
#: changes something needs a full member of the workspace.
CLOSE_TO_IT = frozenset({"resolve", "cancel", "reopen", "severity"})


def check(verb: str, by: Actor, incident: Incident, responders: Collection[PersonId], posture: Posture) -> None:
    """Raises Refusal when the actor may not. Machines are let through: their door checked their token."""
    person = by.person
    if person is None:
        return
    check_member(person)
    if verb not in CLOSE_TO_IT or person.standing is Standing.ADMIN:
        return
    if person.id in responders or person.id == incident.reporter_id or _owns(person, incident, posture):
        return
    raise Refusal("not_allowed", verb=verb, who_can=_owners(incident, posture))


def check_member(person: Person) -> None:
    """Guests and people of other workspaces read only; a deactivated person does nothing."""
    if person.standing in (Standing.GUEST, Standing.OUTSIDER) or not person.active:
        raise Refusal("read_only", who=person.standing.value)


def check_fit(person: Person, role: str = "") -> None:
    """Refuses a role (or, without one, the assignment) to whoever could do nothing with it."""
    if not person.active:
        raise Refusal("unfit", person=person.name, role=role, why="left")
    if person.standing in (Standing.GUEST, Standing.OUTSIDER):
        raise Refusal("unfit", person=person.name, role=role, why=person.standing.value)


def _owns(person: Person, incident: Incident, posture: Posture) -> bool:
    teams = (posture.team_of(service) for service in incident.services or (incident.service,))
    return any(person.handle in team.members for team in teams if team is not None)


def _owners(incident: Incident, posture: Posture) -> str:
    team = posture.team_of(incident.service)
    return team.name if team else ""
