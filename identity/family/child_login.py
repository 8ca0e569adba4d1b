"""A child's own login: who may make and reset it at which age, and how its password is kept (RULES A6), pure."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from identity.ages import Phase, phase

CHILD_LOGIN = "child_login"
"""How a session that this login opened calls its way in; it views and does nothing else."""
SCRYPT_N, SCRYPT_R, SCRYPT_P = 2**15, 8, 1
SCRYPT_MEMORY = 64 * 1024 * 1024
SALT_BYTES, HASH_BYTES = 16, 32
LOGIN = re.compile(r"[a-z0-9](?:[a-z0-9._-]{1,30})[a-z0-9]")
SHORTEST, LONGEST = 8, 128
TOO_COMMON = frozenset({"12345678", "123456789", "qwertyui", "password", "11111111", "1234567890", "йцукенгш", "87654321"})


class LoginFault(StrEnum):
    NOT_GUARDIAN = "not_guardian"
    PUPIL_DECIDES = "pupil_decides"
    AGE_UNKNOWN = "age_unknown"
    LOGIN_MALFORMED = "login_malformed"
    LOGIN_TAKEN = "login_taken"
    PASSWORD_WEAK = "password_weak"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginRule:
    """What a guardian may do with the child's login now; `tell_pupil`: only with a notice to the pupil."""

    may_make: bool
    may_reset: bool
    tell_pupil: bool = False


def guardian_may(birth_date: date | None, now: datetime, zone: str) -> LoginRule:
    """Before 14 everything; for 90 days after a reset with notice; then nothing, and at an unknown age nothing."""
    where = phase(birth_date, now, zone)
    if where.under_14:
        return LoginRule(may_make=True, may_reset=True)
    return LoginRule(may_make=False, may_reset=where is Phase.GRACE, tell_pupil=where is Phase.GRACE)


def readable_login(login: str) -> str:
    """The login as it is compared; empty when it is none."""
    plain = login.strip().lower()
    return plain if LOGIN.fullmatch(plain) else ""


def password_fault(password: str, login: str) -> LoginFault | None:
    plain = password.strip().lower()
    weak = not SHORTEST <= len(password) <= LONGEST or plain in TOO_COMMON or plain == login.lower() or len(set(plain)) < 4
    return LoginFault.PASSWORD_WEAK if weak else None


def password_record(password: str) -> str:
    """What is sealed of a password: scrypt with its parameters and salt. Takes a tenth of a second: call it outside the unit of work."""
    salt = os.urandom(SALT_BYTES)
    made = _scrypt(password, salt, SCRYPT_N, SCRYPT_R, SCRYPT_P)
    return f"scrypt${SCRYPT_N}${SCRYPT_R}${SCRYPT_P}${base64.b64encode(salt).decode()}${base64.b64encode(made).decode()}"


_NOBODY = (
    f"scrypt${SCRYPT_N}${SCRYPT_R}${SCRYPT_P}${base64.b64encode(bytes(SALT_BYTES)).decode()}${base64.b64encode(bytes(HASH_BYTES)).decode()}"
)


def password_matches(record: str | None, password: str) -> bool:
    """Compares in constant time; without a record the same work is done, so that an unknown login answers as slowly as a known one."""
    try:
        kind, n, r, p, salt, kept = (record or _NOBODY).split("$")
        made = _scrypt(password, base64.b64decode(salt), int(n), int(r), int(p))
        return hmac.compare_digest(made, base64.b64decode(kept)) and kind == "scrypt" and record is not None
    except (ValueError, binascii.Error):
        return False


def _scrypt(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=n, r=r, p=p, maxmem=SCRYPT_MEMORY, dklen=HASH_BYTES)
