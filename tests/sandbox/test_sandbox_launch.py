"""The sandbox and the bot beside it start together, watch each other, and end in order."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sandbox_running import until

from sandbox.launch import CannotLaunch, Launch, Launched, arguments, free_port, greeting

ROOT = Path(__file__).parents[2]

STAND_IN = """
import json, os, pathlib, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
runs = pathlib.Path("runs"); runs.mkdir(exist_ok=True)
(runs / str(os.getpid())).write_text(json.dumps(dict(os.environ)))
print("started", flush=True)
time.sleep(600)
"""
"""In place of the bot: notes its settings and waits."""

MANIFEST = "display_information: {name: Tocsin}\nfeatures: {bot_user: {display_name: tocsin}}\n"


@pytest.fixture
def launch(tmp_path: Path) -> Launch:
    script, posture, manifest = tmp_path / "bot.py", tmp_path / "posture.yaml", tmp_path / "manifest.yaml"
    script.write_text(STAND_IN)
    posture.write_text("")
    manifest.write_text(MANIFEST)
    return Launch(0, 0, 0, posture, manifest, (sys.executable, str(script)), tmp_path / "data")


@pytest.fixture
async def launched(launch: Launch) -> AsyncIterator[Launched]:
    found = Launched(launch)
    await found.start()
    try:
        await until(lambda: runs_of(found))
        yield found
    finally:
        await found.stop()


def runs_of(launched: Launched) -> dict[int, dict[str, str]]:
    """The settings that each started process saw, by process id."""
    folder = Path(launched.bot.state()["log"]).parent / "runs"
    files = [f for f in folder.glob("*") if f.read_text()] if folder.exists() else []
    return {int(file.name): json.loads(file.read_text()) for file in files}


async def control(launched: Launched, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    url = f"{launched.running.world.base_url}/control/{path}"
    async with aiohttp.ClientSession() as http, http.request(method, url, json=body) as answer:
        return answer.status, await answer.json()


async def test_the_bot_gets_every_setting_and_nothing_else(launch: Launch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGERDUTY_TOKEN", "a real one")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "a real one")
    launched = Launched(launch)
    await launched.start()
    try:
        [seen] = (await until(lambda: runs_of(launched))).values()
    finally:
        await launched.stop()
    shown, folder = launched.addresses(), Path(launched.bot.state()["log"]).parent
    assert json.loads(seen.pop("GOOGLE_CREDENTIALS"))["token_uri"] == f"http://127.0.0.1:{shown['port']}/google/token"
    surroundings = {"PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "PYTHONUNBUFFERED"}
    assert {name: value for name, value in seen.items() if name not in surroundings} == {
        "SLACK_BOT_TOKEN": "xoxb-sandbox-bot",
        "SLACK_APP_TOKEN": "xapp-sandbox-app",
        "SLACK_API_URL": f"http://127.0.0.1:{shown['port']}/api/",
        "TWILIO_ACCOUNT_SID": "AC00000000000000000000000000000000",
        "TWILIO_AUTH_TOKEN": "sandbox-twilio-token",
        "TWILIO_PHONE_NUMBER": "+15550100000",
        "TWILIO_API_URL": f"http://127.0.0.1:{shown['port']}",
        "SMTP_URL": f"smtp://127.0.0.1:{shown['smtp_port']}",
        "MAIL_FROM": "tocsin@acme.example",
        "CLOCK_URL": f"http://127.0.0.1:{shown['port']}/clock",
        "GOOGLE_API_URL": f"http://127.0.0.1:{shown['port']}",
        "GOOGLE_SPREADSHEET_ID": "1SandboxRotaOfAcmeReports0000000000000000000",
        "GOOGLE_POLL_SECONDS": "2",
        "DATABASE_URL": f"sqlite:///{folder / 'tocsin.db'}",
        "POSTURE": str(launch.posture),
        "HTTP_HOST": "127.0.0.1",
        "HTTP_PORT": str(launched.bot_port),
        "PUBLIC_URL": f"http://127.0.0.1:{launched.bot_port}",
        "WEBHOOK_TOKEN_INCIDENTS": "sandbox-incidents-token",
        "WEBHOOK_TOKEN_ALERTMANAGER": "sandbox-alertmanager-token",
    }


async def test_a_killed_bot_comes_back_and_the_sandbox_says_so(launched: Launched) -> None:
    before = launched.bot.state()["pid"]
    status, _ = await control(launched, "POST", "bot", {"action": "kill"})
    assert status == 200
    await until(lambda: len(runs_of(launched)) == 2)
    _, state = await control(launched, "GET", "state")
    assert state["process"]["running"] is True
    assert (state["process"]["restarts"], state["process"]["exit_code"]) == (1, -signal.SIGKILL)
    assert state["process"]["pid"] != before


async def test_a_stopped_bot_stays_away_until_it_is_started(launched: Launched) -> None:
    _, answer = await control(launched, "POST", "bot", {"action": "stop"})
    assert (answer["process"]["wanted"], answer["process"]["pid"] or 0) == (False, 0)
    await asyncio.sleep(0.7)
    assert launched.bot.state()["running"] is False
    status, refused = await control(launched, "POST", "bot", {"action": "kill"})
    assert (status, refused["message"]) == (400, "The bot does not run.")
    await control(launched, "POST", "bot", {"action": "start"})
    await until(lambda: len(runs_of(launched)) == 2)


async def test_a_bot_that_refuses_is_not_started_again_and_what_it_said_is_shown(
    launch: Launch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(launch.command[-1]).write_text("import sys; print('There is no such place.'); sys.exit(2)")
    launched = Launched(launch)
    await launched.start()
    try:
        await until(lambda: launched.bot.state()["exit_code"] == 2)
        assert (launched.bot.state()["wanted"], launched.bot.state()["restarts"]) == (False, 0)
        await control(launched, "POST", "bot", {"action": "start"})
        await until(lambda: launched.bot.state()["restarts"] == 1 and not launched.bot.state()["wanted"])
    finally:
        await launched.stop()
    assert capsys.readouterr().err.splitlines()[:3] == [
        f"The bot refuses to run, and is not started again. It said (all of it is in {launched.bot.state()['log']}):",
        "  There is no such place.",
        "Mend that, then press Start under Faults, or end this and start the sandbox again.",
    ]


async def test_a_reset_starts_the_bot_again_without_what_it_stored(launched: Launched) -> None:
    stored = Path(launched.bot.state()["log"]).parent / "tocsin.db"
    stored.write_text("incidents of the old world")
    [before] = runs_of(launched)
    status, _ = await control(launched, "POST", "reset", {})
    assert (status, stored.exists()) == (200, False)
    [after] = await until(lambda: runs_of(launched))
    assert after != before


async def test_the_bot_ends_with_the_sandbox(launch: Launch) -> None:
    launched = Launched(launch)
    await launched.start()
    [pid] = await until(lambda: runs_of(launched))
    await launched.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_each_start_begins_with_an_empty_folder(launch: Launch) -> None:
    folder = launch.data / str(port := free_port(0))
    folder.mkdir(parents=True)
    (folder / "tocsin.db").write_text("an earlier run")
    launched = Launched(Launch(**{**vars(launch), "port": port}))
    await launched.start()
    await launched.stop()
    assert not (folder / "tocsin.db").exists()


async def test_what_is_missing_is_said_plainly(launch: Launch) -> None:
    launch.posture.unlink()
    with pytest.raises(CannotLaunch) as refused:
        await Launched(launch).start()
    assert str(refused.value) == f"There is no posture at {launch.posture}."


def test_a_taken_port_gives_way_to_the_next_and_the_greeting_says_so() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port(port) in range(port + 1, port + 20)


async def test_the_greeting_names_the_address_and_the_ports_that_moved(launched: Launched) -> None:
    text = greeting(launched)
    assert f"open {launched.running.world.base_url}/\n" in text
    assert "is taken" not in text


@pytest.mark.parametrize("given", [["--port", "x"], ["--port", "70000"], ["--set", "no"], ["--what"]])
def test_a_wrong_argument_is_refused(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        arguments(given)
    assert ended.value.code == 2
    assert "error:" in capsys.readouterr().err


@pytest.mark.parametrize("taken_by", ["--port", "--smtp-port"])
async def test_the_sandbox_alone_says_that_a_port_is_taken(launch: Launch, taken_by: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ports = {"--port": "0", "--smtp-port": "0"} | {taken_by: str(taken.getsockname()[1])}
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "sandbox", "--manifest", str(launch.manifest)),
            *(word for pair in ports.items() for word in pair),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await asyncio.wait_for(child.communicate(), 20)
    assert (child.returncode, out) == (1, b"")
    assert err.startswith(b"The sandbox cannot listen: ") and err.endswith(b". Give other ports.\n")


async def test_the_sandbox_alone_prints_its_addresses_first_and_ends_on_sigterm(launch: Launch) -> None:
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sandbox", "--port", "0", "--smtp-port", "0"),
        *("--manifest", str(launch.manifest)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert child.stdout is not None
    addresses = json.loads(await asyncio.wait_for(child.stdout.readline(), 20))
    async with aiohttp.ClientSession() as http, http.get(addresses["clock_url"]) as answer:
        assert await answer.json() == {"offset_seconds": 0.0, "version": 1}
    assert addresses["slack_bot_token"] == "xoxb-sandbox-bot"
    child.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(child.wait(), 10) == 0


@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_the_launcher_greets_and_ends_everything_when_told_to(launch: Launch, ended_by: signal.Signals) -> None:
    start = "import asyncio, pathlib, sys; from sandbox.launch import Launch, run\n"
    start += "paths = [pathlib.Path(p) for p in sys.argv[1:]]\n"
    start += "asyncio.run(run(Launch(0, 0, 0, *paths[:2], (sys.executable, str(paths[2])), paths[3])))"
    paths = (launch.posture, launch.manifest, launch.command[-1], launch.data)
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", start),
        *map(str, paths),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert child.stdout is not None
    greeted = await asyncio.wait_for(child.stdout.readline(), 20)
    assert greeted.startswith(b"The sandbox is ready: open http://127.0.0.1:")
    [seen] = await until(lambda: [f for f in launch.data.glob("*/runs/*") if f.read_text()])
    child.send_signal(ended_by)
    await asyncio.wait_for(child.communicate(), 15)
    assert child.returncode == 0
    with pytest.raises(ProcessLookupError):
        os.kill(int(seen.name), 0)
