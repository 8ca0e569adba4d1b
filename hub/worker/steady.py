"""What every worker does all the time, beside the jobs that one of them does by the clock."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from hub.deps import Deps
from hub.flows.receive_events.listening import NAME, listen
from hub.flows.receive_events.store_buffered import store_buffered


def steady(deps: Deps) -> tuple[tuple[str, Callable[[], Awaitable[None]]], ...]:
    """By name, for the log and the metrics. One that returns has nothing to do here."""
    buffered = (("store_buffered", partial(store_buffered, deps)),) if deps.buffer else ()
    return (*buffered, (NAME, partial(listen, deps))) if deps.settings.mqtt_url else buffered
