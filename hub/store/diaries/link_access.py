"""The life of an account's access: one process at a time renews it, it dies, it works again (RULES C6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from connectors.kit.ports import Access
from hub.store.diaries.diary_links import DiaryLink, LinkState, opened, seal_access
from identity.sealing import Keys

REFRESH_CLAIM = timedelta(seconds=30)


def claim_refresh(id_: str, *, version: int, state: LinkState, now: datetime) -> bool:
    """One process at a time may refresh an access, and only as it read it: with this version, in this state (RULES C6)."""
    free = DiaryLink.refresh_until.is_null() | (DiaryLink.refresh_until < now)
    mine = (DiaryLink.id == id_) & (DiaryLink.version == version) & (DiaryLink.state == state.value) & free
    return bool(DiaryLink.update(refresh_until=now + REFRESH_CLAIM).where(mine).execute())


def refreshed(keys: Keys, id_: str, access: Access, *, version: int, now: datetime) -> bool:
    changed = DiaryLink.update(
        access=seal_access(keys, id_, access), version=version + 1, state=LinkState.ACTIVE.value, refresh_until=None, checked_at=now
    ).where(DiaryLink.id == id_, DiaryLink.version == version)
    return bool(changed.execute())


def release_refresh(id_: str, *, version: int) -> None:
    DiaryLink.update(refresh_until=None).where(DiaryLink.id == id_, DiaryLink.version == version).execute()


def expire(keys: Keys, id_: str, *, version: int, now: datetime) -> bool:
    """Marks the access as dead and forgets its credentials; True for the one caller that changed it, who tells the parent."""
    _forget_credentials(keys, id_, version=version)
    dead = DiaryLink.update(state=LinkState.NEEDS_LOGIN.value, checked_at=now, refresh_until=None).where(
        DiaryLink.id == id_, DiaryLink.version == version, DiaryLink.state == LinkState.ACTIVE.value
    )
    return bool(dead.execute())


def _forget_credentials(keys: Keys, id_: str, *, version: int) -> None:
    """A refused password is of no more use, and trying it again may lock the family out of its diary."""
    found = opened(keys, id_)
    if found is not None and found.version == version and found.access.credentials:
        sealed = seal_access(keys, id_, replace(found.access, credentials={}))
        DiaryLink.update(access=sealed).where(DiaryLink.id == id_, DiaryLink.version == version).execute()


def revive(id_: str, *, version: int, now: datetime) -> None:
    """The same access works again."""
    DiaryLink.update(state=LinkState.ACTIVE.value, checked_at=now).where(
        DiaryLink.id == id_, DiaryLink.version == version, DiaryLink.state != LinkState.ACTIVE.value
    ).execute()
