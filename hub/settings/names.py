"""The names of all settings: the hub's own, and those that the connectors' manifests declare."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from connectors.kit import registry
from connectors.kit.manifest import Instance, Manifest

FOR_TESTS = "HUB_TEST_"
PORTS_ABOVE = 25
"""A system that does not speak HTTP listens so many ports above the sandbox's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """One variable. A secret one is printed masked and may instead be given as `<name>_FILE`, a file that holds the value.

    The whole value must match `pattern`, where there is one; `form` says so in words."""

    name: str
    doc: str
    default: str = ""
    secret: bool = False
    choices: tuple[str, ...] = ()
    pattern: str = ""
    form: str = ""


OWN = (
    Name(name="HUB_HOST", doc="addresses to listen on, separated by commas", default="127.0.0.1,::1"),
    Name(name="HUB_PORT", doc="port to listen on", default="8000"),
    Name(
        name="HUB_PUBLIC_URL",
        doc="the address by which browsers know the hub; https:// switches Secure cookies and HSTS on",
        default="http://localhost:<HUB_PORT>",
    ),
    Name(name="HUB_DATA_DIR", doc="directory of the SQLite file and of the demo's keys", default="var"),
    Name(name="HUB_DATABASE_URL", doc="postgresql://… ; without it SQLite in the data dir", secret=True),
    Name(
        name="HUB_MASTER_KEY",
        doc="the text from which all keys are derived (`openssl rand -base64 32`); required outside the demo, never in the data dir",
        secret=True,
    ),
    Name(
        name="HUB_MASTER_KEYS_OLD", doc="former master keys, separated by commas: read only, until `hub keys rotate` is done", secret=True
    ),
    Name(
        name="HUB_DEMO",
        doc="1: the demo with the sandbox, 0: never; without it the demo is chosen when neither a master key nor a database URL is set",
        choices=("0", "1"),
    ),
    Name(name="HUB_TRUSTED_PROXIES", doc="addresses or networks whose X-Forwarded-* is believed, separated by commas; none by default"),
    Name(
        name="HUB_DEVICE_NETWORKS",
        doc="addresses or networks from which devices that sign with nothing but their serial number are heard; none by default, "
        "in the demo this machine",
    ),
    Name(
        name="HUB_MQTT_URL",
        doc="mqtt://user:password@host:1883 or mqtts://…: an MQTT 5 broker where devices report too; none by default",
        secret=True,
    ),
    Name(
        name="HUB_MQTT_TOPICS",
        doc="guarded: the broker lets each device write below its own topic only, so one with a password or a number is heard; "
        "open: signed messages alone are",
        default="open",
        choices=("open", "guarded"),
    ),
    Name(name="HUB_LOG_FORMAT", doc="how log lines are written", default="text", choices=("text", "json")),
    Name(
        name="HUB_POLLING",
        doc="1: the worker reads diaries in the background, within each system's budget; 0: only when somebody looks",
        default="1, in the demo 0",
        choices=("0", "1"),
    ),
    Name(
        name="HUB_NATS_URL",
        doc="nats://user:password@host:4222, servers of one cluster separated by commas: JetStream takes what devices report and workers "
        "store it; without it the database does",
        secret=True,
    ),
    Name(
        name="HUB_NATS_REPLICAS",
        doc="how many servers hold each event before the device hears of it; a server outside a cluster holds it alone",
        default="3",
        choices=("1", "3", "5"),
    ),
)


def variable(prefix: str, setting: str) -> str:
    """`HUB_<PREFIX>_<SETTING>`: capitals, `-` as `_`."""
    return f"HUB_{prefix}_{setting}".upper().replace("-", "_")


def instances() -> list[tuple[Manifest, Instance]]:
    """Every instance of every connector that manifests alone know, in order of name."""
    found = [
        (manifest, instance) for manifest in registry.manifests().values() for instance in manifest.instances if not manifest.declared_as
    ]
    return sorted(found, key=lambda pair: pair[1].name)


def open_manifests() -> list[Manifest]:
    """The connectors whose instances settings declare."""
    return [manifest for _, manifest in sorted(registry.manifests().items()) if manifest.declared_as]


def of_instance(manifest: Manifest, instance: Instance) -> list[Name]:
    """The addresses of the instance's prefixes, then its settings under the first prefix."""
    addresses = [
        Name(
            name=variable(prefix, "BASE_URL"),
            doc=f"«{instance.title}», address with the prefix; unset: off outside the demo",
            default=f"{manifest.schemes[0]}://localhost:<SANDBOX_PORT + {PORTS_ABOVE}> in the demo"
            if manifest.schemes
            else f"http://localhost:<SANDBOX_PORT>/{prefix} in the demo",
        )
        for prefix in instance.prefixes
        if manifest.has_address
    ]
    return addresses + _settings(manifest, instance.prefixes[0])


def of_declared(manifest: Manifest, name: str) -> list[Name]:
    """The settings of one declared instance, as `HUB_<DECLARED_AS>_<NAME>_<SETTING>`."""
    return _settings(manifest, f"{manifest.declared_as}_{name}")


def _settings(manifest: Manifest, prefix: str) -> list[Name]:
    return [
        Name(
            name=variable(prefix, setting.name),
            doc=setting.doc,
            default=setting.default,
            secret=setting.secret,
            choices=setting.choices,
            pattern=setting.pattern,
            form=setting.form,
        )
        for setting in manifest.settings
    ]


@cache
def known() -> Mapping[str, Name]:
    """Every name that may be set, without the `_FILE` variants and without what only declared instances have."""
    names = [*OWN, *(name for pair in instances() for name in of_instance(*pair))]
    return {name.name: name for name in names}


def known_in(environ: Iterable[str]) -> Mapping[str, Name]:
    """`known`, and every name of the instances that these variables declare."""
    found = dict(known())
    for manifest in open_manifests():
        for instance in declared(manifest, environ):
            found |= {name.name: name for name in of_declared(manifest, instance)}
    return found


def declared(manifest: Manifest, environ: Iterable[str]) -> list[str]:
    """The names of the instances that these variables declare, in lower case."""
    settings = "|".join(re.escape(setting.name) + ("(?:_FILE)?" if setting.secret else "") for setting in manifest.settings)
    form = re.compile(rf"HUB_{manifest.declared_as}_([A-Z0-9]+(?:_[A-Z0-9]+)*)_(?:{settings})")
    found = (form.fullmatch(variable) for variable in environ)
    return sorted({match[1].lower() for match in found if match})
