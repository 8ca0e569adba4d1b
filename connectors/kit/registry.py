"""Finds the connectors by their folders and builds the configured ones; adding a connector edits nothing here."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial
from importlib import import_module
from typing import Any

import httpx

import connectors
from connectors.kit import invite_link
from connectors.kit.calls import MAX_BODY, Breaker, Caller
from connectors.kit.channel import NoticeChannel
from connectors.kit.class_chat import ClassChatPort
from connectors.kit.clients import new_client, new_transport
from connectors.kit.config import BadSetting, ConnectorConfig, Equipment
from connectors.kit.guard import MOST_HOSTS, Guarded
from connectors.kit.health import HealthBook, SystemHealth
from connectors.kit.manifest import Kind, Manifest
from connectors.kit.notice import TextGateway
from connectors.kit.payment import NoticeReader, PaymentPort
from connectors.kit.ports import DiaryPort, SignInPort
from connectors.kit.school_joining import SchoolJoiningPort

GROUPS = ("diaries", "payments", "notices")
OPEN_MAX_BODY = 256 * 1024
"""The longest answer of a system that settings alone declare."""
OPEN_PAUSE_S = 5.0
MOST_TOLD = 200
"""Hosts of a connector whose addresses are told by people's browsers, from a list of its own."""


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
    joining: dict[str, SchoolJoiningPort] = field(default_factory=dict)
    chats: dict[str, ClassChatPort] = field(default_factory=lambda: {invite_link.NAME: invite_link.InviteLink()})
    """A bare link needs no system and no settings, so it is always there."""
    payments: dict[str, PaymentPort] = field(default_factory=dict)
    payment_notices: dict[str, NoticeReader] = field(default_factory=dict)
    texts: dict[str, TextGateway] = field(default_factory=dict)
    channels: dict[str, NoticeChannel] = field(default_factory=dict)
    """By the channel's own name."""
    callers: dict[str, Caller] = field(default_factory=dict)
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    async def close(self) -> None:
        for client in self.clients:
            await client.aclose()


def _port(module: str, config: ConnectorConfig, equipment: Equipment, manifest: Manifest) -> Any:
    try:
        return import_module(module).connect(config, equipment)
    except BadSetting as error:
        raise BadSetting(f"{prefix_of(manifest, config.instance)}_{error.name}", error.problem) from error


def prefix_of(manifest: Manifest, instance: str) -> str:
    """What the instance's settings begin with: `HUB_<PREFIX>`, or `HUB_<DECLARED_AS>_<NAME>` where settings alone declare it."""
    first = f"{manifest.declared_as}_{instance}" if manifest.declared_as else manifest.instance(instance).prefixes[0]
    return f"HUB_{first}".upper().replace("-", "_")


TransportOf = Callable[[str], httpx.AsyncBaseTransport | None]


def connect(
    configs: Iterable[ConnectorConfig],
    *,
    now: Callable[[], datetime],
    transport: TransportOf = lambda system: None,
    health: HealthBook | None = None,
) -> Connected:
    """Builds a port for each configured instance; `transport(prefix)` replaces the network in tests; `health` is told of each call."""
    book = health or HealthBook()
    instances = {instance.name: id_ for id_, manifest in manifests().items() for instance in manifest.instances}
    connected = Connected()
    for config in configs:
        id_ = config.connector or instances[config.instance]
        manifest = manifests()[id_]
        if manifest.served:
            continue
        equipment = _equipment(connected, config, manifest, now=now, transport=transport, health=book.of(config.instance))
        connected.callers.update(equipment.callers)
        port = _port(f"{packages()[id_]}.client", config, equipment, manifest)
        if manifest.kind is Kind.SIGN_IN:
            connected.sign_ins[config.instance] = port
        elif manifest.kind is Kind.DIARY:
            connected.diaries[config.instance] = port
        elif manifest.kind is Kind.JOINING:
            connected.joining[config.instance] = port
        elif manifest.kind is Kind.CHAT:
            connected.chats[config.instance] = port
        elif manifest.kind is Kind.NOTICE:
            connected.texts[config.instance] = port
        elif manifest.kind is Kind.CHANNEL and port is not None:
            connected.channels[port.name] = port
        elif manifest.kind is Kind.PAYMENT:
            connected.payments[config.instance] = port
            connected.payment_notices[config.instance] = import_module(f"{packages()[id_]}.server").reader(config)
        if manifest.channel and (channel := _port(f"{packages()[id_]}.channel", config, equipment, manifest)) is not None:
            connected.channels[channel.name] = channel
    return connected


def _equipment(
    connected: Connected,
    config: ConnectorConfig,
    manifest: Manifest,
    *,
    now: Callable[[], datetime],
    transport: TransportOf,
    health: SystemHealth,
) -> Equipment:
    """A client for each address; who names further addresses by itself is guarded and heard only up to a size."""
    if manifest.schemes:
        return Equipment(callers={}, now=now, health=health)
    parallel = manifest.parallel_calls
    opens = bool(manifest.declared_as or manifest.on_by)
    max_body = OPEN_MAX_BODY if opens else MAX_BODY
    callers: dict[str, Caller] = {}
    clients: list[httpx.AsyncClient] = []
    places = config.base_urls if manifest.has_address else {manifest.instance(config.instance).prefixes[0]: ""}
    for prefix, base_url in places.items():
        network = transport(prefix)
        if network is None and opens:
            inner = partial(new_transport, parallel=parallel)
            network = Guarded(config.instance, inner=inner, loopback=config.demo, most_hosts=MOST_TOLD if manifest.on_by else MOST_HOSTS)
        clients.append(new_client(parallel=parallel, transport=network))
        callers[prefix] = Caller(config.instance, base_url, clients[-1], parallel=parallel, max_body=max_body, health=health)
    connected.clients += clients
    if not opens:
        return Equipment(callers=callers, now=now)

    def reach(origin: str) -> Caller:
        # Its endpoints are told only by a description that is fetched each time, so a pause must not outlast the trouble by much.
        breaker = Breaker(config.instance, pause_s=OPEN_PAUSE_S)
        return Caller(config.instance, origin, clients[0], breaker, parallel=parallel, max_body=max_body, health=health)

    return Equipment(callers={} if manifest.on_by else callers, now=now, reach=reach)
