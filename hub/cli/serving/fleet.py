"""Several serving processes on one port, over PostgreSQL: started together, stopped together."""

from __future__ import annotations

import asyncio
import signal
import sys

from hub.settings import Settings, SettingsError

STOP_S = 9.0
MEMBER = "--member"


class MemberEnded(Exception):
    """One of the processes ended by itself."""


def run(settings: Settings, arguments: list[str], size: int) -> int:
    """0 after a signal; 1 when a member ended by itself, the others are stopped then."""
    if not settings.database_url:
        raise SettingsError(("--workers: SQLite has one serving process; set HUB_DATABASE_URL to PostgreSQL for more",))
    try:
        asyncio.run(_run(arguments, size))
    except MemberEnded as error:
        sys.stderr.write(f"hub: {error}\n")
        return 1
    return 0


async def _run(arguments: list[str], size: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    command = (sys.executable, "-m", "hub", "serve", MEMBER, *arguments)
    members = [await asyncio.create_subprocess_exec(*command, start_new_session=True) for _ in range(size)]
    watching = [asyncio.create_task(member.wait()) for member in members]
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait([stopped, *watching], return_when=asyncio.FIRST_COMPLETED)
    ended = [task.result() for task in watching if task.done()]
    for member in members:
        if member.returncode is None:
            member.terminate()
    _, late = await asyncio.wait(watching, timeout=STOP_S)
    for member in members:
        if late and member.returncode is None:
            member.kill()
    if ended and not stop.is_set():
        raise MemberEnded(f"a serving process ended with code {ended[0]}, so all were stopped")
