"""The doctor of user groups: says which is missing, and what Slack refused the bot."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from live_slack import live
from test_cli_doctor import settings

from bot.domain.groups import GroupTrouble
from cli.doctor import Diagnosis, Health
from cli.doctor_groups import user_groups
from storage.opening import open_database

PART = "user groups"
NOW = datetime(2026, 11, 24, tzinfo=UTC)
POSTURE = """\
people: {alice: {slack: U0ALICE}}
teams: {payments: {members: [alice], rotation: {rotation_period: 7d, user_group: GROUP}}}
services: {api: {owner: payments}}
"""


async def test_each_group_is_found_missing_or_refused(tmp_path: Path) -> None:
    async with live() as there:
        file, database = tmp_path / "posture.yaml", f"sqlite:///{tmp_path}/tocsin.db"

        async def said(group: str) -> list[Diagnosis]:
            file.write_text(POSTURE.replace("GROUP", group))
            return list(await user_groups(settings(there, posture=str(file), database_url=database)))

        assert await said("'@oncall-payments'") == [Diagnosis(PART, Health.OK, "@oncall-payments: 1 member")]
        [missing] = await said("nobody")
        assert (missing.health, missing.seen) == (Health.BAD, "@nobody: there is no such user group in Slack")
        db = await open_database(database, clock=lambda: NOW)
        await db.write(lambda tx: tx.user_groups.trouble(GroupTrouble("S0ONCALL", "permission_denied", NOW, NOW)))
        await db.close()
        [refused] = await said("S0ONCALL")
        assert (refused.health, refused.seen.partition(":")[0], "Workspace settings" in refused.fix) == (
            Health.BAD, "S0ONCALL", True,
        )  # fmt: skip
        there.fault("usergroups.list", "error", error="missing_scope")
        [unlisted] = await said("S0ONCALL")
        assert (unlisted.health, "usergroups:write" in unlisted.fix) == (Health.BAD, True)
        file.write_text(POSTURE.replace(", user_group: GROUP", ""))
        [off] = await user_groups(settings(there, posture=str(file), database_url=database))
        assert off.health is Health.OFF
