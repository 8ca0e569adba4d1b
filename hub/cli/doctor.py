"""`hub doctor`: what is configured, what is reachable, what is pending; exit 1 when something is wrong."""

from __future__ import annotations

import argparse
import asyncio
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from connectors.kit.calls import Caller
from connectors.kit.clients import new_client
from connectors.kit.errors import ConnectorError
from hub import wiring
from hub.cli.parts import Parts, equipped, read_settings, say, say_json
from hub.settings import Settings, SettingsError
from hub.settings.shown import shown
from hub.store.database import Database, StorageError, schema

REACH_S = 3.0
MAIL = {"smtp": 587, "smtps": 465}
"""Schemes that are no HTTP, and their usual ports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of the report."""

    about: str
    text: str
    trouble: bool = False


def add(commands: Any) -> None:
    parser = commands.add_parser("doctor", help="show settings (masked), what is reachable and what is pending")
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, _parts: Parts) -> int:
    settings = read_settings()
    values = shown(os.environ)
    findings = [*_general(settings), *_database(settings), *_keys(settings), *_files(settings), *asyncio.run(_systems(settings))]
    troubles = [one for one in findings if one.trouble]
    if options.json:
        say_json(
            ok=not troubles,
            demo=settings.demo,
            settings={one.name: one.text for one in values if one.given},
            findings=[{"about": one.about, "text": one.text, "trouble": one.trouble} for one in findings],
        )
        return 1 if troubles else 0
    for value in values:
        say(f"  {value.name} = {value.text or '(empty)'}{'' if value.given else '   (default)'}")
    for finding in findings:
        say(f"{'TROUBLE' if finding.trouble else 'ok     '} {finding.about}: {finding.text}")
    say(f"{len(troubles)} troubles" if troubles else "all is well")
    return 1 if troubles else 0


def _general(settings: Settings) -> Iterator[Finding]:
    yield Finding(about="mode", text="demo, with the sandbox" if settings.demo else "real")
    plain = not settings.demo and not settings.secure
    yield Finding(
        about="public address", text=settings.public_url + (" — sign-in cookies travel unprotected" if plain else ""), trouble=plain
    )


def _database(settings: Settings) -> Iterator[Finding]:
    kind = "PostgreSQL" if settings.database_url else f"SQLite, {settings.database}"
    if not settings.database_url and not Path(settings.database).exists():
        yield Finding(about="database", text=f"{kind}: not made yet (`hub migrate`)", trouble=not settings.demo)
        return
    database = Database(settings.database)
    database.bind(wiring.tables())
    try:
        if settings.demo and schema.pending(database):
            yield Finding(about="database", text=f"{kind}, migrations are pending: the demo applies them at its next start")
            return
        schema.check(database, "demo" if settings.demo else "real")
        yield Finding(about="database", text=f"{kind}, schema {schema.version(database)}")
    except StorageError as error:
        yield Finding(about="database", text=f"{kind}: {error}", trouble=True)
    finally:
        database.close_sync()


def _keys(settings: Settings) -> Iterator[Finding]:
    if settings.demo and not settings.demo_dir.exists():
        yield Finding(about="master key", text="the demo makes it at its first start")
        return
    try:
        keys = wiring.keys_of(equipped(settings))
    except SettingsError as error:
        yield Finding(about="master key", text=str(error), trouble=True)
        return
    yield Finding(about="master key", text=f"key {keys.current_id}, {len(keys.ids) - 1} old")
    file = os.environ.get("HUB_MASTER_KEY_FILE", "").strip()
    if file and stat.S_IMODE(Path(file).stat().st_mode) & 0o077:
        yield Finding(about="master key", text=f"{file} can be read by others: chmod 600", trouble=True)


def _files(settings: Settings) -> Iterator[Finding]:
    """Key and certificate files that the connectors' settings name; the demo makes its own."""
    for config in settings.connectors.values():
        for name, text in config.options.items():
            if name.endswith("_FILE") and not settings.demo and not os.access(text, os.R_OK):
                yield Finding(about=f"{config.instance} {name}", text=f"{text} cannot be read", trouble=True)


async def _systems(settings: Settings) -> list[Finding]:
    asks = []
    for config in settings.connectors.values():
        asks += [_reach(prefix, url) for prefix, url in config.base_urls.items()]
    if settings.demo:
        asks.append(_reach("sandbox", settings.sandbox_url))
    found = list(await asyncio.gather(*asks))
    return found or [Finding(about="connectors", text="none is switched on: set HUB_<SYSTEM>_BASE_URL", trouble=not settings.demo)]


async def _reach(name: str, url: str) -> Finding:
    """Any answer counts: whether the system likes us is seen at the first sign-in."""
    if urlsplit(url).scheme in MAIL:
        return await _greeting(name, url)
    client = new_client()
    try:
        response = await Caller(name, url, client).call("GET", "", deadline_s=REACH_S, idempotent=False)
    except ConnectorError as error:
        return Finding(about=name, text=f"{url} cannot be reached: {error.detail}", trouble=True)
    finally:
        await client.aclose()
    return Finding(about=name, text=f"{url} answers ({response.status_code})")


async def _greeting(name: str, url: str) -> Finding:
    """A mail server speaks first; `smtps` first of all hears TLS, so that being there is all we ask of it."""
    at = urlsplit(url)
    try:
        async with asyncio.timeout(REACH_S):
            reader, writer = await asyncio.open_connection(at.hostname, at.port or MAIL[at.scheme])
            said = "" if at.scheme == "smtps" else (await reader.read(3)).decode("ascii", "replace")
            writer.close()
    except OSError as error:
        return Finding(about=name, text=f"{url} cannot be reached: {type(error).__name__}", trouble=True)
    return Finding(about=name, text=f"{url} answers{f' ({said})' if said else ''}")
