"""`hub serve`: the web application and, unless told otherwise, the worker in one process."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import threading
from typing import Any

from hub.cli.parts import Parts, read_settings, say, wire
from hub.cli.serving import fleet, loops
from hub.cli.serving.collecting import spare_what_stays
from hub.cli.serving.listening import free_hosts, sole_server
from hub.cli.serving.servers import SERVERS, Lifespan, StartFailed
from hub.deps import Deps
from hub.settings import Settings, SettingsError

WORKER_GRACE_S = 2.0
EXIT_S = 2.0


def add(commands: Any) -> None:
    parser = commands.add_parser("serve", help="serve pages and JSON, with the worker inside")
    parser.add_argument("--port", type=int, metavar="N", help="port to listen on (instead of HUB_PORT)")
    parser.add_argument("--no-worker", action="store_true", help="leave the due jobs to `hub work`")
    parser.add_argument("--server", choices=sorted(SERVERS), default="granian", help="the HTTP server")
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="serving processes, more than one on PostgreSQL only")
    parser.add_argument(fleet.MEMBER, action="store_true", help=argparse.SUPPRESS)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, parts: Parts) -> int:
    settings = read_settings(port=options.port)
    if options.workers > 1:
        free_hosts(settings.hosts, settings.port)
        arguments = ["--port", str(settings.port), "--server", options.server, *(["--no-worker"] if options.no_worker else [])]
        return fleet.run(settings, arguments, options.workers)
    with sole_server(settings):
        hosts = free_hosts(settings.hosts, settings.port, shared=options.member)
        deps = wire(settings)
        app = parts.create_app(deps)
        worker = None if options.no_worker else parts.create_worker(deps)
        loops.run(_serve(app, worker, deps, settings, hosts, options.server))
    _leave_in_time()
    return 0


async def _serve(app: Any, worker: Any, deps: Deps, settings: Settings, hosts: tuple[str, ...], server: str) -> None:
    """In this order at the end: streams are told, the servers stop, the worker stops, the application closes and drains the writer."""
    stop = deps.stopping
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    lifespan = Lifespan(app)
    try:
        await lifespan.start()
    except StartFailed as error:
        raise SettingsError((str(error),)) from error
    spare_what_stays()
    working = asyncio.create_task(worker.run(), name="worker") if worker else None
    say(f"School Hub: {settings.public_url}" + (" (demo)" if settings.demo else ""))
    try:
        await SERVERS[server](app, hosts, settings.port, stop)
    except StartFailed as error:
        raise SettingsError((str(error),)) from error
    finally:
        stop.set()
        if working is not None:
            await asyncio.wait([working], timeout=WORKER_GRACE_S)
            working.cancel()
        await lifespan.end()


def _leave_in_time() -> None:
    """Everything is written; a thread that hangs outside (a name server that does not answer) must not keep the process."""
    last = threading.Timer(EXIT_S, os._exit, (0,))
    last.daemon = True
    last.start()
