"""Sending, prices and statuses: what the gateway does with each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from quart import Response

from sandbox.smsru.routes.gateway import MOSCOW, PRICE_KOP, SmsRuGateway
from sandbox.smsru.wire.answers import Body, answered, error, money
from sandbox.smsru.wire.asked import MOST_PHONES, Asked
from sandbox.smsru.wire.codes import NOT_FOUND, NUMBERS, OK, TEXTS, SmsRuError
from sandbox.texting.accounts import Account
from sandbox.texting.gate import VALID, Text
from sandbox.texting.texts import parts, phone, russian

MOST_PARTS: Final = 8
MOST_TTL: Final = 1440
LATER: Final = timedelta(days=60)


def send(gateway: SmsRuGateway, account: Account, asked: Asked) -> Response:
    """Each number has an answer of its own; the request as a whole is refused only for what concerns all of them."""
    wanted = asked.wanted()
    sender = asked.get("from") or (account.senders[0] if account.senders else "")
    starts, ttl, test = _starts_at(asked, gateway.sandbox.clock.now()), _ttl(asked), asked.flag("test")
    told: dict[str, Body] = {}
    lines = []
    for number, text in wanted:
        code = 221 if not sender else 204 if sender not in account.senders else _refusal(gateway, account, number, text, test=test)
        told[number] = error(code) if code else _sent(gateway, account, asked, number, text, starts, ttl, sender)
        lines.append(str(code or told[number]["sms_id"]))
    body: Body = {"sms": told, "balance": money(account.balance_kop)}
    return answered(body, [*lines, f"balance={body['balance']:.2f}"], as_json=asked.as_json)


def _sent(
    gateway: SmsRuGateway, account: Account, asked: Asked, number: str, text: str, starts: datetime, ttl: timedelta, sender: str
) -> Body:
    now, digits, test = gateway.sandbox.clock.now(), phone(number) or number, asked.flag("test")
    made = Text(
        id=gateway.next_id(),
        phone=digits,
        text=text,
        account=account.name,
        at=now,
        starts_at=starts,
        valid_until=starts + ttl,
        parts=parts(text),
        cost_kop=0 if test else parts(text) * PRICE_KOP,
        sender=sender,
        test=test,
    )
    account.balance_kop -= made.cost_kop
    if not test:
        account.used = account.used_on(_day(gateway)) + 1
        gateway.limits.count(digits, text)
    gateway.gate.add(made)
    return {"status": "OK", "status_code": OK, "sms_id": made.id}


def _refusal(gateway: SmsRuGateway, account: Account, number: str, text: str, *, test: bool) -> int | None:
    digits = phone(number)
    if digits is None:
        return 202
    if not text:
        return 203
    if parts(text) > MOST_PARTS:
        return 205
    if not russian(digits):
        return 214
    if digits in account.stopped:
        return 209
    if test:
        return None
    if account.used_on(_day(gateway)) >= account.limit:
        return 206
    if parts(text) * PRICE_KOP > account.balance_kop:
        return 201
    return gateway.limits.refusal(digits, text)


def _day(gateway: SmsRuGateway) -> str:
    return gateway.sandbox.clock.now().astimezone(MOSCOW).date().isoformat()


def _starts_at(asked: Asked, now: datetime) -> datetime:
    """Unix seconds, at most two months ahead; in the past is at once."""
    text = asked.get("time")
    if text in ("", "0"):
        return now
    if not text.isdecimal() or not text.isascii() or len(text) > 10:
        raise SmsRuError(208)
    found = datetime.fromtimestamp(int(text), UTC)
    if found > now + LATER:
        raise SmsRuError(208)
    return max(found, now)


def _ttl(asked: Asked) -> timedelta:
    text = asked.get("ttl")
    if not text.isdecimal() or not 1 <= int(text) <= MOST_TTL:
        return VALID
    return timedelta(minutes=int(text))


def status(gateway: SmsRuGateway, account: Account, asked: Asked) -> Response:
    """An unknown message is an error of its own, not of the request."""
    ids = [it.strip() for it in (asked.get("sms_id") or asked.get("id")).split(",") if it.strip()]
    if not ids or len(ids) > MOST_PHONES:
        raise SmsRuError(202 if not ids else 213)
    own = {it.id: it for it in gateway.gate.of(account.name)}
    told: dict[str, Body] = {}
    for id_ in ids:
        it = own.get(id_)
        if it is None:
            told[id_] = error(NOT_FOUND)
        else:
            code = NUMBERS[it.phase]
            told[id_] = {"status": "OK", "status_code": code, "cost": f"{it.cost_kop / 100:.2f}", "status_text": TEXTS[code]}
    return answered({"sms": told}, [str(it["status_code"]) for it in told.values()], as_json=asked.as_json)


def cost(gateway: SmsRuGateway, account: Account, asked: Asked) -> Response:
    """No text is the price of one message."""
    _ = gateway
    told: dict[str, Body] = {}
    total = count = 0
    for number, text in asked.wanted(text_needed=False):
        digits = phone(number)
        code = 202 if digits is None else 214 if not russian(digits) else 221 if not account.senders else None
        if code:
            told[number] = error(code)
            continue
        size = parts(text)
        total, count = total + size * PRICE_KOP, count + size
        told[number] = {"status": "OK", "status_code": OK, "cost": f"{size * PRICE_KOP / 100:.2f}", "sms": size}
    return answered(
        {"sms": told, "total_cost": money(total), "total_sms": count}, [f"{money(total):.2f}", str(count)], as_json=asked.as_json
    )
