"""The organisation the sandbox starts with: Acme's people, channels and the installed app.

Ids are fixed, so that a posture file can name them.
"""

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.journal import Journal
from sandbox.manifest import Manifest
from sandbox.model import Channel, Message, Token, User, UserGroup
from sandbox.world import World

BOT_TOKEN = "xoxb-sandbox-bot"  # noqa: S105 - a fixed token of a local stand-in opens nothing
APP_TOKEN = "xapp-sandbox-app"  # noqa: S105 - as above

ALICE, BOB, CAROL, DAVE = "U0ALICE", "U0BOB", "U0CAROL", "U0DAVE"
GINA, HENRY, TOCSIN, SLACKBOT = "U0GINA", "U0HENRY", "U0TOCSIN", "USLACKBOT"
FULL_MEMBERS = [ALICE, BOB, CAROL, DAVE]

PEOPLE = [
    User(
        ALICE,
        "alice",
        "Alice Chen",
        "alice@acme.example",
        "Europe/Berlin",
        "+15550100001",
        "Payments engineer",
    ),
    User(BOB, "bob", "Bob Okafor", "bob@acme.example", "America/New_York", "+15550100002", "Payments engineer"),
    User(
        CAROL,
        "carol",
        "Carol Díaz",
        "carol@acme.example",
        "Europe/Madrid",
        "+15550100003",
        "Engineering manager",
        is_admin=True,
        is_owner=True,
    ),
    User(DAVE, "dave", "Dave Novak", "dave@acme.example", "Europe/Prague", "+15550100004", "Data engineer"),
    User(GINA, "gina", "Gina Rossi", "gina@partner.example", "Europe/Rome", title="Guest", is_restricted=True),
    User(HENRY, "henry", "Henry Mills", "henry@acme.example", "Europe/London", title="Left", deleted=True),
]

CHANNELS = [
    ("C0GENERAL", "general", "Company-wide announcements and work-based matters", [*FULL_MEMBERS, GINA]),
    ("C0INCIDENTS", "incidents", "SEV2 and SEV3 incidents are announced here", FULL_MEMBERS),
    ("C0INCIDENTSLOW", "incidents-low", "SEV4 incidents are announced here", [BOB, DAVE]),
    ("C0P1INCIDENTS", "p1-incidents", "SEV1 incidents are announced here", [ALICE, BOB, CAROL]),
    ("C0PAYMENTS", "payments", "The payments team", [ALICE, BOB, CAROL, GINA]),
    ("C0RANDOM", "random", "Non-work banter", FULL_MEMBERS),
]

OPENING = [
    ("C0GENERAL", CAROL, "Welcome to Acme. Incidents are declared with `/incident declare`."),
    ("C0PAYMENTS", ALICE, "I am on call for payments this week."),
    ("C0PAYMENTS", BOB, "I am second if you need me."),
    (
        "C0PAYMENTS",
        ALICE,
        "Card authorisations look slower than usual since the last deploy, keeping an eye on it.",
    ),
    ("C0RANDOM", DAVE, "Coffee machine on the third floor is back. :coffee:"),
]


def new_world(
    *,
    manifest: Manifest,
    clock: Clock | None = None,
    log: Journal | None = None,
    faults: Faults | None = None,
) -> World:
    """The seeded workspace; whatever is not given is made anew."""
    return World(manifest=manifest, clock=clock, log=log, faults=faults, seed=plant)


def plant(world: World) -> None:
    _install(world)
    for person in PEOPLE:
        _settle(world, person)
    for channel_id, name, purpose, members in CHANNELS:
        _found(world, channel_id, name, purpose, members)
    for channel_id, author, text in OPENING:
        channel = world.channels[channel_id]
        ts = world.next_ts(channel)
        channel.messages[ts] = Message(channel.id, ts, author, text, client_msg_id=world.new_secret())
    for user in (*FULL_MEMBERS, GINA):
        world.open_dm(user)
    world.usergroups["S0PAYMENTS"] = UserGroup(
        "S0PAYMENTS", "payments-team", "Payments team", [ALICE, BOB], created=world.epoch(), created_by=CAROL
    )
    world.usergroups["S0ONCALL"] = UserGroup(
        "S0ONCALL", "oncall-payments", "On call for payments", [ALICE], created=world.epoch(), created_by=CAROL
    )
    world.emoji["tocsin"] = "emoji/tocsin.png"


def _install(world: World) -> None:
    world.app.name = world.manifest.name
    handle = "".join(world.manifest.name.lower().split())  # what it is mentioned by, as Slack makes it of the name
    bot = User(TOCSIN, handle, world.manifest.name, is_bot=True, bot_id=world.app.bot_id)
    slackbot = User(SLACKBOT, "slackbot", "Slackbot", is_bot=False)
    for user in (bot, slackbot):
        _settle(world, user)
    world.tokens[BOT_TOKEN] = Token(BOT_TOKEN, "bot", TOCSIN)
    world.tokens[APP_TOKEN] = Token(APP_TOKEN, "app")


def _settle(world: World, person: User) -> None:
    copy = User(**vars(person))
    copy.updated = world.epoch()
    world.users[copy.id] = copy


def _found(world: World, channel_id: str, name: str, purpose: str, members: list[str]) -> None:
    channel = Channel(channel_id, name, creator=CAROL, created=world.epoch(), members=list(members))
    channel.is_general = name == "general"
    channel.purpose = {"value": purpose, "creator": CAROL, "last_set": world.epoch()}
    world.channels[channel_id] = channel
