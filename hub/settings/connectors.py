"""Which connectors are on, at which addresses, with which settings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from connectors.kit.config import ConnectorConfig
from connectors.kit.guard import may_be_asked
from connectors.kit.manifest import Instance, Manifest
from hub.settings import names
from hub.settings.addresses import HTTP, is_loopback, split_address, split_http
from hub.settings.values import Values

ADDRESS = "ISSUER"
"""The setting that gives a declared instance its one address."""
CALLERS = "NETWORKS"
"""The setting by which a system that calls us is on."""
RESERVED = frozenset({"logout", "hub", "school"})
"""Names that addresses or records of the hub use themselves."""

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
        first = names.variable(instance.prefixes[0], CALLERS if manifest.served else manifest.on_by or "BASE_URL")
        if manifest.served:
            given.networks(names.variable(instance.prefixes[0], CALLERS))
        if manifest.served and not chosen.demo:
            _check_served(given, instance)
        if chosen.demo or given.text(first):
            found[instance.name] = _config(given, chosen, manifest, instance)
    for manifest in names.open_manifests():
        for config in _declared(given, chosen, manifest, taken=frozenset(found)):
            found[config.instance] = config
    return found


def _declared(given: Values, chosen: Chosen, manifest: Manifest, *, taken: frozenset[str]) -> Iterable[ConnectorConfig]:
    """The instances that variables declare, and in the demo the manifest's own at the sandbox."""
    at_sandbox = {one.name: f"{chosen.sandbox_url}/{one.prefixes[0]}" for one in manifest.instances} if chosen.demo else {}
    for name in sorted({*names.declared(manifest, given.texts), *at_sandbox}):
        address = names.variable(f"{manifest.declared_as}_{name}", ADDRESS)
        issuer = given.text(address)
        if name in {one.name for _, one in names.instances()} | taken | RESERVED:
            given.problem(address, f"the name «{name}» is taken; choose another")
        elif not issuer and name not in at_sandbox:
            given.problem(address, f"is required to declare «{name}»")
        else:
            if issuer:
                _check_issuer(given, address, issuer, demo=chosen.demo)
            prefix = f"{manifest.declared_as}_{name}"
            ours = not issuer or issuer == at_sandbox.get(name)
            options = _options(given, chosen, manifest, prefix, title=name, complete=ours and chosen.demo)
            options.pop(ADDRESS, None)
            yield ConnectorConfig(
                instance=name, base_urls={name: issuer or at_sandbox[name]}, options=options, demo=chosen.demo, connector=manifest.id
            )


def _check_served(given: Values, instance: Instance) -> None:
    """Who may call is said by networks and by one proof more, or the dialect stays off (RULES D4)."""
    prefix = instance.prefixes[0]
    proofs = {name: given.text(names.variable(prefix, name)) for name in ("USER", "PASSWORD", "CERTIFICATE", "SECRET")}
    networks = names.variable(prefix, CALLERS)
    if any(proofs.values()) and not given.text(networks):
        given.problem(networks, f"is required by «{instance.title}»")
    proven = (proofs["USER"] and proofs["PASSWORD"]) or proofs["CERTIFICATE"] or proofs["SECRET"]
    if given.text(networks) and not proven:
        given.problem(networks, "is not enough: set _USER and _PASSWORD, _CERTIFICATE or _SECRET too")


def _check_issuer(given: Values, name: str, text: str, *, demo: bool) -> None:
    if split_http(text) is None:
        given.problem(name, "must be http(s)://host[:port][/path]")
    elif not may_be_asked(text, loopback=demo):
        given.problem(name, "must be https at a public address" + (", or http on loopback" if demo else ""))


def _config(given: Values, chosen: Chosen, manifest: Manifest, instance: Instance) -> ConnectorConfig:
    base_urls = {prefix: _base_url(given, chosen, manifest, prefix) for prefix in instance.prefixes if manifest.has_address}
    options = _options(given, chosen, manifest, instance.prefixes[0], title=instance.title, complete=chosen.demo)
    return ConnectorConfig(instance=instance.name, base_urls=base_urls, options=options, demo=chosen.demo)


def _options(given: Values, chosen: Chosen, manifest: Manifest, prefix: str, *, title: str, complete: bool) -> dict[str, str]:
    """The settings below this prefix; with `complete` the demo makes by itself what is missing."""
    options = {}
    for setting in manifest.settings:
        name = names.variable(prefix, setting.name)
        text = given.text(name) or setting.default
        if text:
            options[setting.name] = text
        elif setting.required and not complete:
            given.problem(name, f"is required by «{title}»")
        if not chosen.demo and text.startswith("demo-"):
            given.problem(name, "is a demo's secret and is refused outside the demo")
        elif not chosen.demo and _names_demo_file(text, chosen.demo_dir):
            given.problem(name, "is a demo's key and is refused outside the demo")
    return options


def _base_url(given: Values, chosen: Chosen, manifest: Manifest, prefix: str) -> str:
    name = names.variable(prefix, "BASE_URL")
    text = given.text(name)
    if not text:
        if not chosen.demo:
            given.problem(name, "is required while the connector's other addresses are set")
        return _beside_the_sandbox(chosen, manifest) if manifest.schemes else f"{chosen.sandbox_url}/{prefix}"
    parts = split_address(text, manifest.schemes or HTTP)
    if parts is None:
        given.problem(
            name, f"must be {manifest.schemes[0]}(s)://host[:port]" if manifest.schemes else "must be http(s)://host[:port][/path]"
        )
    elif not chosen.demo and not manifest.schemes and parts.scheme != "https":
        given.problem(name, "must be https outside the demo")
    elif not chosen.demo and is_loopback(parts.hostname or ""):
        given.problem(name, "must not be a loopback address outside the demo")
    return text.rstrip("/")


def _beside_the_sandbox(chosen: Chosen, manifest: Manifest) -> str:
    sandbox = urlsplit(chosen.sandbox_url)
    return f"{manifest.schemes[0]}://{sandbox.hostname}:{(sandbox.port or 80) + names.PORTS_ABOVE}"


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
