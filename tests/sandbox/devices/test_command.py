"""`python -m sandbox play`: a bar, a summary, and a number for the script that called it."""

from __future__ import annotations

import argparse

import httpx
import pytest

from sandbox.devices import command
from sandbox.outbound import Outbound
from tests.sandbox.devices.street import Street


def given(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return parser.parse_args(["--sandbox", "http://localhost:9000", *arguments])


@pytest.fixture
def reached(street: Street, monkeypatch: pytest.MonkeyPatch) -> Street:
    """The command's own requests go to the sandbox in this process; it looks again without waiting."""
    transport = httpx.ASGITransport(street.desk.app)
    monkeypatch.setattr(command, "Outbound", lambda: Outbound(transport))
    monkeypatch.setattr(command, "LOOK_S", 0)
    return street


async def test_it_shows_a_bar_and_sums_up(reached: Street, capsys: pytest.CaptureFixture[str]) -> None:
    assert await command.play(given("--school", "kgd", "kry", "--duplicates", "--late", "0.5", "--offline-s", "1800")) == 0
    said = capsys.readouterr()
    assert "Школьный день" in said.err
    assert "100%" in said.err
    assert said.out.count("сыгран") == 2
    assert "записано" in said.out
    assert len(reached.plays.all) == 2


async def test_every_school_may_be_played_at_once(reached: Street) -> None:
    assert await command.play(given("--school", "all")) == 0
    assert {one.wish.school.id for one in reached.plays.all.values()} == set(reached.desk.town.schools)


async def test_what_was_not_told_is_a_failure(reached: Street, capsys: pytest.CaptureFixture[str]) -> None:
    reached.desk.app.sandbox.outbound.transport = httpx.MockTransport(lambda _: httpx.Response(403, json={"reason": "revoked"}))
    assert await command.play(given("--school", "kgd")) == 1
    assert "отклонено" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--school", "kgd", "--hub", "http://hub.example"), "этой машине"),
        (("--school", "kgd", "--sandbox", "http://10.0.0.1:9000"), "этой машине"),
        (("--school", "kgd", "--sandbox", "http://localhost:1"), "не отвечает"),
    ],
)
def test_it_goes_nowhere_else_and_says_so_in_one_line(arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.run(given(*arguments)) == 1
    error = capsys.readouterr().err
    assert said in error
    assert len(error.strip().splitlines()) == 1


async def test_what_the_sandbox_refuses_is_said(reached: Street) -> None:
    with pytest.raises(command.Stopped, match="школе нет уроков"):
        await command.play(given("--school", "kgd", "--day", "2026-07-12"))
    assert reached.requests == []
