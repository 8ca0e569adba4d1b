"""The gateway put together: one gate, its accounts, and the receipts that it sends to clients' handlers."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sandbox.clock import start_number
from sandbox.inbox import Letter
from sandbox.outbound import Answered
from sandbox.paying.notices import Message, Notices
from sandbox.paying.shops import demo_key
from sandbox.smsru.state.limits import Limits
from sandbox.smsru.wire.asked import Asked, signed
from sandbox.smsru.wire.codes import NUMBERS, SmsRuError
from sandbox.system import Sandbox
from sandbox.texting.accounts import Account, Accounts
from sandbox.texting.control import tell
from sandbox.texting.gate import Gate, Phase, Text
from sandbox.texting.texts import code_in

ID: Final = "smsru"
TITLE: Final = "SMS.RU: СМС"
MOSCOW: Final = ZoneInfo("Europe/Moscow")
PRICE_KOP: Final = 420
TOKEN_LIFE: Final = timedelta(minutes=10)
WAITS: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720))


def received(found: Answered) -> bool:
    """Three digits, nothing else counts."""
    return found.body.strip() == b"100"


class SmsRuGateway:
    names = ("login", "api_id")

    def __init__(self, sandbox: Sandbox) -> None:
        demo = Account(name="79130000000", secret=demo_key(ID), senders=["SchoolHub"])
        self.sandbox = sandbox
        self.accounts = Accounts(demo)
        self.gate = Gate(now=sandbox.clock.now, arrived=self._arrived, told=self._told)
        self.notices = Notices(sandbox.outbound, sandbox.clock.now, waits=WAITS, accepted=received)
        self.limits = Limits(sandbox.clock.now)
        self.tokens: dict[str, datetime] = {}
        self.last = start_number()
        sandbox.merchants.keys[ID] = {"api_id": demo.secret}

    def reset(self) -> None:
        """Numbers of messages go on, addresses of handlers stay."""
        self.gate.reset()
        self.notices.reset()
        self.limits.reset()
        self.tokens.clear()
        self.accounts.reset()

    def settle(self) -> None:
        self.gate.settle()
        self.notices.retry()

    def next_id(self) -> str:
        """The year, the week, and a number that grows."""
        self.last += 1
        year, week, _ = self.sandbox.clock.now().astimezone(MOSCOW).isocalendar()
        return f"{year}{week:02d}-{self.last}"

    def new_token(self) -> str:
        now = self.sandbox.clock.now()
        self.tokens = {known: until for known, until in self.tokens.items() if until > now}
        token = secrets.token_hex(16)
        self.tokens[token] = now + TOKEN_LIFE
        return token

    def authenticated(self, asked: Asked) -> Account:
        """`api_id`; or login and password, which is the key here; or login, token and signature."""
        if key := asked.get("api_id"):
            found = next((it for it in self.accounts.all.values() if it.knows(key)), None)
            if found is None:
                raise SmsRuError(200)
            return found
        known = self.accounts.all.get(asked.get("login"))
        token, given = asked.get("token"), asked.get("sig")
        if token and self.tokens.get(token, self.sandbox.clock.now()) <= self.sandbox.clock.now():
            raise SmsRuError(300)
        right = known is not None and (signed(known.secret, token) == given if token else known.knows(asked.get("password")))
        if known is None or not right:
            raise SmsRuError(301 if asked.get("login") else 200)
        return known

    def number(self, it: Text) -> int:
        return NUMBERS[it.phase]

    def receipt(self, it: Text, account: Account, url: str | None, tamper: str | None) -> Message:
        """Lines behind `data[n]`; `hash` is SHA-256 of the key and all of them."""
        status = NUMBERS[Phase.DELIVERED if tamper == "status" else it.phase]
        told = f"sms_status\n{it.id}\n{status}\n{int((it.changed_at or it.at).timestamp())}"
        made = hashlib.sha256(f"{account.secret}{told}".encode()).hexdigest()
        return Message(url=url, form={"data[0]": told, "hash": made[::-1] if tamper == "signature" else made})

    def _arrived(self, it: Text) -> None:
        code = code_in(it.text)
        self.sandbox.inbox.put(Letter(kind="sms", system=ID, to=it.phone, text=it.text, at=self.sandbox.clock.now(), code=code))

    def _told(self, it: Text) -> None:
        if it.phase not in (Phase.WAITING, Phase.SILENT):
            tell(self.sandbox, self, it)
