"""When a text is tried or asked about again, and what a gateway's word makes of it: pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from connectors.kit.calls.breaker import Paused
from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, RateLimited, Unavailable
from connectors.kit.notice import TextState
from hub.store.written.texts import TextStage

AGAIN_S = (5, 15, 30, 60, 120, 300)
LATER_S = 900
NO_CONNECTION = "ConnectError"
"""The transport's own word for it, as `connectors.kit.calls` passes it on."""
FOLLOWED = timedelta(days=2)
"""So long a text is asked about; the operators give up sooner."""
STAGES: Mapping[TextState, TextStage] = MappingProxyType(
    {
        TextState.QUEUED: TextStage.QUEUED,
        TextState.SENT: TextStage.SENT,
        TextState.DELIVERED: TextStage.DELIVERED,
        TextState.FAILED: TextStage.FAILED,
        TextState.UNKNOWN: TextStage.SENT,
    }
)


def not_sent(error: ConnectorError) -> bool:
    """Whether it is sure that the gateway sent nothing: then another may be asked at once. No connection, no request."""
    unheard = isinstance(error, Unavailable) and error.detail == NO_CONNECTION
    return unheard or isinstance(error, RateLimited | AuthExpired | AccessDenied | Paused)


def next_try(tries: int, now: datetime, after_s: float | None = None) -> datetime:
    own = AGAIN_S[tries] if tries < len(AGAIN_S) else LATER_S
    return now + timedelta(seconds=max(own, min(after_s or 0.0, LATER_S)))


def next_ask(created_at: datetime, now: datetime) -> datetime | None:
    """Half its age later, within bounds; none when it is not worth asking any more."""
    age = now - created_at
    return None if age > FOLLOWED else now + min(max(age / 2, timedelta(seconds=AGAIN_S[0])), timedelta(seconds=LATER_S))
