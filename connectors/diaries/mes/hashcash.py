"""The stamp that login.mos.ru wants before it looks at a password: SHA-1 hashcash, a counter in hex after the given header."""

from __future__ import annotations

import hashlib
import itertools
import re
import time

from connectors.kit.errors import Drifted, TimedOut

BITS = 15
# The header names its price; more than this is no stamp for a person at a form, and would only burn our processor.
MOST_BITS = 20
LONGEST_HEADER = 512
_HEADER = re.compile(r"1:([0-9]{1,2}):[\x21-\x7e]+")
_ROUND = 4096


def price(system: str, header: str) -> int:
    """The zero bits that the header asks for; a header of another form costs what the public clients pay."""
    match = _HEADER.fullmatch(header)
    bits = int(match[1]) if match else BITS
    if not header or len(header) > LONGEST_HEADER or bits > MOST_BITS:
        raise Drifted(system, "$.items[].proofOfWork", "not a stamp that we pay for")
    return bits


def stamp(system: str, header: str, *, ends_at: float) -> str:
    """Finds the stamp. Busy work for a thread of its own; `ends_at` is of `time.monotonic`."""
    limit = 1 << (160 - price(system, header))
    start = hashlib.sha1(header.encode(), usedforsecurity=False)
    for counter in itertools.count():
        tried = start.copy()
        tried.update(b"%x" % counter)
        if int.from_bytes(tried.digest()) < limit:
            return f"{header}{counter:x}"
        if counter % _ROUND == 0 and time.monotonic() >= ends_at:
            break
    raise TimedOut(system, "no stamp in time")
