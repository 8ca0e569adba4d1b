"""Events of devices are kept for their school year and the next; then the log's oldest go (RULES A18)."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from device_ingest import store
from hub.deps import Deps
from identity.joining import school_year
from identity.model import MOSCOW

BATCH = 500


async def end_events(deps: Deps) -> bool:
    """One batch; True while more waits."""
    return await deps.db.write(partial(store.remove_events, before=kept_since(deps.now()), limit=BATCH)) >= BATCH


def kept_since(now: datetime) -> datetime:
    """1 September of the school year before the running one."""
    zone = ZoneInfo(MOSCOW)
    running = int(school_year(now.astimezone(zone).date())[:4])
    return datetime(running - 1, 9, 1, tzinfo=zone)
