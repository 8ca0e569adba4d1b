"""`hub work`: the worker alone, beside any number of `hub serve --no-worker`."""

from __future__ import annotations

import argparse
import asyncio
import signal
from typing import Any

from hub.cli.parts import Parts, read_settings, say, wire
from hub.cli.serving import loops
from hub.cli.serving.collecting import spare_what_stays
from hub.deps import Deps
from hub.flows.poll_diaries import settle_polls


def add(commands: Any) -> None:
    parser = commands.add_parser("work", help="do the due jobs, beside `hub serve --no-worker`")
    parser.set_defaults(run=run)


def run(_options: argparse.Namespace, parts: Parts) -> int:
    deps = wire(read_settings())
    loops.run(_work(parts.create_worker(deps), deps))
    return 0


async def _work(worker: Any, deps: Deps) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, deps.stopping.set)
    await deps.start()
    spare_what_stays()
    say("School Hub: the worker runs")
    try:
        await worker.run()
    finally:
        await settle_polls(deps)
        await deps.memory.reads.stop()
        await deps.close()
