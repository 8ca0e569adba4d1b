"""What the composition root hands to a connector: addresses, settings, a caller for each address, and the clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from connectors.kit.calls import Caller
    from connectors.kit.health import SystemHealth


def _nowhere(origin: str) -> Caller:
    raise LookupError(f"this connector asks only its own addresses, not {origin}")


class BadSetting(ValueError):
    """A connector cannot be built with this setting; `name` is the setting's name; the registry puts its prefix before it."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name} {problem}")
        self.name = name
        self.problem = problem


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorConfig:
    """One instance's settings: `base_urls` by prefix (no trailing slash), `options` by setting name, secrets included.

    An instance declared by settings alone names its `connector`; its one address, by its own name, is the issuer exactly as written."""

    instance: str
    base_urls: Mapping[str, str]
    options: Mapping[str, str] = field(default_factory=dict, repr=False)
    demo: bool = False
    connector: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """`callers` by prefix; `now` is the hub's clock (aware UTC). The package's `client.connect(config, equipment)` builds the port.

    `reach(origin)` gives a caller for an address that the system itself named, over the same client and its guard. `health` is for who
    asks by another protocol than HTTP: a caller tells it by itself."""

    callers: Mapping[str, Caller]
    now: Callable[[], datetime]
    reach: Callable[[str], Caller] = field(default=_nowhere)
    health: SystemHealth | None = None
