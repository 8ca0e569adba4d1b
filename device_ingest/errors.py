"""Why a whole message of a device is refused; a single bad event is a verdict and no error (RULES E1, E6)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum


class IngestError(Exception):
    """Nothing of the message was stored."""


class Unreadable(IngestError):
    """The body is not what its Content-Type says."""


class WrongMediaType(IngestError):
    """None of the four CloudEvents forms, or a Content-Encoding other than gzip and deflate."""


class TooLarge(IngestError):
    """More than 1 MiB, packed or unpacked, or more than 1,000 events."""


class Distrust(StrEnum):
    """What a device's sign-in failed on; the words are on the wire."""

    UNKNOWN_DEVICE = "unknown_device"
    UNSIGNED = "unsigned"
    SIGNATURE = "signature"
    DIGEST = "digest"
    CLOCK = "clock"
    REPLAY = "replay"
    REVOKED = "revoked"
    NETWORK = "network"


class Untrusted(IngestError):
    """`server_time` lets a device set its clock and sign anew; its events stay valid for thirty days (RULES E6)."""

    def __init__(self, reason: Distrust, *, server_time: datetime) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.server_time = server_time
