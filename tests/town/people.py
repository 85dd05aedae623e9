"""People of the town: what they do in Slack, on their phones and with their mail, and what they see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from town.messages import Form, Message
from town.outside import Outside
from town.waiting import eventually

#: Where people are when a story does not say.
INCIDENTS = "C0INCIDENTS"


class NoAck(AssertionError):
    """The bot did not ack within Slack's three seconds."""


@dataclass(frozen=True)
class Phone:
    """Somebody's phone."""

    outside: Outside
    number: str

    @property
    def raw(self) -> dict[str, Any]:
        phones = self.outside.get("phones")["phones"]
        return dict(next(one for one in phones if one["number"] == self.number))

    @property
    def messages(self) -> list[str]:
        """What its screen shows as received, oldest first."""
        return [sms["body"] for sms in self.raw["messages"] if sms["direction"] == "in" and sms["received"]]

    @property
    def pages(self) -> list[str]:
        """Those of them that ask for an ack."""
        return [body for body in self.messages if "Reply ACK" in body]

    @property
    def calls(self) -> list[dict[str, Any]]:
        """Calls to it, oldest first (docs/sandbox.md, Shapes of the answers)."""
        return [call for call in self.raw["calls"] if call["direction"] == "in"]

    def rings(self) -> str:
        """The sid of the newest call, once it rings."""

        def ringing() -> str:
            call = self.calls[-1]
            assert call["status"] == "ringing", call["status"]
            return str(call["sid"])

        return eventually(ringing)

    def does(self, action: str, **more: Any) -> None:
        """Something with the newest call: answer, keys, hangup, busy, no_answer, voicemail."""
        self.outside.post("call", sid=self.calls[-1]["sid"], action=action, **more)

    def hears(self, words: str) -> str:
        """What the newest call said, once it said this."""

        def heard() -> str:
            said = " ".join(line["text"] for line in self.calls[-1]["spoken"] if line["by"] == "bot")
            assert words in said, said
            return said

        return eventually(heard)

    def presses(self, keys: str) -> None:
        """Keys, once the call listens for them."""
        eventually(lambda: self.calls[-1]["awaits_keys"])
        self.does("keys", digits=keys)

    def treats(self, **settings: Any) -> None:
        """How it takes messages from now on (docs/sandbox.md, Phones)."""
        self.outside.post("phone", number=self.number, **settings)


@dataclass(frozen=True)
class Person:
    """One of them."""

    outside: Outside
    user: str
    number: str = ""
    email: str = ""

    @property
    def phone(self) -> Phone:
        return Phone(self.outside, self.number)

    def types(self, line: str, at: str = INCIDENTS) -> str:
        """A slash command; answers what the person alone is told (empty where a form opens or nothing is said)."""
        command, _, text = line.partition(" ")
        found = self.outside.post("slash", user=self.user, channel=at, command=command, text=text)
        return str((_acked(found) or {}).get("text", ""))

    def reads(self, line: str, at: str = INCIDENTS) -> Message:
        """The same, with all of the answer's blocks."""
        command, _, text = line.partition(" ")
        found = self.outside.post("slash", user=self.user, channel=at, command=command, text=text)
        return Message(_acked(found) or {})

    def presses(self, label: str, on: Message) -> None:
        """A button, or a choice of a menu, by what it says."""
        element = on.element(label)
        where = {"channel": on.channel, "ts": on.ts}
        self._press(where, element.action_id, element.block_id, element.value)

    def presses_at_home(self, label: str) -> None:
        home = self.home()
        element = home.element(label)
        self._press({"view_id": home.id}, element.action_id, element.block_id, element.value)

    def _press(self, where: dict[str, str], action_id: str, block_id: str, value: str | None) -> None:
        chosen = {} if value is None else {"value": value}
        found = self.outside.post("press", user=self.user, action_id=action_id, block_id=block_id, **where, **chosen)
        _acked(found)

    def form(self, name: str) -> Form:
        """The form on top of the screen, once it is the one of this name."""

        def shown() -> Form:
            stack = self.outside.get("views", user=self.user)["stack"]
            found = Form(stack[-1])
            assert found.name == name, found.name
            return found

        return eventually(shown)

    def forms(self) -> list[str]:
        """The names of the forms on the screen."""
        return [view["callback_id"] for view in self.outside.get("views", user=self.user)["stack"]]

    def submits(self, form: Form, **values: Any) -> dict[str, str]:
        """Fills a form in and sends it; answers what is wrong with which input, and closes it where nothing is."""
        found = self.outside.post("submit", user=self.user, view_id=form.id, values=values)
        if found.get("sent", True):
            _acked(found)
        assert found["closed"] is not bool(found["errors"]), found
        return dict(found["errors"])

    def home(self) -> Form:
        """Opens App Home; what it shows then."""
        before = self.outside.get("views", user=self.user)["home"]
        self.outside.post("home", user=self.user)

        def published() -> Form:
            home = self.outside.get("views", user=self.user)["home"]
            assert home is not None
            assert before is None or home["hash"] != before["hash"]
            return Form(home)

        return eventually(published)

    def says(self, text: str, at: str, thread: str = "") -> Message:
        ts = self.outside.post("message", user=self.user, channel=at, text=text, thread_ts=thread)["ts"]
        return Message({"channel": at, "ts": ts, "text": text})

    def reacts(self, emoji: str, on: Message) -> None:
        self.outside.post("react", user=self.user, channel=on.channel, ts=on.ts, name=emoji)

    def takes_back(self, emoji: str, on: Message) -> None:
        """Removes a reaction."""
        self.outside.post("react", user=self.user, channel=on.channel, ts=on.ts, name=emoji, remove=True)

    def uses_shortcut(self, callback_id: str, on: Message | None = None) -> None:
        where = {"channel": on.channel, "ts": on.ts} if on else {}
        _acked(self.outside.post("shortcut", user=self.user, callback_id=callback_id, **where))

    def texts(self, body: str) -> None:
        """Sends an SMS to the bot's number."""
        self.outside.post("sms", **{"from": self.number, "body": body})

    def joins(self, channel: str) -> None:
        self.outside.post("join", user=self.user, channel=channel)

    def leaves(self, channel: str) -> None:
        self.outside.post("leave", user=self.user, channel=channel)

    @property
    def dm(self) -> str:
        """The channel of the conversation with the bot."""
        return f"D{self.user[1:]}"

    def dms(self) -> list[Message]:
        """The conversation with the bot, oldest first; empty where there is none yet."""
        known = {channel["id"] for channel in self.outside.get("state")["channels"]}
        return self.sees(self.dm) if self.dm in known else []

    def pages(self) -> list[Message]:
        """Direct messages that page, answered ones too."""
        return [one for one in self.dms() if " INC-" in f" {one.text}" and not one.raw.get("is_ephemeral")]

    def page(self) -> Message:
        """The newest page that still asks for an ack, once it is there."""
        return eventually(lambda: [one for one in self.pages() if "Ack" in one.labels][-1])

    def sees(self, channel: str) -> list[Message]:
        """A channel as this person sees it, what is shown to them alone included."""
        found = self.outside.get("messages", channel=channel, user=self.user)["messages"]
        return [Message(one) for one in found]

    def whispers(self, at: str = INCIDENTS) -> list[str]:
        """What the bot said to this person alone in a channel."""
        return [message.text for message in self.sees(at) if message.raw.get("is_ephemeral")]

    def mails(self) -> list[dict[str, Any]]:
        return list(self.outside.get("mail", to=self.email)["messages"])

    def channels(self) -> list[dict[str, Any]]:
        """The channels this person can see: public ones, and those they are in."""
        found = self.outside.get("state")["channels"]
        return [one for one in found if self.user in one["members"] or not (one["is_private"] or one["is_im"])]


def _acked(found: dict[str, Any]) -> dict[str, Any] | None:
    if "error" in found:
        raise NoAck(found["error"])
    ack: dict[str, Any] | None = found["ack"]
    return ack
