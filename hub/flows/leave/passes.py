"""What doors and tills saw of a child: taken along in the own file, and gone with the child's record (RULES A5b, A14)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from device_ingest import store
from device_ingest.model import EventType
from hub.deps import Deps
from hub.flows.timeline.passed import EVER, Carried, carried_by
from hub.flows.views.self_service.mine import MyPass

MOST_PASSES = 5000
_KINDS = {EventType.PASS: "pass", EventType.MEAL: "meal", EventType.CARD: "card"}


def my_passes(deps: Deps, child: str, *, now: datetime) -> tuple[MyPass, ...]:
    """In the caller's unit, newest first. No place of the device in any register, no carrier but by its end."""
    rows = store.newest_of_carriers(
        carried_by(deps, [child]).held, start=EVER, end=now + timedelta(days=1), limit=MOST_PASSES, types=tuple(_KINDS)
    )
    return tuple(
        MyPass(
            kind=_KINDS[row.type],
            at=row.at,
            received_at=row.received_at,
            direction=row.direction,
            door=row.door,
            auth=row.auth.value,
            data=dict(row.data),
        )
        for row in rows
    )


def forget_passes(deps: Deps, children: Collection[str]) -> None:
    """In the caller's unit, while the register still knows whose the carriers were."""
    carried: Carried = carried_by(deps, children)
    store.forget(carried.held)
    for child in children:
        store.forget_named(child)
