"""The sandbox's page as a person uses it: everything by pointer and keyboard, every wait for something to be seen."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, expect, sync_playwright

#: The flags keep Chromium from reaching out and from needing what a container lacks.
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
LAPTOP = (1440, 900)
PATIENCE_MS = 15_000

PEOPLE = {"Alice": "U0ALICE", "Bob": "U0BOB", "Carol": "U0CAROL", "Dave": "U0DAVE"}


@dataclass(frozen=True)
class Form:
    """The modal on the screen."""

    box: Locator

    def input(self, block_id: str) -> Locator:
        """What is filled in or chosen in a block."""
        return self.box.locator(f"[data-block-id='{block_id}'] [data-testid='element']")

    def fill(self, block_id: str, text: str) -> None:
        self.input(block_id).fill(text)

    def choose(self, block_id: str, value: str) -> None:
        """An option of a select, by its value."""
        self.input(block_id).click()
        self.box.page.locator(f"[data-testid='option'][data-value='{value}']").click()

    def error(self, block_id: str) -> Locator:
        return self.box.locator(f".block[data-block-id='{block_id}']").get_by_test_id("field-error")

    def send(self) -> None:
        self.box.get_by_test_id("modal-submit").click()

    def done(self) -> None:
        """Sends it; the bot accepts it and it goes away."""
        self.send()
        expect(self.box).to_have_count(0)


@dataclass
class Screen:
    """One browser window. `troubles` are errors that the page threw or printed."""

    page: Page
    troubles: list[str] = field(default_factory=list)

    # --- where one is

    def become(self, name: str) -> None:
        """Look through somebody else's eyes."""
        person = self.page.locator(f"[data-testid='person'][data-user='{PEOPLE[name]}']")
        person.click()
        expect(person).to_have_attribute("aria-checked", "true")

    def open_channel(self, name: str) -> None:
        """From the list at the side."""
        self.page.locator(f"[data-testid='channel'][data-name='{name}']").click()
        expect(self.title).to_have_text(name)

    def open_room(self, number: int = 1) -> None:
        """The war room of an incident, once one is in it."""
        self.page.locator(f"[data-testid='channel'][data-name^='inc-{number}-']").click()
        expect(self.title).to_contain_text(f"inc-{number}-")

    def open_app(self, tab: str) -> None:
        """The bot's `home` or `messages`."""
        self.page.get_by_test_id("app").click()
        self.page.get_by_test_id(f"tab-{tab}").click()
        expect(self.page.get_by_test_id(f"tab-{tab}")).to_have_attribute("aria-selected", "true")

    def show(self, column: str) -> None:
        """One of `side`, `main` and `devices`, where the window is too narrow for all."""
        button = self.page.locator(f".narrow-nav [data-goto='{column}']")
        if button.is_visible():
            button.click()

    def open_panel(self, name: str) -> None:
        """One of `phones`, `mail`, `sheet`, `log` and `faults`."""
        if self.page.locator("body").get_attribute("data-panel") != name:
            self.page.get_by_test_id(f"panel-{name}").click()
        expect(self.page.locator("body")).to_have_attribute("data-panel", name)

    @property
    def title(self) -> Locator:
        return self.page.get_by_test_id("channel-title")

    @property
    def home(self) -> Locator:
        return self.page.get_by_test_id("home")

    # --- what is said

    def says(self, text: str) -> None:
        """Types a message or a command and sends it."""
        composer = self.page.get_by_test_id("composer")
        composer.fill(text)
        composer.press("Escape")  # the completion's list would take the Enter
        composer.press("Enter")
        expect(composer).to_have_value("")

    def message(self, words: str) -> Locator:
        """The newest message that holds these words."""
        return self.page.get_by_test_id("messages").get_by_test_id("message").filter(has_text=words).last

    @property
    def card(self) -> Locator:
        """The live card: the message with a header."""
        headed = self.page.locator(".block-header")
        return self.page.get_by_test_id("messages").get_by_test_id("message").filter(has=headed).first

    def react(self, message: Locator, emoji: str) -> None:
        """By the bar over the message where it offers the emoji, else by the picker."""
        quick = message.locator(f"button[data-quick='{emoji}']")
        if quick.count():
            self.tool(message, quick).click()
        else:
            self.tool(message, message.get_by_test_id("message-react")).click()
            self.page.get_by_test_id("emoji-picker").locator(f"button[data-emoji='{emoji}']").first.click()
        expect(self.reaction(message, emoji)).to_have_attribute("aria-pressed", "true")

    @staticmethod
    def tool(message: Locator, tool: Locator) -> Locator:
        """A button of the bar over a message; the message may move away from under the pointer once or twice."""
        for _ in range(20):
            message.hover()
            if tool.is_visible():
                break
        return tool

    @staticmethod
    def reaction(message: Locator, emoji: str) -> Locator:
        return message.locator(f"[data-testid='reaction'][data-emoji='{emoji}']")

    # --- what is pressed

    def press(self, where: Locator, label: str) -> None:
        """A button of a message or view, by what it says."""
        where.get_by_test_id("element").get_by_text(label, exact=True).click()

    def pick(self, where: Locator, action_id: str, label: str) -> None:
        """An entry of an overflow menu."""
        where.locator(f"[data-testid='element'][data-action-id='{action_id}']").click()
        self.page.get_by_test_id("overflow-option").filter(has_text=label).click()

    def form(self, callback_id: str) -> Form:
        """The modal of this kind, once it is there."""
        box = self.page.locator(f"[data-testid='modal'][data-callback-id='{callback_id}']")
        expect(box).to_be_visible()
        return Form(box)

    # --- phones and the clock

    def passes(self, minutes: int) -> None:
        """Moves the clock by one of its buttons: 1, 5 or 15."""
        clock = self.page.get_by_test_id("clock")
        before = clock.get_attribute("data-offset") or ""
        self.page.get_by_test_id(f"clock-plus-{minutes}").click()
        expect(clock).not_to_have_attribute("data-offset", before)

    def phone(self, name: str) -> Locator:
        """Takes somebody's phone in hand; again where another began to ring just then and is shown instead."""
        self.open_panel("phones")
        tab = self.page.locator(f"[data-testid='phone-tab'][data-user='{PEOPLE[name]}']")
        phone = self.page.locator(f"[data-testid='phone'][data-user='{PEOPLE[name]}']")
        tab.click()
        with contextlib.suppress(AssertionError):
            expect(phone).to_be_visible(timeout=3000)
        if not phone.is_visible():
            tab.click()
        expect(phone).to_be_visible()
        return phone

    def ringing(self, name: str) -> Locator:
        """The tab of somebody's phone while it rings."""
        return self.page.locator(f"[data-testid='phone-tab'].ringing[data-user='{PEOPLE[name]}']")

    @staticmethod
    def texts(phone: Locator) -> Locator:
        """What the phone received."""
        return phone.locator("[data-testid='sms'][data-direction='in']")


@contextmanager
def opened(chromium: str, address: str, size: tuple[int, int] = LAPTOP) -> Iterator[Screen]:
    """A window of its own, with nothing remembered, once the page is complete and the bot connected."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        page = browser.new_page(viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce")
        page.set_default_timeout(PATIENCE_MS)
        screen = Screen(page)
        page.on("pageerror", lambda error: screen.troubles.append(str(error)))
        page.on("console", lambda said: screen.troubles.append(said.text) if said.type == "error" else None)
        page.goto(address)
        expect(page.locator("body")).to_have_attribute("data-ready", "true")
        try:
            yield screen
        finally:
            browser.close()
