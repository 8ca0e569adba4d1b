"""The worker notes which carriers a school's devices read and its register does not know (RULES E5)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from device_ingest import store
from device_ingest.envelope.cloud_events import MANUAL
from device_ingest.model import EventType
from device_ingest.store import Kept
from hub.deps import Deps
from hub.flows.read_on import read_on
from hub.store.passes import unknown_carriers
from hub.store.school import carriers
from hub.store.school.carriers import CarrierState, Span

READER = "watch_carriers"
BATCH = 200
_READ = (EventType.PASS, EventType.MEAL, EventType.CARD)


async def watch_carriers(deps: Deps) -> bool:
    """One batch; True while more waits."""

    def step(limit: int) -> bool:
        rows = store.following(READER, limit=limit)
        seen = [row for row in rows if row.type in _READ and row.token and row.carrier not in (None, MANUAL)]
        for school in {row.school for row in seen}:
            _note(school, [row for row in seen if row.school == school])
        if rows:
            store.move_on(READER, to=rows[-1].seq)
        return len(rows) == limit

    return await read_on(deps, READER, step=step, skip=partial(store.skip, READER), limit=BATCH)


def _note(school: str, rows: Sequence[Kept]) -> None:
    spans = carriers.spans(school, {row.token or "" for row in rows})
    for row in rows:
        if known(spans, row):
            continue
        shown = row.data.get("credential", {})
        unknown_carriers.note(
            school=school,
            carrier=row.carrier or "",
            token=row.token or "",
            tail=str(shown.get("tail", "…")),
            at=row.at,
            device=row.device,
            door=row.door or "",
        )


def known(spans: Sequence[Span], row: Kept) -> bool:
    """Somebody's then, or in the register now: blocked and lost ones are no strangers."""
    theirs = [one for one in spans if one.token == row.token and one.kind == row.carrier]
    return any(one.holds(row.at) or one.state is not CarrierState.ENDED for one in theirs)
