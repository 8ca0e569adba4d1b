"""The account's own calls: balance, limits, senders, numbers that it stopped, addresses of its handlers."""

from __future__ import annotations

from quart import Response

from sandbox.smsru.routes.gateway import MOSCOW, SmsRuGateway
from sandbox.smsru.wire.answers import Body, answered, money
from sandbox.smsru.wire.asked import Asked
from sandbox.smsru.wire.codes import SmsRuError
from sandbox.texting.accounts import Account
from sandbox.texting.texts import phone

FREE_A_DAY = 5
MOST_HANDLERS = 10


def check(gateway: SmsRuGateway, account: Account, asked: Asked) -> Response:
    _ = gateway, account
    return answered({}, [], as_json=asked.as_json)


def balance(gateway: SmsRuGateway, account: Account, asked: Asked) -> Response:
    _ = gateway
    return answered({"balance": money(account.balance_kop)}, [f"{money(account.balance_kop):.2f}"], as_json=asked.as_json)


def limit(gateway: SmsRuGateway, account: Account, asked: Asked) -> Response:
    """The limit is text and what was used a number: so does the service."""
    used = account.used_on(_day(gateway))
    body: Body = {"total_limit": str(account.limit), "used_today": used}
    return answered(body, [str(account.limit), str(used)], as_json=asked.as_json)


def free(gateway: SmsRuGateway, account: Account, asked: Asked) -> Response:
    """Nothing used is null."""
    used = min(FREE_A_DAY, account.used_on(_day(gateway)))
    return answered({"total_free": FREE_A_DAY, "used_today": used or None}, [str(FREE_A_DAY), str(used)], as_json=asked.as_json)


def senders(gateway: SmsRuGateway, account: Account, asked: Asked) -> Response:
    """No senders: no such field."""
    _ = gateway
    return answered({"senders": account.senders} if account.senders else {}, account.senders, as_json=asked.as_json)


def stop(gateway: SmsRuGateway, account: Account, asked: Asked) -> Response:
    _ = gateway
    account.stopped[_phone(asked)] = asked.get("stoplist_text")[:200]
    return answered({}, [], as_json=asked.as_json)


def unstop(gateway: SmsRuGateway, account: Account, asked: Asked) -> Response:
    _ = gateway
    account.stopped.pop(_phone(asked), None)
    return answered({}, [], as_json=asked.as_json)


def stopped(gateway: SmsRuGateway, account: Account, asked: Asked) -> Response:
    _ = gateway
    lines = [f"{number};{text}" for number, text in account.stopped.items()]
    return answered({"stoplist": account.stopped} if account.stopped else {}, lines, as_json=asked.as_json)


def add_handler(gateway: SmsRuGateway, account: Account, asked: Asked) -> Response:
    url = asked.get("url")
    if not url.startswith(("http://", "https://")) or len(account.callbacks) >= MOST_HANDLERS:
        raise SmsRuError(901)
    if url not in account.callbacks:
        account.callbacks.append(url)
    return handlers(gateway, account, asked)


def drop_handler(gateway: SmsRuGateway, account: Account, asked: Asked) -> Response:
    if asked.get("url") not in account.callbacks:
        raise SmsRuError(902)
    account.callbacks.remove(asked.get("url"))
    return handlers(gateway, account, asked)


def handlers(gateway: SmsRuGateway, account: Account, asked: Asked) -> Response:
    _ = gateway
    return answered({"callback": account.callbacks} if account.callbacks else {}, account.callbacks, as_json=asked.as_json)


def _phone(asked: Asked) -> str:
    found = phone(asked.get("stoplist_phone"))
    if found is None:
        raise SmsRuError(202)
    return found


def _day(gateway: SmsRuGateway) -> str:
    return gateway.sandbox.clock.now().astimezone(MOSCOW).date().isoformat()
