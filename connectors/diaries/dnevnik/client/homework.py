"""The one thing a family writes here: a homework is done, or not after all (`works/{work}/persons/{person}/status`)."""

from __future__ import annotations

import re

from connectors.diaries.dnevnik.client.api import Api
from connectors.kit.deadline import Deadline
from connectors.kit.diary import DiaryChild
from connectors.kit.errors import NotFound
from connectors.kit.ports import Access

# Public clients name `StartWorking` only; these two follow the statuses that tasks come back with and are to be seen at the real system.
DONE, NOT_DONE = "Complete", "Cancel"
_ID = re.compile(r"[0-9]{1,20}")


async def set_done(api: Api, access: Access, child: DiaryChild, homework: str, *, done: bool) -> None:
    if not _ID.fullmatch(homework) or not _ID.fullmatch(child.key):
        raise NotFound(api.system, "no such homework")
    await api.set_status(homework, child.key, DONE if done else NOT_DONE, access.token, Deadline(api.system))
