"""Who may call at a terminal's address: the networks that the settings name, and one proof more (RULES D4)."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from ipaddress import ip_address, ip_network

from connectors.kit.config import ConnectorConfig
from connectors.kit.secret import Secret
from connectors.kit.terminals import TerminalServer, first_day
from hub.deps import Deps
from hub.store.process.memory import Throttle

CHECKS_A_MINUTE = 300
FIRST_CLOCK = timedelta(hours=12)
"""Kamchatka's, ahead of UTC: no school of the country has the day earlier."""


class Door(StrEnum):
    """`OFF`: nobody may call this dialect here. `UNSIGNED` is said in the dialect's own words."""

    OPEN = "open"
    OFF = "off"
    FORBIDDEN = "forbidden"
    UNPROVEN = "unproven"
    UNSIGNED = "unsigned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """`address` is the network's own or what a configured proxy vouched for; `certificate` a proxy's word too."""

    address: str
    user: str = ""
    password: str = ""
    certificate: str = ""


def door(deps: Deps, server: TerminalServer, dialect: str, caller: Caller, given: Mapping[str, str]) -> Door:
    """In the demo this machine needs no network and no Basic; a hash that is set is wanted of everybody."""
    config = deps.settings.connectors.get(dialect)
    if config is None:
        return Door.OFF
    here = config.demo and _within(caller.address, "127.0.0.0/8,::1")
    if not here and not _within(caller.address, config.options.get("NETWORKS", "")):
        return Door.FORBIDDEN
    secret = config.options.get("SECRET", "")
    proven = bool(secret) or here or _proven(config, caller)
    # Where no password is set, a visitor of the demo may send any.
    held = not here or config.options.get("USER", "")
    if not proven or (held and caller.user and not _basic(config, caller)):
        return Door.UNPROVEN
    if secret and not server.signed(given, Secret(secret)):
        return Door.UNSIGNED
    return Door.OPEN


def may_check(deps: Deps, dialect: str, caller: Caller) -> bool:
    """A check names somebody's initials: it is not asked without end (RULES D4)."""
    throttle = deps.memory.budgets.setdefault("terminal_checks", Throttle(limit=CHECKS_A_MINUTE))
    return throttle.take(f"{dialect} {caller.address}")


def begun(deps: Deps, dialect: str) -> bool:
    """Whether its first day has come, by the clock of whoever has it first: a terminal takes no cash that nobody expects yet.

    Money that was taken all the same is the payer's, and is credited (RULES D4).
    """
    config = deps.settings.connectors.get(dialect)
    day = first_day(config.options) if config else None
    return day is None or day <= (deps.now() + FIRST_CLOCK).date()


def _proven(config: ConnectorConfig, caller: Caller) -> bool:
    wanted = config.options.get("CERTIFICATE", "").lower()
    return (bool(wanted) and hmac.compare_digest(wanted, caller.certificate)) or _basic(config, caller)


def _basic(config: ConnectorConfig, caller: Caller) -> bool:
    user, password = config.options.get("USER", ""), config.options.get("PASSWORD", "")
    right = hmac.compare_digest(user.encode(), caller.user.encode()) & hmac.compare_digest(password.encode(), caller.password.encode())
    return bool(user and password and right)


def _within(address: str, networks: str) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    found = getattr(found, "ipv4_mapped", None) or found
    # By commas and by spaces, as the start of the hub reads them.
    return any(found in ip_network(part) for part in re.split(r"[,\s]+", networks) if part)
