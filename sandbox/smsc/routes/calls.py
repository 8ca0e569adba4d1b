"""send, status and balance: what the gateway does with each."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from quart import Response

from sandbox.smsc.routes.gateway import MOSCOW, PRICE_KOP, SmscGateway
from sandbox.smsc.state.repeats import BALANCES, PRICES, SENDS
from sandbox.smsc.wire import answers, errors
from sandbox.smsc.wire.answers import Row, roubles
from sandbox.smsc.wire.asked import MOST_PHONES, Asked
from sandbox.smsc.wire.errors import SmscError
from sandbox.smsc.wire.statuses import ERRORS, NAMES, NOT_FOUND, NUMBERS
from sandbox.texting.accounts import Account
from sandbox.texting.gate import VALID, Text
from sandbox.texting.texts import parts, phone, russian

LONGEST: Final = 1000
MOST_ID: Final = 2_147_483_647
OTHER_KINDS: Final = ("hlr", "ping", "mail", "mms", "call", "viber", "soc", "tg", "bin")
VALID_FORM: Final = re.compile(r"(\d{1,2})(?::(\d\d))?", re.ASCII)
LATER: Final = timedelta(days=60)
SENDER: Final = re.compile(r"[A-Za-z0-9 ._&-]{1,11}|\+?\d{5,15}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One number with its text; `wrong` is why nothing goes to it."""

    phone: str
    text: str
    parts: int
    wrong: int = 0

    @property
    def cost_kop(self) -> int:
        return 0 if self.wrong else self.parts * PRICE_KOP


def send(gateway: SmscGateway, account: Account, asked: Asked, fmt: int) -> Response:
    """Everything is looked at before anything is sent; of several numbers the good ones go out."""
    cost = asked.number("cost", 3)
    given = str(asked.number("id", MOST_ID) or "")
    if any(asked.flag(kind) for kind in OTHER_KINDS):
        raise SmscError(errors.PARAMETERS, "only SMS here", given)
    wanted = _wanted(asked, given)
    key = hashlib.sha256(repr((account.name, cost == 1, [(it.phone, it.text) for it in wanted], asked.get("sender"))).encode()).hexdigest()
    if gateway.repeats.many(key, PRICES if cost == 1 else SENDS):
        raise SmscError(errors.OFTEN, message_id=given)
    good = [it for it in wanted if not it.wrong]
    total = sum(it.cost_kop for it in good)
    row: Row = {"id": 0, "cnt": sum(it.parts for it in good)}
    if cost:
        row["cost"] = roubles(total)
    if cost == 1:
        del row["id"]
        return answers.sent(row, fmt, _phones(asked, wanted))
    if not good:
        raise SmscError(wanted[0].wrong, message_id=given)
    if total > account.balance_kop:
        raise SmscError(errors.MONEY, message_id=given)
    starts = _starts_at(asked, gateway.sandbox.clock.now(), given)
    valid = _valid(asked, given)
    account.balance_kop -= total
    row["id"] = int(given or gateway.next_id())
    for it in good:
        gateway.gate.add(_text(gateway, account, it, str(row["id"]), starts, valid, asked.get("sender") or account.senders[0]))
    if cost == 3:
        row["balance"] = roubles(account.balance_kop)
    return answers.sent(row, fmt, _phones(asked, wanted))


def _text(gateway: SmscGateway, account: Account, it: Wanted, id_: str, starts: datetime, valid: timedelta, sender: str) -> Text:
    return Text(
        id=id_,
        phone=it.phone,
        text=it.text,
        account=account.name,
        at=gateway.sandbox.clock.now(),
        starts_at=starts,
        valid_until=starts + valid,
        parts=it.parts,
        cost_kop=it.cost_kop,
        sender=sender,
    )


def _wanted(asked: Asked, given: str) -> list[Wanted]:
    """`phones` with one text, or `list` with a text of its own behind each number."""
    text, sender = asked.get("mes"), asked.get("sender")
    if asked.get("list"):
        rows = [line.partition(":") for line in asked.get("list").replace("\r", "").split("\n") if line.strip()]
        pairs = [(number, own.replace("\\n", "\n")) for number, _, own in rows]
    else:
        pairs = [(number, text) for number in re.split(r"[,;\s]+", asked.get("phones")) if number]
    if not pairs or len(pairs) > MOST_PHONES or any(not own or len(own) > LONGEST for _, own in pairs):
        raise SmscError(errors.PARAMETERS, "phones, mes", given)
    if sender and not SENDER.fullmatch(sender):
        raise SmscError(errors.FORBIDDEN, "sender", given)
    made = {}
    for number, own in pairs:
        digits = phone(number)
        wrong = errors.PHONE if digits is None else 0 if russian(digits) else errors.DELIVERY
        most = asked.number("maxsms", 255)
        if most and parts(own) > most:
            raise SmscError(errors.PARAMETERS, "maxsms", given)
        made[digits or number] = Wanted(phone=digits or number, text=own, parts=parts(own), wrong=wrong)
    return list(made.values())


def _phones(asked: Asked, wanted: list[Wanted]) -> list[Row]:
    """`op=1` tells of each number, `err=1` of those to which nothing went."""
    rows = []
    for it in wanted:
        if asked.flag("op") or (asked.flag("err") and it.wrong):
            row: Row = {"phone": it.phone, "mccmnc": "25001", "cost": roubles(it.cost_kop), "status": ""}
            rows.append(row | ({"error": str(it.wrong)} if it.wrong else {}))
    return rows


def _starts_at(asked: Asked, now: datetime, given: str) -> datetime:
    """`DDMMYYhhmm` of Moscow, `h1-h2`, `0ts`, `+minutes`; 0 or nothing is at once."""
    text = asked.get("time")
    wrong = SmscError(errors.DATE, message_id=given)
    if text in ("", "0"):
        return now
    hours = re.fullmatch(r"(\d{1,2})-(\d{1,2})", text, re.ASCII)
    if hours:
        first, last = int(hours[1]), int(hours[2])
        if first > 23 or not first < last <= 24:
            raise wrong
        local = now.astimezone(MOSCOW)
        if first <= local.hour < last:
            return now
        ahead = local.replace(hour=first, minute=0, second=0, microsecond=0)
        return (ahead if ahead > local else ahead + timedelta(days=1)).astimezone(UTC)
    try:
        if re.fullmatch(r"\+\d{1,6}", text, re.ASCII):
            found = now + timedelta(minutes=int(text[1:]))
        elif re.fullmatch(r"0\d{9,11}", text, re.ASCII) and len(text) != 10:
            found = datetime.fromtimestamp(int(text[1:]), UTC)
        elif re.fullmatch(r"\d{10}", text, re.ASCII):
            found = datetime.strptime(text, "%d%m%y%H%M").replace(tzinfo=MOSCOW).astimezone(UTC)
        else:
            raise wrong
    except ValueError:
        raise wrong from None
    if found > now + LATER:
        raise wrong
    return max(found, now)


def _valid(asked: Asked, given: str) -> timedelta:
    """Hours from 1 to 24, or `hh:mm`."""
    text = asked.get("valid")
    if text in ("", "0"):
        return VALID
    found = VALID_FORM.fullmatch(text)
    span = timedelta(hours=int(found[1]), minutes=int(found[2] or 0)) if found else timedelta()
    if not timedelta(minutes=1) <= span <= VALID:
        raise SmscError(errors.PARAMETERS, "valid", given)
    return span


def status(gateway: SmscGateway, account: Account, asked: Asked, fmt: int) -> Response:
    """One, or lists of equal length; a comma at the end makes a list of one."""
    all_ = asked.number("all", 2)
    several = "," in asked.get("id") or "," in asked.get("phone")
    ids = [it for it in asked.get("id").split(",") if it]
    numbers = [it for it in re.split(r"[,;]", asked.get("phone")) if it]
    if not ids or not numbers or (len(ids) != len(numbers) and 1 not in (len(ids), len(numbers))):
        raise SmscError(errors.PARAMETERS, "phone, id")
    size = max(len(ids), len(numbers))
    ids, numbers = ids * (size if len(ids) == 1 else 1), numbers * (size if len(numbers) == 1 else 1)
    rows = []
    for id_, number in zip(ids, numbers, strict=True):
        found = gateway.gate.all.get((id_, phone(number) or ""))
        own = found if found is not None and found.account == account.name else None
        rows.append(_row(own, id_, number, all_, several=several))
    return answers.statuses(rows, fmt, asked.charset, several=several)


def _row(it: Text | None, id_: str, number: str, all_: int, *, several: bool) -> Row:
    named: Row = {"id": int(id_) if id_.isdecimal() else id_, "phone": number} if several and not all_ else {}
    if it is None:
        empty: Row = {"status": NOT_FOUND, "last_date": None, "last_timestamp": 0}
        more: dict[str, Any] = {"send_date": None, "send_timestamp": 0, "phone": number, "id": id_} if all_ else {}
        return empty | more | named | ({"status_name": NAMES[NOT_FOUND]} if all_ else {})
    at = it.changed_at or it.at
    code = ERRORS.get(it.phase, 0)
    row: Row = {"status": NUMBERS[it.phase], "last_date": _date(at), "last_timestamp": int(at.timestamp())} | named
    if code:
        row["err"] = code
    if all_:
        row |= {
            "send_date": _date(it.at),
            "send_timestamp": int(it.at.timestamp()),
            "phone": it.phone,
            "cost": roubles(it.cost_kop),
            "sender_id": it.sender,
            "status_name": NAMES[NUMBERS[it.phase]],
            "message": it.text,
            "id": int(it.id),
            "type": 0,
        }
        row.setdefault("err", 0)
    if all_ == 2:
        row |= {"country": "Россия", "operator": "Оператор", "region": "Алтайский край"}
    return row


def _date(at: datetime) -> str:
    return at.astimezone(MOSCOW).strftime("%d.%m.%Y %H:%M:%S")


def balance(gateway: SmscGateway, account: Account, asked: Asked, fmt: int) -> Response:
    if gateway.repeats.many(f"balance {account.name}", BALANCES):
        raise SmscError(errors.OFTEN)
    money, cur = f"{account.balance_kop // 100}.{account.balance_kop % 100:02d}", asked.flag("cur")
    if fmt == 3:
        return answers.made(answers.dumped({"balance": money} | ({"currency": "RUR"} if cur else {})), fmt)
    if fmt == 2:
        currency = "\n<currency>RUR</currency>" if cur else ""
        return answers.made(f"<balance>{money}</balance>{currency}", fmt)
    joint = "," if fmt == 1 else " "
    return answers.made(f"{money}{joint}RUR" if cur else money, fmt)
