"""`make run`: starts the sandbox and the hub, waits until both are ready, says where they are and who can sign in, stops both."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from hub.cli.serving.listening import free_hosts
from hub.settings import Settings, SettingsError, load

READY_S = 90.0
STOP_S = 8.0
SHOWN_PEOPLE = 12
_PR_SET_PDEATHSIG = 1
ROLES = {"parent": "родитель", "pupil": "ученик", "teacher": "учитель", "school_admin": "администратор школы"}
LEVELS = {"simplified": "упрощённая", "standard": "стандартная", "confirmed": "подтверждённая"}


class ChildEnded(Exception):
    """One of the two processes ended by itself."""


def main() -> int:
    environment = {**os.environ, "HUB_DEMO": "1", "PYTHONUNBUFFERED": "1"}
    try:
        settings = load(environ=environment)
        free_hosts(settings.hosts, settings.port)
        free_hosts(("127.0.0.1", "::1"), settings.sandbox_port)
        with pid_files(settings.data_dir):
            asyncio.run(run(settings, environment))
    except SettingsError as error:
        for problem in error.problems:
            print(f"run: {problem}", file=sys.stderr)
        return 2
    except ChildEnded as error:
        print(f"run: {error}", file=sys.stderr)
        return 1
    return 0


@contextmanager
def pid_files(data_dir: Path) -> Iterator[None]:
    """Our pid in `var/run.pid`, and in the data dir where that is another one."""
    files = {Path("var/run.pid").resolve(), (data_dir / "run.pid").resolve()}
    own = f"{os.getpid()}\n"
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(own, encoding="utf-8")
    try:
        yield
    finally:
        for file in files:
            with contextlib.suppress(FileNotFoundError):
                if file.read_text(encoding="utf-8") == own:
                    file.unlink()


async def run(settings: Settings, environment: dict[str, str]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    children: dict[str, asyncio.subprocess.Process] = {}
    tasks: list[asyncio.Task[Any]] = []
    try:
        for name in ("sandbox", "hub"):
            children[name] = await asyncio.create_subprocess_exec(
                # A session of its own: Ctrl-C in the terminal reaches us only, and we stop both in order.
                *(sys.executable, "-m", name, "serve"),
                env=environment,
                start_new_session=True,
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,
            )
        tasks += [asyncio.create_task(_ended(name, child)) for name, child in children.items()]
        tasks.append(asyncio.create_task(stop.wait()))
        await _first(set(tasks), asyncio.create_task(_tell_when_ready(settings)))
    finally:
        for task in tasks:
            task.cancel()
        await _stop(children)


async def _first(until: set[asyncio.Task[Any]], told: asyncio.Task[None]) -> None:
    """Until a signal or a child's end; an error while waiting for readiness counts as one."""
    pending: set[asyncio.Task[Any]] = {*until, told}
    try:
        while until <= pending:
            done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
    finally:
        told.cancel()


async def _ended(name: str, child: asyncio.subprocess.Process) -> None:
    code = await child.wait()
    raise ChildEnded(f"{name} ended with code {code}, so the other was stopped")


async def _stop(children: dict[str, asyncio.subprocess.Process]) -> None:
    alive = [child for child in children.values() if child.returncode is None]
    for child in reversed(alive):
        child.terminate()
    if alive:
        _, late = await asyncio.wait([asyncio.create_task(child.wait()) for child in alive], timeout=STOP_S)
        if late:
            for child in alive:
                if child.returncode is None:
                    child.kill()


def _end_with_parent() -> None:
    """In the child, before it runs: should the runner be killed, the kernel ends the child too."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


async def _tell_when_ready(settings: Settings) -> None:
    async with httpx.AsyncClient(trust_env=False, timeout=5.0) as client:
        await _ready(client, f"{settings.sandbox_url}/readyz")
        await _ready(client, f"http://localhost:{settings.port}/readyz")
        people = (await client.get(f"{settings.sandbox_url}/_sandbox/people?system=esia")).json()["people"]
    print("\n".join(_greeting(settings, people)), flush=True)


async def _ready(client: httpx.AsyncClient, url: str) -> None:
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + READY_S
    while loop.time() < ends_at:
        with contextlib.suppress(httpx.HTTPError):
            if (await client.get(url)).status_code == 200:
                return
        await asyncio.sleep(0.2)
    raise ChildEnded(f"{url} was not ready within {READY_S:.0f} s")


def _greeting(settings: Settings, people: list[dict[str, Any]]) -> list[str]:
    lines = [
        "",
        f"School Hub        {settings.public_url}",
        f"Песочница         {settings.sandbox_url}   (город, часы, неполадки, последние запросы)",
        "",
        "Войдите через «Госуслуги» одним из жителей города (логин — телефон, почта или СНИЛС):",
    ]
    parents = sorted(people, key=lambda person: (person["role"] != "parent", not person.get("children")))
    for person in parents[:SHOWN_PEOPLE]:
        esia = person["esia"]
        name = " ".join(filter(None, (person["last_name"], person["first_name"], person.get("middle_name"))))
        children = len(person.get("children") or ())
        about = ROLES.get(person["role"], person["role"]) + (f", детей: {children}" if children else "")
        lines.append(f"  {esia['login']:<24} {esia['password']:<16} {name} ({about}; {LEVELS.get(esia['level'], esia['level'])})")
    lines += [
        f"  … и ещё {len(people) - SHOWN_PEOPLE}: {settings.sandbox_url}/" if len(people) > SHOWN_PEOPLE else "",
        "Остановить: Ctrl-C",
        "",
    ]
    return lines


if __name__ == "__main__":
    sys.exit(main())
