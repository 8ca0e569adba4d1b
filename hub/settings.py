"""Every setting of the hub, read once from the environment into one frozen record."""

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
    """`hosts` are the addresses to listen on; `public_url` has no trailing slash; `connectors` holds the switched-on instances by name."""

    demo: bool
    hosts: tuple[str, ...]
    port: int
    public_url: str
    data_dir: Path
    database_url: Secret
    """Empty for the SQLite file in the data dir."""
    master_key: Secret
    """Empty in the demo, which makes its own."""
    master_keys_old: tuple[Secret, ...] = ()
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    log_format: Literal["text", "json"] = "text"
    nats_url: Secret = field(default_factory=lambda: Secret(""))
    sandbox_host: str = "localhost"
    sandbox_port: int = 9000
    connectors: Mapping[str, ConnectorConfig] = field(default_factory=dict)

    @property
    def secure(self) -> bool:
        """Served over https: Secure cookies, HSTS."""
        return self.public_url.startswith("https://")

    @property
    def public_host(self) -> str:
        """The Host header of the public address, port included where the address has one."""
        return urlsplit(self.public_url).netloc

    @property
    def database(self) -> str:
        """What `Database(…)` takes."""
        return self.database_url.reveal() or str(self.data_dir / "hub.sqlite3")

    @property
    def sandbox_url(self) -> str:
        """The sandbox's root address, without a trailing slash; used by the demo only."""
        return f"http://{self.sandbox_host}:{self.sandbox_port}"


def load(environ: Mapping[str, str], *, port: int | None = None) -> Settings:
    """Reads `HUB_*`; `port` is the command line's and beats HUB_PORT. Raises `SettingsError` with every problem."""
    from hub.settings_reading import read

    return read(environ, port=port)
