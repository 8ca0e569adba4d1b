"""Days that were played or are being played; each is asked for, runs by itself, and can be looked at or stopped."""

from __future__ import annotations

import asyncio
import contextlib
import math
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random
from typing import Any, Final

from sandbox.asked import Refused
from sandbox.devices.playing.pace import FASTEST_CLOCK, Pace
from sandbox.devices.playing.sender import Sender
from sandbox.devices.playing.tally import together
from sandbox.devices.state.day import last_day, school_day
from sandbox.devices.state.equipment import Device, equipment
from sandbox.devices.state.hubs import Hub, Hubs
from sandbox.devices.state.spoiling import Faults, Telling, told
from sandbox.devices.wire.report import Speaker
from sandbox.system import Sandbox
from sandbox.world.model import School

MOST_KEPT, MOST_AT_ONCE = 50, 24
PATIENCE_S: Final = 60.0
LONGEST_PATIENCE_S: Final = 3600.0
AT_ONCE: Final = 1000.0
"""From this speed on the hub sets the pace: a day would be half a minute long."""
RUNNING, DONE, STOPPED = "running", "done", "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was asked, checked against the town."""

    school: School
    day: date
    speed: float
    faults: Faults
    hub: Hub
    move_clock: bool
    patience_s: float


@dataclass(slots=True, kw_only=True)
class Play:
    """`ahead`: happenings of the day that have not come to pass by the town's clock; they were not played."""

    id: str
    wish: Wish
    at: datetime
    ahead: int
    events: int
    senders: list[Sender]
    began: float = field(default_factory=time.monotonic)
    seconds: float | None = None
    state: str = RUNNING
    task: asyncio.Task[None] | None = None

    def shown(self) -> dict[str, Any]:
        total = together([one.tally for one in self.senders])
        return {
            "id": self.id,
            "school": self.wish.school.id,
            "day": self.wish.day.isoformat(),
            "speed": self.wish.speed,
            "hub": self.wish.hub.url,
            "state": self.state,
            "done": self.state != RUNNING,
            "events": self.events,
            "ahead": self.ahead,
            **total.shown(),
            "seconds": round(time.monotonic() - self.began if self.seconds is None else self.seconds, 2),
            "devices": [
                {"serial": one.who.device.serial, "kind": one.who.device.model.kind, "sign": one.who.device.model.sign, **one.tally.shown()}
                for one in self.senders
            ],
        }


class Plays:
    """The newest last; a reset stops them."""

    def __init__(self, sandbox: Sandbox, hubs: Hubs, pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self.sandbox, self.hubs, self.pause = sandbox, hubs, pause
        self.all: dict[str, Play] = {}

    def reset(self) -> None:
        for one in self.all.values():
            if one.task is not None and not one.task.get_loop().is_closed():
                one.task.cancel()
        self.all.clear()

    def one(self, id_: str) -> Play:
        if id_ not in self.all:
            raise Refused("Такого прогона нет", 404)
        return self.all[id_]

    def wish(self, body: Mapping[str, Any]) -> Wish:
        """Raises `Refused`."""
        school = self._school(body.get("school"))
        speed = _number(body, "speed", 0.0)
        move_clock = body.get("move_clock", False)
        if not isinstance(move_clock, bool):
            raise Refused("move_clock — true или false")
        if move_clock and not 0 < speed <= FASTEST_CLOCK:
            raise Refused(f"С move_clock скорость от 1 до {FASTEST_CLOCK}")
        return Wish(
            school=school,
            day=self._day(school, body.get("day")),
            speed=speed if speed < AT_ONCE else 0.0,
            faults=Faults.of(body.get("faults") or {}),
            hub=self._hub(school, body.get("hub")),
            move_clock=move_clock,
            patience_s=_number(body, "patience_s", PATIENCE_S, LONGEST_PATIENCE_S),
        )

    def begin(self, wish: Wish) -> Play:
        if sum(one.state == RUNNING for one in self.all.values()) >= MOST_AT_ONCE:
            raise Refused(f"Одновременно играется до {MOST_AT_ONCE} дней", 409)
        made = self._made(wish)
        while len(self.all) >= MOST_KEPT:
            del self.all[next(id_ for id_, one in self.all.items() if one.state != RUNNING)]
        self.all[made.id] = made
        made.task = asyncio.get_running_loop().create_task(self._run(made), name=f"played day {made.id}")
        return made

    async def wait(self, play: Play, seconds: float | None) -> None:
        """Until it is over, or so long."""
        if play.task is not None:
            await asyncio.wait([play.task], timeout=seconds)

    async def stop(self, play: Play) -> None:
        if play.task is not None and not play.task.done():
            play.task.cancel()
            await asyncio.wait([play.task])

    def _made(self, wish: Wish) -> Play:
        town, clock = self.sandbox.town, self.sandbox.clock
        now, day = clock.now(), school_day(self.sandbox.town, wish.school, wish.day)
        tellings = told(day, wish.faults, _dice(f"{town.seed}:{wish.school.id}:{wish.day}"))
        live = wish.speed == 1 and bool(day) and not wish.move_clock and day[-1].at > now
        ready = tellings if live or wish.move_clock else [one for one in tellings if one.of.at <= now]
        begins = ready[0].due if ready else now
        if wish.move_clock:
            clock.set(begins)
        pace = Pace(clock, speed=wish.speed, begins=begins, moves=wish.move_clock, live=live, pause=self.pause)
        kit = equipment(town, wish.school)
        senders = [self._sender(wish, pace, device, [one for one in ready if one.of.device == role]) for role, device in kit.items()]
        events = sum(not one.repeat for one in ready)
        return Play(id=secrets.token_hex(6), wish=wish, at=now, ahead=len(day) - events, events=events, senders=senders)

    def _sender(self, wish: Wish, pace: Pace, device: Device, tellings: list[Telling]) -> Sender:
        who = Speaker(device=device, known=wish.hub.known[device.serial], hub=wish.hub.url)
        return Sender(
            who=who, outbound=self.sandbox.outbound, clock=self.sandbox.clock, pace=pace, told=tellings, patience_s=wish.patience_s
        )

    async def _run(self, play: Play) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                for one in play.senders:
                    group.create_task(one.run())
            play.state = DONE
        finally:
            play.seconds = time.monotonic() - play.began
            play.state = DONE if play.state == DONE else STOPPED

    def _school(self, given: Any) -> School:
        found = next((one for one in self.sandbox.town.schools.values() if given in (one.id, one.ogrn)), None)
        if found is None:
            raise Refused(f"school — одна из: {', '.join(self.sandbox.town.schools)}", 400 if given is None else 404)
        return found

    def _day(self, school: School, given: Any) -> date:
        found = last_day(self.sandbox.town, school) if given is None else None
        if given is not None:
            with contextlib.suppress(ValueError):
                found = date.fromisoformat(str(given))
            if found is None:
                raise Refused("day — дата вида 2026-11-20")
        if found is None or not school_day(self.sandbox.town, school, found):
            raise Refused("В этот день в школе нет уроков", 409)
        return found

    def _hub(self, school: School, given: Any) -> Hub:
        hub = self.hubs.one(given)
        if not {one.serial for one in equipment(self.sandbox.town, school).values()} <= hub.known.keys():
            raise Refused("Хаб ещё не зарегистрировал устройства этой школы: POST /_sandbox/devices", 409)
        return hub


def _dice(word: str) -> Random:
    return Random(word)  # noqa: S311 - a world, not a secret


def _number(body: Mapping[str, Any], name: str, usual: float, most: float = 1e9) -> float:
    value = body.get(name, usual)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or not 0 <= value <= most:
        raise Refused(f"{name} — число от 0 до {most:.0f}")
    return float(value)
