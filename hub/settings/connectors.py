"""Which connectors are on, at which addresses, with which settings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from connectors.kit.config import ConnectorConfig
from connectors.kit.manifest import Instance, Manifest
from hub.settings import names
from hub.settings.addresses import is_loopback, split_http
from hub.settings.values import Values

DEMO_FILE_MARK = b"School Hub demo: refused outside the demo\n"
"""The first line of every key and certificate that the demo makes; text before a PEM block is allowed (RFC 7468, 5.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What decides beside the connector's own variables."""

    demo: bool
    sandbox_url: str
    demo_dir: Path


def choose(given: Values, chosen: Chosen) -> dict[str, ConnectorConfig]:
    """In the demo every instance is on, at the sandbox unless set otherwise; outside it, those whose first address is set."""
    found = {}
    for manifest, instance in names.instances():
        first = names.variable(instance.prefixes[0], "BASE_URL")
        if chosen.demo or given.text(first):
            found[instance.name] = _config(given, chosen, manifest, instance)
    return found


def _config(given: Values, chosen: Chosen, manifest: Manifest, instance: Instance) -> ConnectorConfig:
    base_urls = {prefix: _base_url(given, chosen, prefix) for prefix in instance.prefixes}
    options = {}
    for setting in manifest.settings:
        name = names.variable(instance.prefixes[0], setting.name)
        text = given.text(name) or setting.default
        if text:
            options[setting.name] = text
        elif setting.required and not chosen.demo:
            given.problem(name, f"is required by «{instance.title}»")
        if not chosen.demo and text.startswith("demo-"):
            given.problem(name, "is a demo's secret and is refused outside the demo")
        elif not chosen.demo and _names_demo_file(text, chosen.demo_dir):
            given.problem(name, "is a demo's key and is refused outside the demo")
    return ConnectorConfig(instance=instance.name, base_urls=base_urls, options=options, demo=chosen.demo)


def _base_url(given: Values, chosen: Chosen, prefix: str) -> str:
    name = names.variable(prefix, "BASE_URL")
    text = given.text(name)
    if not text:
        if not chosen.demo:
            given.problem(name, "is required while the connector's other addresses are set")
        return f"{chosen.sandbox_url}/{prefix}"
    parts = split_http(text)
    if parts is None:
        given.problem(name, "must be http(s)://host[:port][/path]")
    elif not chosen.demo and parts.scheme != "https":
        given.problem(name, "must be https outside the demo")
    elif not chosen.demo and is_loopback(parts.hostname or ""):
        given.problem(name, "must not be a loopback address outside the demo")
    return text.rstrip("/")


def _names_demo_file(text: str, folder: Path) -> bool:
    """Whether one of the named files lies in the demo's folder, or is a copy from there."""
    return any(_lies_in(Path(part.strip()), folder) or _is_marked(Path(part.strip())) for part in text.split(",") if "/" in part)


def _lies_in(file: Path, folder: Path) -> bool:
    return file.resolve().is_relative_to(folder.resolve())


def _is_marked(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            return opened.read(len(DEMO_FILE_MARK)) == DEMO_FILE_MARK
    except OSError:
        return False
