"""How outside systems fare and jobs run, told by each process to all: small rows without personal data, gone after a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

import msgspec
import peewee

from connectors.kit.health import Spell
from hub.store.fields import SealedColumn, changed, delete, rows

KEPT = timedelta(days=1)


class SystemSpell(peewee.Model):
    """One process's figures of one system within one stretch of time; `bucket` is its start, in seconds of the wall clock."""

    id = peewee.TextField(primary_key=True)
    bucket = peewee.BigIntegerField(index=True)
    system = peewee.TextField()
    body = peewee.TextField()

    class Meta:
        table_name = "system_spell"


class SystemNow(peewee.Model):
    """How one system looks from one process at this moment."""

    id = peewee.TextField(primary_key=True)
    process = peewee.TextField()
    system = peewee.TextField()
    body = peewee.TextField()
    at = peewee.BigIntegerField(index=True)

    class Meta:
        table_name = "system_now"


class JobRun(peewee.Model):
    """The last run of one job of the worker, whichever process ran it."""

    name = peewee.TextField(primary_key=True)
    body = peewee.TextField()
    at = peewee.BigIntegerField()

    class Meta:
        table_name = "job_run"


TABLES = (SystemSpell, SystemNow, JobRun)
SEALED: tuple[SealedColumn, ...] = ()


class SpellBody(msgspec.Struct, frozen=True):
    calls: int
    failed: int
    kinds: dict[str, int]
    slots: list[int]

    def spell(self) -> Spell:
        made = Spell(calls=self.calls, failed=self.failed, slots=list(self.slots))
        made.kinds.update(self.kinds)
        return made


class NowBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`minute`: calls of the last minute; `busy` of `parallel`: calls under way; times in seconds of the wall clock."""

    state: str = "closed"
    busy: int = 0
    parallel: int = 0
    minute: int = 0
    success_at: float | None = None
    failure_at: float | None = None
    drift: str = ""
    drift_at: float | None = None


class JobBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`error` is the class of the last failure, `more` whether work was left over, `late_s` how long after its time it ran."""

    every_s: float
    ran_at: float
    took_s: float
    late_s: float = 0.0
    ok: bool = True
    error: str = ""
    more: bool = False
    runs: int = 0
    failures: int = 0


def note_spells(process: str, found: Iterable[tuple[str, int, Spell]]) -> None:
    """Each process writes whole figures over its own former ones, so that a repeat changes nothing."""
    sql = "INSERT INTO system_spell (id, bucket, system, body) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body"
    for system, bucket, spell in found:
        body = SpellBody(spell.calls, spell.failed, dict(spell.kinds), spell.slots)
        changed(SystemSpell, sql, (f"{process}.{system}.{bucket}", bucket, system, msgspec.json.encode(body).decode()))


def note_now(process: str, found: Iterable[tuple[str, NowBody]], *, at: int) -> None:
    sql = (
        "INSERT INTO system_now (id, process, system, body, at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET body = excluded.body, at = excluded.at"
    )
    for system, body in found:
        changed(SystemNow, sql, (f"{process}.{system}", process, system, msgspec.json.encode(body).decode(), at))


def note_jobs(found: Iterable[tuple[str, JobBody]], *, at: int) -> None:
    sql = "INSERT INTO job_run (name, body, at) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET body = excluded.body, at = excluded.at"
    for name, body in found:
        changed(JobRun, sql, (name, msgspec.json.encode(body).decode(), at))


def spells(*, since: int) -> Sequence[tuple[str, int, Spell]]:
    """System, start, figures; several rows of one start are of several processes."""
    found = rows(SystemSpell, "SELECT system, bucket, body FROM system_spell WHERE bucket >= ? ORDER BY system, bucket", (since,))
    return [(system, int(bucket), msgspec.json.decode(body, type=SpellBody).spell()) for system, bucket, body in found]


def nows() -> Sequence[tuple[str, str, NowBody, int]]:
    """Process, system, how it looks from there, and when that was told."""
    found = rows(SystemNow, "SELECT process, system, body, at FROM system_now ORDER BY system, at", ())
    return [(process, system, msgspec.json.decode(body, type=NowBody), int(at)) for process, system, body, at in found]


def calls_of_others(process: str, *, since: int) -> dict[str, int]:
    """Calls of the last minute that the other living processes told, by system."""
    found: dict[str, int] = {}
    for other, system, body, at in nows():
        if other != process and at >= since:
            found[system] = found.get(system, 0) + body.minute
    return found


def job_runs() -> Sequence[tuple[str, JobBody]]:
    found = rows(JobRun, "SELECT name, body FROM job_run ORDER BY name", ())
    return [(name, msgspec.json.decode(body, type=JobBody)) for name, body in found]


def remove_old(*, at: int) -> int:
    """Deletes figures that are older than a day by the wall clock: no person is in them, so they have no term among people's data."""
    before = at - int(KEPT.total_seconds())
    return delete(SystemSpell, SystemSpell.bucket < before) + delete(SystemNow, SystemNow.at < before)
