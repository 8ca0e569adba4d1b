"""Whether something new stands on a family's timeline: asked every other second by each open page, so it costs next to nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace

from device_ingest import store
from hub.deps import Deps
from hub.flows.timeline.scope import scope_of
from hub.ledger.debits.across import numbers
from hub.ledger.model import AccountId
from hub.store.sessions import Visitor

AGAIN = 30
"""After so many looks the cards and accounts themselves are read anew: a child may have got one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """How far the log of events is, and how many rows the accounts have."""

    tokens: tuple[str, ...]
    accounts: tuple[AccountId, ...]
    seq: int
    rows: int
    looks: int = 0


def begin(deps: Deps, visitor: Visitor) -> Watch:
    """In the caller's unit."""
    scope = scope_of(deps, visitor, first=None, last=None, only=None, limit=1)
    accounts = tuple(scope.accounts)
    tokens = tuple(held.token for held in scope.carried.held)
    return Watch(tokens=tokens, accounts=accounts, seq=store.newest_seq(), rows=numbers(accounts))


def look(deps: Deps, visitor: Visitor, before: Watch) -> tuple[Watch, bool]:
    """In the caller's unit: how far it is now, and whether anything of this family came."""
    if before.looks >= AGAIN:
        now = begin(deps, visitor)
        told = (now.tokens, now.rows) != (before.tokens, before.rows) or store.came_after(now.tokens, before.seq)
        return now, told
    seq, rows = store.newest_seq(), numbers(before.accounts)
    told = rows != before.rows or (seq != before.seq and store.came_after(before.tokens, before.seq))
    return replace(before, seq=seq, rows=rows, looks=before.looks + 1), told
