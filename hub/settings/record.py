"""The frozen record of settings and the error that lists what is wrong with the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from connectors.kit.config import ConnectorConfig
from connectors.kit.secret import Secret


class SettingsError(Exception):
    """The environment cannot be used; `problems` holds one line each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`hosts` are the addresses to listen on; `public_url` has no trailing slash; `connectors` holds the switched-on instances by name.

    `master_key` is empty in the demo, which makes its own; `database_url` is empty for the SQLite file in the data dir. `polls`: the
    worker reads diaries before anybody asks. From `device_networks` a device is heard that has only its serial number.
    """

    demo: bool
    hosts: tuple[str, ...]
    port: int
    public_url: str
    data_dir: Path
    database_url: Secret
    master_key: Secret
    master_keys_old: tuple[Secret, ...] = ()
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    device_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    mqtt_url: Secret = field(default_factory=lambda: Secret(""))
    mqtt_topics_guarded: bool = False
    log_format: Literal["text", "json"] = "text"
    nats_url: Secret = field(default_factory=lambda: Secret(""))
    nats_replicas: int = 3
    sandbox_port: int = 9000
    polls: bool = False
    connectors: Mapping[str, ConnectorConfig] = field(default_factory=dict)

    @property
    def secure(self) -> bool:
        """Served over https: Secure cookies, HSTS."""
        return self.public_url.startswith("https://")

    @property
    def public_host(self) -> str:
        """The Host header of the public address, with the port where the address has one."""
        return urlsplit(self.public_url).netloc

    @property
    def database(self) -> str:
        """What `Database(…)` takes."""
        return self.database_url.reveal() or str(self.data_dir / "hub.sqlite3")

    @property
    def nats_servers(self) -> tuple[str, ...]:
        """None where the database alone takes what devices report."""
        return tuple(part.strip() for part in self.nats_url.reveal().split(",") if part.strip())

    @property
    def demo_dir(self) -> Path:
        """Where the demo keeps the keys that it made."""
        return self.data_dir / "demo"

    @property
    def anchor_file(self) -> Path:
        """Where the audit's signed heads go besides the database; copied off the machine, it proves what the chain was."""
        return self.data_dir / "audit-anchors.ndjson"

    @property
    def sandbox_url(self) -> str:
        """The sandbox's root, without a trailing slash; only the demo asks there."""
        return f"http://localhost:{self.sandbox_port}"
