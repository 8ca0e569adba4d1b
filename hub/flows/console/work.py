"""What the worker does and how late it is, which keys are in use, and how far the audit's chain has come."""

from __future__ import annotations

from datetime import UTC, datetime

import identity.store
from device_ingest.store import lags
from hub.deps import Deps
from hub.flows.console.door import enter
from hub.flows.views.console import BufferView, HeadView, JobRow, KeyRow, QueueRow, WorkView
from hub.store.database.tables import sealed
from hub.store.process import console, lease
from hub.store.process.console import JobBody
from hub.store.sessions import Visitor
from identity.store.trail.chain import last_head
from identity.store.trail.search import unsealed

WORKER = "worker"


async def show_work(deps: Deps, visitor: Visitor) -> WorkView:
    await enter(deps, visitor)
    wall, buffer = datetime.now(UTC), await _buffer(deps)

    def unit() -> WorkView:
        waiting, head = unsealed(), last_head()
        return WorkView(
            jobs=tuple(_job(name, body) for name, body in console.job_runs()),
            holder=lease.holder(WORKER, now=wall),
            waiting_units=deps.db.waiting,
            keys=tuple(KeyRow(id=id_, current=id_ == deps.keys.current_id, values=0) for id_ in deps.keys.ids),
            rotating=_rotating(deps),
            head=None if head is None else HeadView(day=head.day, seq=head.seq, hash=head.hash, signed_at=head.signed_at, key=head.key_id),
            unsealed=waiting.count,
            unsealed_since=waiting.oldest,
            queues=tuple(QueueRow(reader=one.reader, behind=one.behind, oldest=one.oldest) for one in lags()),
            buffer=buffer,
        )

    return await deps.db.read(unit)


async def _buffer(deps: Deps) -> BufferView | None:
    if deps.buffer is None:
        return None
    found = await deps.buffer.backlog()
    if found is None:
        return BufferView(trouble=deps.buffer.trouble() or "не отвечает")
    return BufferView(trouble=deps.buffer.trouble(), waiting=found.waiting, handed_out=found.handed_out, size=found.size)


def _rotating(deps: Deps) -> int:
    """Values that still need an old key; nothing is counted while there is none."""
    if len(deps.keys.ids) == 1:
        return 0
    return sum(identity.store.unrotated(deps.keys, column) for column in (*identity.store.SEALED, *sealed()))


def _job(name: str, body: JobBody) -> JobRow:
    return JobRow(
        name=name,
        every_s=body.every_s,
        ran_at=datetime.fromtimestamp(int(body.ran_at), UTC),
        took_ms=round(body.took_s * 1000),
        late_s=round(body.late_s, 1),
        ok=body.ok,
        error=body.error,
        more=body.more,
        runs=body.runs,
        failures=body.failures,
    )
