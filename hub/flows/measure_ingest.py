"""Brings the figures of the devices' log up to date before somebody reads the metrics: readers' lags, the buffer's backlog."""

from __future__ import annotations

from device_ingest.store import lags
from hub.deps import Deps
from hub.store.database import StorageError
from hub.telemetry import BUFFER_UP, BUFFER_WAITING, READER_BEHIND, READER_LAG


async def measure_ingest(deps: Deps) -> None:
    """A database that is away leaves the last figures standing: the metrics of the process are wanted then most of all."""
    try:
        found = await deps.db.read(lags)
    except StorageError:
        found = ()
    now = deps.now()
    for one in found:
        READER_BEHIND.labels(one.reader).set(one.behind)
        READER_LAG.labels(one.reader).set(max(0.0, (now - one.oldest).total_seconds()) if one.oldest else 0.0)
    if deps.buffer is None:
        return
    backlog = await deps.buffer.backlog()
    BUFFER_UP.set(0 if deps.buffer.trouble() else 1)
    if backlog is not None:
        BUFFER_WAITING.labels("waiting").set(backlog.waiting)
        BUFFER_WAITING.labels("handed_out").set(backlog.handed_out)
