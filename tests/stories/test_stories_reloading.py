"""The posture's file is edited at night: whoever it names is paged; a slip changes nothing, not at a restart either."""

from __future__ import annotations

import signal
from pathlib import Path

from town.town import ACME, Build, posture
from town.waiting import eventually


def test_an_edited_posture_is_in_force_within_seconds_and_a_slip_changes_nothing(build: Build, tmp_path: Path) -> None:
    file = Path(posture(tmp_path, {}))
    town = build(POSTURE=str(file), ADMIN_CHANNEL="#incidents")
    admins = town.channel("incidents")
    town.bot.start()
    town.declares("sev2 cards fail")
    eventually(lambda: len(town.alice.phone.pages) == 1)

    file.write_text(ACME.read_text().replace("members: [alice]\n", "members: [dave]\n"))
    admins.hears("Schedule payments: dave instead of alice")
    eventually(lambda: len(town.dave.phone.pages) == 1)  # the page that waits finds whoever is on call now

    file.write_text("people: [")
    admins.hears("The changed posture is refused, and posture 2 stays in force")
    status, answer = town.bot.http("GET", "/readyz")
    assert (status, answer["parts"]["posture"]["state"]) == (200, "impaired")
    assert town.bot.stop() == 0
    town.bot.start()  # a bad file does not end the paging: it starts with what was accepted last
    town.declares("sev2 cards fail again", by=town.carol)
    eventually(lambda: len(town.dave.phone.pages) == 2)
    assert len(town.alice.phone.pages) == 1

    file.write_text(ACME.read_text())
    assert town.bot.process is not None
    town.bot.process.send_signal(signal.SIGHUP)
    admins.hears("Posture 3 is in force: SIGHUP was sent")
    admins.hears("The posture can be read again")
    town.ends_well()
