"""One transaction and the repositories in it: the `Tx` of `bot.ports`."""

from __future__ import annotations

from bot import ports
from storage.absences import SqlAbsences
from storage.alerts import SqlAlerts
from storage.bundles import SqlBundles
from storage.contacts import SqlContacts
from storage.feeds import SqlFeeds
from storage.figures import SqlFigures
from storage.groups import SqlUserGroups
from storage.inbox import SqlInbox
from storage.incidents import SqlIncidents
from storage.ledger import SqlLedger
from storage.links import SqlLinks
from storage.marks import SqlMarks
from storage.outbox import SqlOutbox
from storage.pages import SqlPages
from storage.people import SqlPeople
from storage.postures import SqlPostures
from storage.pruning import SqlPruning
from storage.reactions import SqlReactions
from storage.receipts import SqlReceipts
from storage.responders import SqlResponders
from storage.rotas import SqlAdministration, SqlGaps, SqlRotas
from storage.rules import SqlRules
from storage.runs import SqlRuns
from storage.scope import Scope
from storage.slots import SqlSlots
from storage.standing import SqlStandingPosts
from storage.storms import SqlStorms
from storage.surfaces import SqlSurfaces
from storage.swaps import SqlSwaps
from storage.timeline import SqlTimeline
from storage.timers import SqlTimers


class SqlTx:
    """`scope` is for storage's own reads; use cases see the ports only."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.people: ports.People = SqlPeople(scope)
        self.user_groups: ports.UserGroups = SqlUserGroups(scope)
        self.contacts: ports.Contacts = SqlContacts(scope)
        self.rules: ports.Rules = SqlRules(scope)
        self.links: ports.Links = SqlLinks(scope)
        self.incidents: ports.Incidents = SqlIncidents(scope)
        self.timeline: ports.Timeline = SqlTimeline(scope)
        self.responders: ports.Responders = SqlResponders(scope)
        self.runs: ports.Runs = SqlRuns(scope)
        self.pages: ports.Pages = SqlPages(scope)
        self.timers: ports.Timers = SqlTimers(scope)
        self.outbox: ports.Outbox = SqlOutbox(scope)
        self.bundles: ports.Bundles = SqlBundles(scope)
        self.storms: ports.Storms = SqlStorms(scope)
        self.ledger: ports.Ledger = SqlLedger(scope)
        self.receipts: ports.Receipts = SqlReceipts(scope)
        self.figures: ports.Figures = SqlFigures(scope)
        self.pruning: ports.Pruning = SqlPruning(scope)
        self.marks: ports.Marks = SqlMarks(scope)
        self.surfaces: ports.Surfaces = SqlSurfaces(scope)
        self.alerts: ports.Alerts = SqlAlerts(scope)
        self.inbox: ports.Inbox = SqlInbox(scope)
        self.slots: ports.Slots = SqlSlots(scope)
        self.rotas: ports.Rotas = SqlRotas(scope)
        self.swaps: ports.Swaps = SqlSwaps(scope)
        self.absences: ports.Absences = SqlAbsences(scope)
        self.administration: ports.Administration = SqlAdministration(scope)
        self.gaps: ports.Gaps = SqlGaps(scope)
        self.feeds: ports.Feeds = SqlFeeds(scope)
        self.standing: ports.StandingPosts = SqlStandingPosts(scope)
        self.postures: ports.Postures = SqlPostures(scope)
        self.reactions: ports.Reactions = SqlReactions(scope)
