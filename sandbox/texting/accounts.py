"""Who may send: an account with its balance, names of senders, numbers that it stopped, and where receipts go."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sandbox.asked import Refused

MOST: Final = 1000
START_KOP: Final = 100_000


@dataclass(slots=True, kw_only=True)
class Account:
    """`word` signs receipts; `day` and `used` count what was sent on one day."""

    name: str
    secret: str
    word: str = ""
    balance_kop: int = START_KOP
    senders: list[str] = field(default_factory=list)
    callbacks: list[str] = field(default_factory=list)
    stopped: dict[str, str] = field(default_factory=dict)
    limit: int = 10_000
    day: str = ""
    used: int = 0

    def used_on(self, day: str) -> int:
        if self.day != day:
            self.day, self.used = day, 0
        return self.used

    def knows(self, secret: str) -> bool:
        return secrets.compare_digest(self.secret.encode(), secret.encode())


class Accounts:
    """The demo's own and any that were registered; they outlive a reset, what happened to them does not."""

    def __init__(self, demo: Account) -> None:
        self.demo = demo
        self.all = {demo.name: demo}

    def reset(self) -> None:
        for it in self.all.values():
            it.balance_kop, it.day, it.used = START_KOP, "", 0
            it.stopped.clear()

    def change(self, body: Mapping[str, Any], names: tuple[str, str]) -> Account:
        """`{<name>?, <secret>?, balance_kop?, callbacks?, senders?, limit?, word?}`; no name is the demo's."""
        name, secret = body.get(names[0], self.demo.name), body.get(names[1])
        balance, limit = body.get("balance_kop"), body.get("limit")
        if not isinstance(name, str) or not name or not (secret is None or isinstance(secret, str)):
            raise Refused(f"{names[0]}, {names[1]} — строки")
        if any(value is not None and (isinstance(value, bool) or not isinstance(value, int)) for value in (balance, limit)):
            raise Refused("balance_kop, limit — целые")
        lists = {key: body[key] for key in ("callbacks", "senders") if key in body}
        if not all(isinstance(value, list) and all(isinstance(item, str) for item in value) for value in lists.values()):
            raise Refused("callbacks, senders — списки строк")
        found = self.all.get(name) or Account(name=name, secret=secret or "", word=self.demo.word)
        if not found.secret and not secret:
            raise Refused(f"{names[1]} — непустая строка")
        if found.name not in self.all and len(self.all) >= MOST:
            raise Refused("Счетов слишком много", 409)
        found.secret = secret or found.secret
        found.balance_kop = found.balance_kop if balance is None else balance
        found.limit = found.limit if limit is None else limit
        found.word = body["word"] if isinstance(body.get("word"), str) else found.word
        found.callbacks = list(lists.get("callbacks", found.callbacks))
        found.senders = list(lists.get("senders", found.senders))
        self.all[name] = found
        return found
