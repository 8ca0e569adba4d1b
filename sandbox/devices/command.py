"""`python -m sandbox play`: asks a running sandbox to play a school day, shows how far it is, and sums up."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections import Counter
from datetime import date
from typing import Any, Final

from tqdm import tqdm

from sandbox.asked import Refused
from sandbox.devices.form import FAULTS, in_words
from sandbox.devices.state.hubs import near
from sandbox.outbound import Line, Outbound, Unanswered

LOOK_S: Final = 0.3
DEFAULT_PORT: Final = "9000"
ALL: Final = "all"


class Stopped(Exception):
    """Nothing more can be played; the text says why."""


def add_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("--school", nargs="+", required=True, metavar="ШКОЛА", help="id или ОГРН школы города; all — все")
    command.add_argument("--day", help="дата, например 2026-11-20 (иначе последний учебный день, который кончился)")
    command.add_argument("--speed", type=float, default=0, help="во сколько раз быстрее; 0 — как успеет хаб, 1 — по часам города")
    for name, title in FAULTS:
        command.add_argument(f"--{name.replace('_', '-')}", type=float, nargs="?", const=True, metavar="СКОЛЬКО", help=title)
    command.add_argument("--move-clock", action="store_true", help="часы города идут вместе с днём")
    command.add_argument("--hub", help="адрес хаба на этой машине (иначе тот, что назвал устройства последним)")
    command.add_argument("--sandbox", help="адрес песочницы (иначе http://localhost:SANDBOX_PORT)")


def run(given: argparse.Namespace) -> int:
    """0 when everything was told and nothing was lost."""
    try:
        return asyncio.run(play(given))
    except (Refused, Stopped) as error:
        print(error, file=sys.stderr)  # noqa: T201 - the one line that a person reads
        return 1
    except KeyboardInterrupt:
        return 130


async def play(given: argparse.Namespace) -> int:
    """Raises `Refused`, `Stopped`."""
    root = near(given.sandbox or f"http://localhost:{os.environ.get('SANDBOX_PORT') or DEFAULT_PORT}")
    faults = {name: value for name, _ in FAULTS if (value := getattr(given, name)) is not None}
    asked: dict[str, Any] = {"speed": given.speed, "faults": faults, "move_clock": given.move_clock, "wait": False}
    asked |= {name: value for name, value in (("day", given.day), ("hub", given.hub and near(given.hub))) if value}
    async with Outbound().line() as line:
        schools = given.school if given.school != [ALL] else await _schools(line, root)
        runs = [await _asked(line, "POST", f"{root}/_sandbox/devices/play", asked | {"school": school}) for school in schools]
        runs = await _watched(line, root, runs)
    return _summed_up(runs)


async def _watched(line: Line, root: str, runs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Until every one of them is over; Ctrl-C leaves them running."""
    with tqdm(total=sum(one["planned"] for one in runs), unit=" соб.", desc="Школьный день", file=sys.stderr) as bar:
        while True:
            bar.n = sum(one["planned"] - one["left"] for one in runs)
            bar.set_postfix_str(_short(runs), refresh=True)
            if all(one["done"] for one in runs):
                return runs
            await asyncio.sleep(LOOK_S)
            runs = [one if one["done"] else await _asked(line, "GET", f"{root}/_sandbox/devices/play/{one['id']}") for one in runs]


def _short(runs: list[dict[str, Any]]) -> str:
    verdicts: Counter[str] = sum((Counter(one["verdicts"]) for one in runs), Counter())
    return ", ".join(f"{name} {count}" for name, count in verdicts.items() if count)


def _summed_up(runs: list[dict[str, Any]]) -> int:
    lines = []
    for one in runs:
        told = in_words(one, one["school"], date.fromisoformat(one["day"]))
        lines.append(f"{told['title']}: {told['state']} за {told['seconds']} с, сообщено {one['sent']} из {one['planned']}")
        lines += [f"  {count}" for count in told["counts"]]
        if one["retries"] or one["resigned"] or one["resent"]:
            lines.append(f"  попыток ещё раз: {one['retries']}, подписано заново: {one['resigned']}, послано дважды: {one['resent']}")
        if told["trouble"]:
            lines.append(f"  {told['trouble']}; осталось {one['left']}")
    print("\n".join(lines))  # noqa: T201 - the command's answer
    return int(any(one["left"] or one["lost"] or one["refused"] for one in runs))


async def _schools(line: Line, root: str) -> list[str]:
    return [one["id"] for one in (await _asked(line, "GET", f"{root}/_sandbox/people"))["schools"]]


async def _asked(line: Line, method: str, url: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    try:
        answer = await line.send(method, url, content=json.dumps(body).encode() if body is not None else None)
    except Unanswered as error:
        raise Stopped(f"Песочница не отвечает: {url.partition('/_sandbox')[0]} ({error})") from error
    found = answer.json()
    if answer.status >= 400 or not isinstance(found, dict):
        raise Stopped(found["text"] if isinstance(found, dict) and "text" in found else f"Песочница ответила {answer.status}")
    return found
