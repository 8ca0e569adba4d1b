"""The eight ways in which an outside system can fail; the set is closed (ARCHITECTURE 4)."""

from __future__ import annotations


class ConnectorError(Exception):
    """Base of the eight; `code` is the snake_case word used in the hub's JSON, `text` a Russian sentence for the person, if any."""

    code = "connector_error"

    def __init__(self, system: str, detail: str = "", *, text: str = "") -> None:
        super().__init__(f"{system}: {detail}" if detail else system)
        self.system = system
        self.detail = detail
        self.text = text


class Unavailable(ConnectorError):
    """The system cannot be reached, or says that it is down."""

    code = "unavailable"


class TimedOut(ConnectorError):
    """No answer within the deadline."""

    code = "timed_out"


class RateLimited(ConnectorError):
    """Too many requests; `after_s` seconds are to be waited, where the system says so."""

    code = "rate_limited"

    def __init__(self, system: str, detail: str = "", *, after_s: float | None = None, text: str = "") -> None:
        super().__init__(system, detail, text=text)
        self.after_s = after_s


class AuthExpired(ConnectorError):
    """The token or session is no longer accepted: refresh it, or ask the person to sign in again."""

    code = "auth_expired"


class AccessDenied(ConnectorError):
    """Signed in, but not allowed to see or do this."""

    code = "access_denied"


class NotFound(ConnectorError):
    """The asked object does not exist for this account."""

    code = "not_found"


class Rejected(ConnectorError):
    """The system refused the request; `reason` is its own code, `text` its own words or ours.

    `field` is the part of the request that it names; `current` the record as it holds it now, where that is why it refused."""

    code = "rejected"

    def __init__(self, system: str, reason: str, text: str = "", *, field: str = "", current: object | None = None) -> None:
        super().__init__(system, f"{reason} {text}".strip(), text=text)
        self.reason = reason
        self.field = field
        self.current = current


class Drifted(ConnectorError):
    """The answer is not in the documented format; `where` is the path inside it."""

    code = "drifted"

    def __init__(self, system: str, where: str, detail: str = "", *, text: str = "") -> None:
        super().__init__(system, f"{where}: {detail}" if detail else where, text=text)
        self.where = where


ALL: tuple[type[ConnectorError], ...] = (
    Unavailable, TimedOut, RateLimited, AuthExpired, AccessDenied, NotFound, Rejected, Drifted,
)  # fmt: skip
