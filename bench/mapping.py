"""How much of its time does a diary's connector need for its own work, against a bare decode of the same bytes?"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from datetime import date, timedelta

import msgspec
from lxml import etree

from bench.recorded import Recording, diary_names, record, replayed
from bench.report import line
from tools.stage import Stage

ROUNDS = 7
AT_LEAST_S = 0.15


async def measure(stage: Stage) -> AsyncIterator[str]:
    for system in diary_names():
        recording = await record(stage, system, since=date.today() - timedelta(days=42))  # noqa: DTZ011  the town's days, no instant
        if recording is None:
            yield f"mapping of {system}: not measured, no account is opened without a person"
            continue
        yield await _of(recording)


async def _of(recording: Recording) -> str:
    port, data = replayed(recording), recording.manifest.data
    bodies = [body for body in recording.bodies if body]
    size = sum(map(len, bodies))
    ratios: list[float] = []
    speeds: list[float] = []
    for _ in range(ROUNDS):
        reads, started = 0, time.perf_counter()
        while (took := time.perf_counter() - started) < AT_LEAST_S:
            await port.read(recording.access, recording.child, data, recording.window)
            reads += 1
        ours = took / reads
        ratios.append(_bare_s(bodies) / ours)
        speeds.append(size / ours / 1e6)
    speed = sorted(speeds)[ROUNDS // 2]
    peer = f"of a bare decode of the same {size // 1024} KiB in {len(bodies)} answers; {speed:.1f} MB/s"
    return line(f"mapping of {recording.system}", ratios, peer, target="at least 0.25, or 20 MB/s")


def _bare_s(bodies: list[bytes]) -> float:
    """Seconds for one decode of all, nothing done with it."""
    decoders: list[tuple[Callable[[bytes], object], bytes]] = [(_decoder(body), body) for body in bodies]
    rounds, started = 0, time.perf_counter()
    while (took := time.perf_counter() - started) < AT_LEAST_S:
        for decode, body in decoders:
            decode(body)
        rounds += 1
    return took / rounds


def _decoder(body: bytes) -> Callable[[bytes], object]:
    if body.lstrip()[:1] == b"<":
        return etree.HTML if b"<html" in body[:200].lower() else etree.fromstring
    try:
        msgspec.json.decode(body)
    except msgspec.DecodeError:
        return bytes.decode  # a form, or frames of a report: no document to decode
    return msgspec.json.decode
