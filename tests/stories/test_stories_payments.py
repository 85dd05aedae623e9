"""The worked example, examples/payments.yaml, in a whole incident: PagerDuty first, then Slack and the phone."""

from __future__ import annotations

from pathlib import Path

from town.systems import systems
from town.town import Build
from town.waiting import eventually

from bot.domain.incident import State


def test_the_worked_example_drives_a_whole_incident(build: Build) -> None:
    with systems() as beside:
        town = build(POSTURE=str(Path("examples/payments.yaml").resolve()), **beside.settings)
        town.bot.start()
        room = town.declares("p2 cards are refused")
        eventually(lambda: beside.incident()[1] == "triggered")  # whoever is on call is paged by PagerDuty

        town.clock.passes(minutes=10)
        assert "(tier 2 of 4, cycle 1)" in town.bob.page().words
        town.clock.passes(minutes=20)
        town.carol.phone.rings()
        town.carol.phone.does("answer")
        town.carol.phone.presses("4")
        room.hears("Carol Díaz acked (phone call)")
        assert town.dave.phone.calls == []  # the vice president sleeps on

        town.bob.reacts("medal", on=town.card())
        town.card_shows("*Commander* <@U0BOB>")
        town.bob.types("/incident resolve turned express-pay off", at=room.id)
        room.hears("The postmortem of INC-1 is drafted")
        document = room.file("postmortem-inc-1.md")
        assert "at least 2 action items" in document
        assert "Reviewers: Bob Okafor (team-lead) and Carol Díaz (eng-manager)." in document
        assert [line[3:] for line in document.splitlines() if line.startswith("## ")] == [
            "Summary", "Impact", "Timeline", "Root Cause", "Contributing Factors", "Resolution", "Action Items",
            "Lessons Learned",
        ]  # fmt: skip
        eventually(lambda: beside.incident()[1] == "resolved")
        assert town.incident().state is State.RESOLVED
        town.ends_well()
