"""The gateway put together: one gate, its accounts, and the receipts that it sends to clients' handlers."""

from __future__ import annotations

import hashlib
import zlib
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sandbox.clock import start_number
from sandbox.inbox import Letter
from sandbox.paying.notices import Message, Notices
from sandbox.paying.shops import demo_key
from sandbox.smsc.state.repeats import Repeats
from sandbox.smsc.wire.answers import roubles
from sandbox.smsc.wire.statuses import ERRORS, NUMBERS
from sandbox.system import Sandbox
from sandbox.texting.accounts import Account, Accounts
from sandbox.texting.control import tell
from sandbox.texting.gate import Gate, Phase, Text
from sandbox.texting.texts import code_in

ID: Final = "smsc"
TITLE: Final = "SMSC.ru: СМС"
MOSCOW: Final = ZoneInfo("Europe/Moscow")
PRICE_KOP: Final = 350
WAITS: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720))


class SmscGateway:
    names = ("login", "psw")

    def __init__(self, sandbox: Sandbox) -> None:
        demo = Account(name="schoolhub", secret=demo_key(ID), word=demo_key("smsc receipts"), senders=["SMSC.RU", "SchoolHub"])
        self.sandbox = sandbox
        self.accounts = Accounts(demo)
        self.gate = Gate(now=sandbox.clock.now, arrived=self._arrived, told=self._told)
        self.notices = Notices(sandbox.outbound, sandbox.clock.now, waits=WAITS)
        self.repeats = Repeats(sandbox.clock.now)
        self.last = start_number()
        sandbox.merchants.keys[ID] = {"login": demo.name, "psw": demo.secret}

    def reset(self) -> None:
        """Numbers of messages go on."""
        self.gate.reset()
        self.notices.reset()
        self.repeats.reset()
        self.accounts.reset()

    def settle(self) -> None:
        self.gate.settle()
        self.notices.retry()

    def next_id(self) -> str:
        self.last += 1
        return str(self.last)

    def authenticated(self, login: str, psw: str, apikey: str) -> Account | None:
        """The password or its MD5 in small letters; a key alone, in its own field or instead of the password, is the demo's."""
        key = apikey or (psw if not login else "")
        if key:
            return next((it for it in self.accounts.all.values() if it.knows(key)), None)
        found = self.accounts.all.get(login)
        if found is None:
            return None
        hashed = hashlib.md5(found.secret.encode()).hexdigest()  # noqa: S324 - the gateway's own
        return found if found.knows(psw) or psw == hashed else None

    def number(self, it: Text) -> int:
        return NUMBERS[it.phase]

    def receipt(self, it: Text, account: Account, url: str | None, tamper: str | None) -> Message:
        """A form; three checksums of `id:phone:status:word` for the client's choice."""
        status = NUMBERS[Phase.DELIVERED if tamper == "status" else it.phase]
        at = (it.changed_at or it.at).astimezone(MOSCOW)
        signed = f"{it.id}:{it.phone}:{status}:{account.word}".encode()
        told = {
            "id": it.id,
            "phone": it.phone,
            "status": str(status),
            "time": at.strftime("%d.%m.%Y %H:%M:%S"),
            "ts": str(int(at.timestamp())),
            "err": str(ERRORS.get(it.phase, 0)),
            "cnt": str(it.parts),
            "cost": roubles(it.cost_kop),
            "type": "0",
            "md5": hashlib.md5(signed).hexdigest(),  # noqa: S324 - the gateway's own
            "sha1": hashlib.sha1(signed).hexdigest(),  # noqa: S324 - the gateway's own
            "crc": str(zlib.crc32(signed)),
        }
        if tamper == "signature":
            told |= {name: told[name][::-1] for name in ("md5", "sha1", "crc")}
        return Message(url=url, form=told)

    def _arrived(self, it: Text) -> None:
        code = code_in(it.text)
        self.sandbox.inbox.put(Letter(kind="sms", system=ID, to=it.phone, text=it.text, at=self.sandbox.clock.now(), code=code))

    def _told(self, it: Text) -> None:
        """Of the end only."""
        if it.settled and it.phase is not Phase.SILENT:
            tell(self.sandbox, self, it)
