"""Who stands before a kiosk: what was typed and answered so far. The page carries only the visit's name."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any, Final

MOST: Final = 1000


@dataclass(slots=True, kw_only=True)
class Visit:
    """`session` is the terminal's cabinet after a PIN; `accounts` as the hub showed them last; `order` is the kiosk's own number."""

    id: str
    device: str
    contract: str = ""
    who: str = ""
    state: str = ""
    consent_version: str = ""
    offer_version: str = ""
    acceptance: str = ""
    session: str = field(default="", repr=False)
    first_payment_min_kop: int = 0
    accounts: list[dict[str, Any]] = field(default_factory=list)
    order: str = ""
    txn_id: str = ""

    def account(self, purpose: str) -> dict[str, Any] | None:
        return next((it for it in self.accounts if it.get("purpose") == purpose), None)


class Visits:
    def __init__(self) -> None:
        self._all: dict[str, Visit] = {}

    def reset(self) -> None:
        self._all.clear()

    def begin(self, device: str) -> Visit:
        while len(self._all) >= MOST:
            del self._all[next(iter(self._all))]
        made = Visit(id=secrets.token_hex(12), device=device)
        self._all[made.id] = made
        return made

    def get(self, id_: str) -> Visit | None:
        return self._all.get(id_)

    def end(self, visit: Visit) -> None:
        self._all.pop(visit.id, None)
