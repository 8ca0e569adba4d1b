"""One device at work: keeps what it has to tell, sends it in order, and lets go of it only when the hub has answered."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sandbox.clock import Clock
from sandbox.devices.playing.pace import Pace
from sandbox.devices.playing.tally import Tally
from sandbox.devices.state.spoiling import JUMP, MESSAGE, Telling
from sandbox.devices.wire import zkteco
from sandbox.devices.wire.cloud_events import CloudEvents
from sandbox.devices.wire.hikvision import Hikvision
from sandbox.devices.wire.report import Dialect, Report, Speaker
from sandbox.devices.wire.zkteco import ZkTeco
from sandbox.outbound import Answered, Line, Outbound, Unanswered

DIALECTS: Final[dict[str, Dialect]] = {"turnstile": CloudEvents(), "canteen": CloudEvents(), "zkteco": ZkTeco(), "hikvision": Hikvision()}
BUFFER: Final = 5_000
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.2, 5.0
LONGEST_ASKED_S: Final = 30.0
BUSY: Final = frozenset({429, 500, 502, 503, 504})
MOST_SIGNED_ANEW: Final = 5


class Away(Exception):
    """The hub has not taken a message for longer than the device's patience."""


@dataclass(slots=True, kw_only=True)
class Sender:
    """`patience_s` real seconds without an answer end the day for this device: what it has then stays `left`."""

    who: Speaker
    outbound: Outbound
    clock: Clock
    pace: Pace
    told: Sequence[Telling]
    patience_s: float
    tally: Tally = field(default_factory=Tally)
    skew: timedelta = timedelta()
    at: int = 0
    _line: Line | None = None

    def __post_init__(self) -> None:
        self.tally.planned = len(self.told)
        if any(one.wrong for one in self.told):
            self.skew = JUMP  # the wrong clock signs too, until the hub has told the time

    @property
    def dialect(self) -> Dialect:
        return DIALECTS[self.who.device.model.kind]

    async def run(self) -> None:
        """Until all is told, or the hub is away for too long."""
        async with self.outbound.line() as self._line:
            await self._run()

    async def _run(self) -> None:
        try:
            if self.told and self.who.device.model.kind == "zkteco":
                await self._answered(Report(path=zkteco.greeting(self.who), headers={}, body=b""), method="GET")
            while self.at < len(self.told):
                await self.pace.until(self.told[self.at].due)
                batch = self._next()
                await self._tell(batch)
        except Away as error:
            self.tally.trouble = f"{self.who.device.model.title}: {error}"

    @property
    def _own_line(self) -> Line:
        if self._line is None:
            raise RuntimeError("the device is not at work")
        return self._line

    def _next(self) -> Sequence[Telling]:
        """What is due, as much as one message holds, no event twice in it. A buffer that runs over forgets its oldest."""
        now = self.pace.now()
        due = self.at
        while due < len(self.told) and self.told[due].due <= now:
            due += 1
        if now < self.told[-1].due and due - self.at > BUFFER:
            self.tally.lost += due - self.at - BUFFER
            self.at = due - BUFFER
        batch: list[Telling] = []
        for one in self.told[self.at : due]:
            if len(batch) == self.dialect.most or any(one.of is other.of for other in batch):
                break
            batch.append(one)
        return batch

    async def _tell(self, batch: Sequence[Telling]) -> None:
        report, answer = await self._taken(batch)
        self.at += len(batch)
        if answer is None:
            self.tally.refused += len(batch)
            return
        self.tally.messages += 1
        self.tally.sent += len(batch)
        self.tally.verdicts += self.dialect.verdicts(answer, batch)
        if any(one.again == MESSAGE for one in batch):
            await self._once_more(report, batch)
        if self.who.device.model.kind == "zkteco":
            await self._commands()

    async def _taken(self, batch: Sequence[Telling]) -> tuple[Report, Answered | None]:
        """The message and the answer that lets it go; None for one that the hub refuses for good. Raises `Away`."""
        for _ in range(MOST_SIGNED_ANEW):
            report = self.dialect.report(self.who, batch, now=self.clock.now() + self.skew)
            answer = await self._answered(report, batch)
            if answer.status == 200:
                return report, answer
            reason = _reason(answer)
            self.tally.refusals[reason] += 1
            server_time = _server_time(answer)
            if reason == "clock" and server_time is not None:
                self.skew = server_time - self.clock.now()
            elif reason != "replay":
                break
            self.tally.resigned += 1
        self.tally.trouble = f"{self.who.device.model.title}: хаб отказал ({reason})"
        return report, None

    async def _once_more(self, report: Report, batch: Sequence[Telling]) -> None:
        """As after a lost answer: the same bytes again. A signature with a nonce is good for one time only."""
        answer = await self._answered(report, batch)
        self.tally.resent += 1
        if answer.status == 200:
            self.tally.repeats += self.dialect.verdicts(answer, batch)
        else:
            self.tally.repeats[_reason(answer)] += len(batch)

    async def _commands(self) -> None:
        answer = await self._answered(Report(path=zkteco.asking(self.who), headers={}, body=b""), method="GET")
        done = zkteco.carried_out(self.who, answer) if answer.status == 200 else None
        if done is not None:
            await self._answered(done)
            self.tally.commands += 1

    async def _answered(self, report: Report, batch: Sequence[Telling] = (), *, method: str = "POST") -> Answered:
        """Tried again while the hub is away or busy, as it asks; an answer that cannot be read is no answer."""
        ends, pause = time.monotonic() + self.patience_s, FIRST_PAUSE_S
        while True:
            asked = 0.0
            try:
                answer = await self._own_line.send(
                    method, f"{self.who.hub}{report.path}", content=report.body or None, headers=report.headers
                )
                if answer.status not in BUSY:
                    if batch and answer.status == 200:
                        self.dialect.verdicts(answer, batch)
                    return answer
                why, asked = f"ответ {answer.status}", _asked(answer)
            except Unanswered as error:
                why = f"нет ответа ({error})"
            except ValueError:
                why = "ответ не разобран"
            self.tally.retries += 1
            wait = min(max(asked, pause), LONGEST_ASKED_S)
            if time.monotonic() + wait > ends:
                raise Away(f"хаб недоступен: {why}")
            await self.pace.pause(wait)
            pause = min(pause * 2, LONGEST_PAUSE_S)


def _asked(answer: Answered) -> float:
    text = answer.headers.get("retry-after", "")
    return float(text) if text.isascii() and text.isdecimal() else 0.0


def _reason(answer: Answered) -> str:
    found = answer.json()
    if isinstance(found, dict):
        return str(found.get("reason") or answer.status)
    return found if isinstance(found, str) and found.isidentifier() else str(answer.status)


def _server_time(answer: Answered) -> datetime | None:
    found = answer.json()
    try:
        return datetime.fromisoformat(str(found["server_time"])) if isinstance(found, dict) and "server_time" in found else None
    except ValueError:
        return None
