"""Finds the connectors by their folders and builds the configured ones; adding a connector edits nothing here."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import Any

import httpx

import connectors
from connectors.kit.calls import Caller
from connectors.kit.clients import new_client
from connectors.kit.config import BadSetting, ConnectorConfig, Equipment
from connectors.kit.manifest import Kind, Manifest
from connectors.kit.ports import DiaryPort, SignInPort

GROUPS = ("diaries", "payments", "notices")


@cache
def packages() -> Mapping[str, str]:
    """Connector id -> package name, for every folder with a `manifest` module."""
    found: dict[str, str] = {}
    places: list[tuple[str, Iterable[str]]] = [("connectors", connectors.__path__)]
    places += [(f"connectors.{group}", [f"{path}/{group}" for path in connectors.__path__]) for group in GROUPS]
    for package, paths in places:
        for module in pkgutil.iter_modules(list(paths)):
            name = f"{package}.{module.name}"
            if module.ispkg and module.name not in (*GROUPS, "kit") and _has_manifest(name):
                found[module.name] = name
    return found


def _has_manifest(package: str) -> bool:
    return any(module.name == "manifest" for module in pkgutil.iter_modules(import_module(package).__path__))


@cache
def manifests() -> Mapping[str, Manifest]:
    """Connector id -> its manifest."""
    return {id_: import_module(f"{package}.manifest").MANIFEST for id_, package in packages().items()}


@dataclass(slots=True)
class Connected:
    """The built ports by instance name, and what must be closed at the end."""

    sign_ins: dict[str, SignInPort] = field(default_factory=dict)
    diaries: dict[str, DiaryPort] = field(default_factory=dict)
    callers: dict[str, Caller] = field(default_factory=dict)
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    async def close(self) -> None:
        for client in self.clients:
            await client.aclose()


def _port(module: str, config: ConnectorConfig, equipment: Equipment, manifest: Manifest) -> Any:
    try:
        return import_module(module).connect(config, equipment)
    except BadSetting as error:
        prefix = manifest.instance(config.instance).prefixes[0].upper().replace("-", "_")
        raise BadSetting(f"HUB_{prefix}_{error.name}", error.problem) from error


TransportOf = Callable[[str], httpx.AsyncBaseTransport | None]


def connect(configs: Iterable[ConnectorConfig], *, now: Callable[[], datetime], transport: TransportOf = lambda system: None) -> Connected:
    """Builds a port for each configured instance; `transport(prefix)` replaces the network in tests."""
    instances = {instance.name: id_ for id_, manifest in manifests().items() for instance in manifest.instances}
    connected = Connected()
    for config in configs:
        id_ = instances[config.instance]
        manifest = manifests()[id_]
        callers = {}
        for prefix, base_url in config.base_urls.items():
            client = new_client(parallel=manifest.parallel_calls, transport=transport(prefix))
            callers[prefix] = Caller(config.instance, base_url, client, parallel=manifest.parallel_calls)
            connected.clients.append(client)
        connected.callers.update(callers)
        port = _port(f"{packages()[id_]}.client", config, Equipment(callers=callers, now=now), manifest)
        if manifest.kind is Kind.SIGN_IN:
            connected.sign_ins[config.instance] = port
        elif manifest.kind is Kind.DIARY:
            connected.diaries[config.instance] = port
    return connected
