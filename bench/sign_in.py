"""What does a whole sign-in cost the hub itself, in units of one bare request? Signing with GOST is shown apart."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from bench.load import Target, rate
from bench.report import line
from connectors.esia.signing.gost_math import CRYPTOPRO_A, GostKey, sign
from tools.stage import Stage, free_port, process

SIGN_INS = 20
ROUNDS = 5
REQUESTS = 4000
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def processor_s(pid: int) -> float:
    """Processor seconds of a process and of its children that still run."""
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue  # the process ended while we looked
        if int(stat.parent.name) == pid or int(fields[1]) == pid:
            total += int(fields[11]) + int(fields[12])
    return total / TICKS_A_SECOND


async def measure(stage: Stage) -> AsyncIterator[str]:
    async with _hub(stage, HUB_ESIA_DIALECT="v1", HUB_ESIA_SIGNER="rsa", HUB_ESIA_CLIENT_ID="BENCH_RSA") as (port, pid):
        ratios = [await _round(stage, port, pid) for _ in range(ROUNDS)]
    yield line("a whole sign-in, RSA v1", ratios, "bare requests of processor time, both of one server")
    yield await _gost(stage)


@asynccontextmanager
async def _hub(stage: Stage, **settings: str) -> AsyncIterator[tuple[int, int]]:
    """A second hub beside the first: the same sandbox, another signer."""
    port = free_port()
    with TemporaryDirectory(prefix="school-hub-bench-") as data:
        public = f"http://localhost:{port}"
        own = {"HUB_PORT": str(port), "HUB_PUBLIC_URL": public, "SANDBOX_PORT": str(stage.sandbox_port), "HUB_DATA_DIR": data}
        async with process("hub", "serve", ready=f"http://127.0.0.1:{port}/readyz", HUB_DEMO="1", **own, **settings) as child:
            yield port, child.pid


async def _round(stage: Stage, port: int, pid: int) -> float:
    before = processor_s(pid)
    for _ in range(SIGN_INS):
        await _sign_in(stage, port)
    ours = (processor_s(pid) - before) / SIGN_INS
    before = processor_s(stage.bare_pid)
    await rate(Target(port=stage.bare_port, path="/json"), requests=REQUESTS)
    bare = (processor_s(stage.bare_pid) - before) / REQUESTS
    return ours / bare


async def _sign_in(stage: Stage, port: int) -> None:
    async with httpx.AsyncClient(trust_env=False, follow_redirects=True, timeout=60.0) as client:
        people = (await client.get(f"{stage.sandbox}/_sandbox/people", params={"system": "esia", "role": "parent"})).json()["people"]
        await client.post(f"{stage.sandbox}/_sandbox/esia/sign_in_as", json={"person": people[0]["id"]})
        (await client.get(f"http://localhost:{port}/auth/esia/start")).raise_for_status()
        (await client.get(f"http://localhost:{port}/api/v1/me")).raise_for_status()


async def _gost(stage: Stage) -> str:
    """One signature by pure Python; a sign-in needs two, off the event loop."""
    key = GostKey(number=b"\x01" + os.urandom(31), curve=CRYPTOPRO_A)
    ratios = []
    for _ in range(ROUNDS):
        started = time.process_time()
        sign(key, b"openid fullname 2026.11.21 12:00:00 +0000")
        spent = time.process_time() - started
        before = processor_s(stage.bare_pid)
        await rate(Target(port=stage.bare_port, path="/json"), requests=REQUESTS)
        ratios.append(spent / ((processor_s(stage.bare_pid) - before) / REQUESTS))
    return line("one GOST signature in pure Python", ratios, "bare requests of processor time; a sign-in needs two")
