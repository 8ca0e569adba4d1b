"""Invitation codes, pure: their alphabet, what a slip shows, how long they live, how wrong tries are met (RULES A7)."""

from __future__ import annotations

import hashlib
import ipaddress
import math
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from identity.model import normalised

ALPHABET = "23456789ACDEFHJKMNPRTVWXY"
"""No 0/O, 1/I/L, 5/S, 2/Z, 8/B, 6/G, U/V pair: of each pair at most one is here."""
LENGTH, GROUP = 12, 4
BITS = LENGTH * math.log2(len(ALPHABET))
VALID_FOR = timedelta(days=30)
VALID_FOR_SECOND = timedelta(days=10)

TRIES = 10
TRY_WINDOW = timedelta(hours=1)
NAME_FREE_TRIES, NAME_SLOWEST_S = 10, 2.0

_CYRILLIC = str.maketrans("АВСЕНКМОРТХУ", "ABCEHKMOPTXY")
_DROPPED = dict.fromkeys(map(ord, " \t\u00a0-\u2010\u2011\u2012\u2013\u2014\u2212_."))


class CodeState(StrEnum):
    """`KILLED` by a reprint or by the school."""

    ACTIVE = "active"
    USED = "used"
    KILLED = "killed"
    EXPIRED = "expired"


def new_code() -> str:
    """A fresh code as it is stored and compared: 12 of 25 signs, more than 55 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def code_from(secret: str) -> str:
    """The code of a repeated request, made again instead of kept; it has the bits of a fresh one."""
    number, signs = int.from_bytes(hashlib.sha256(secret.encode()).digest(), "big"), []
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[place])
    return "".join(signs)


def printed(code: str) -> str:
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def read_code(text: str) -> str:
    """A code as somebody typed it: no case, spaces or hyphens, Cyrillic letters that look alike; empty when it can be none."""
    plain = text.translate(_DROPPED).upper().translate(_CYRILLIC)
    return plain if len(plain) == LENGTH and set(plain) <= set(ALPHABET) else ""


def bound_name(last_name: str, first_name: str) -> str:
    """The name that a code is bound to, as it is compared."""
    return f"{normalised(last_name)}|{normalised(first_name)}"


def expires_at(now: datetime, *, has_guardian: bool) -> datetime:
    return now + (VALID_FOR_SECOND if has_guardian else VALID_FOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What is printed once: the code, and of the name only what helps to hand it out («Пётр Ё.»)."""

    child: str
    shown_name: str
    code: str
    expires_at: datetime


def shown_name(last_name: str, first_name: str) -> str:
    return f"{first_name.strip()} {last_name.strip()[:1]}.".strip() if last_name.strip() else first_name.strip()


def network_of(address: str) -> str:
    """What counts as one network: an IPv4 address, or the /64 that one IPv6 customer has; an unreadable one is one network, too."""
    try:
        found = ipaddress.ip_address(address.split("%", maxsplit=1)[0].strip("[]"))
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def too_many(count: int) -> bool:
    """Whether this try, itself counted, is one after ten wrong ones."""
    return count > TRIES


def slow_down_s(count: int) -> float:
    """How long an answer on this name is held back: the count per name refuses nothing, it only slows down."""
    return 0.0 if count <= NAME_FREE_TRIES else min(NAME_SLOWEST_S, 0.25 * 2.0 ** min(count - NAME_FREE_TRIES - 1, 10))
