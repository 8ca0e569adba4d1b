"""The terminal's cabinet after a PIN: balances, cash with a printed receipt, the last rows, a duplicate of the card."""

from __future__ import annotations

import html
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from quart import Response

from sandbox.kiosk.routes import cash, pieces
from sandbox.kiosk.routes.caller import Caller
from sandbox.kiosk.routes.pieces import button, field, line, note, screen, signed
from sandbox.kiosk.state.devices import Device
from sandbox.kiosk.state.visits import Visit
from sandbox.kiosk.wire.calls import Told
from sandbox.paying.page import roubles

Given = Mapping[str, str]
SUM: Final = re.compile(r"\d{1,6}(?:[.,]\d{1,2})?", re.ASCII)
OVER: Final = frozenset({"session_over", "unsigned"})


class Cabinet:
    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self.steps: Mapping[str, Callable[[Device, Visit, Given], Awaitable[Response]]] = {
            "cabinet": self._again,
            "sum": self._sum,
            "check": self._check,
            "pay": self._pay,
            "statement": self._statement,
            "services": self._services,
            "order": self._order,
            "out": self._out,
        }

    async def shown(self, device: Device, visit: Visit, told: str = "", wrong: str = "") -> Response:
        found = await self._caller.call(device, "balance", {"session": visit.session})
        if not found.ok:
            return self._lost(visit, found)
        visit.accounts = list(found.body["accounts"])
        visit.first_payment_min_kop = int(found.body.get("first_payment_min_kop") or 0)
        body = (line(told) if told else "") + line(f"Договор {visit.contract}, {found.body['who']}") + pieces.accounts(visit.accounts)
        if visit.first_payment_min_kop:
            body += line(f"Внесите первый платёж: не меньше {roubles(visit.first_payment_min_kop)}, без комиссии")
        for account in visit.accounts:
            if account.get("terminal"):
                body += button(visit, "sum", f"Внести: {account['title']}", purpose=str(account["purpose"]))
        for account in visit.accounts:
            body += button(visit, "statement", f"Выписка: {account['title']}", purpose=str(account["purpose"]))
        return screen("Кабинет", body + button(visit, "services", "Прочие услуги") + button(visit, "out", "Выйти"), wrong)

    async def _again(self, device: Device, visit: Visit, given: Given) -> Response:
        _ = given
        return await self.shown(device, visit)

    async def _sum(self, device: Device, visit: Visit, given: Given) -> Response:
        account = visit.account(given.get("purpose", ""))
        if account is None or not account.get("terminal"):
            return await self.shown(device, visit, wrong="Сюда наличные не вносят")
        return _ask_sum(visit, account)

    async def _check(self, device: Device, visit: Visit, given: Given) -> Response:
        """The terminal asks the hub before it opens for banknotes."""
        account = visit.account(given.get("purpose", ""))
        if account is None or not account.get("terminal"):
            return await self.shown(device, visit, wrong="Сюда наличные не вносят")
        if not SUM.fullmatch(given.get("sum", "")):
            return _ask_sum(visit, account, "Сумма — рубли и копейки, например 100 или 100,50")
        amount = f"{Decimal(given['sum'].replace(',', '.')):.2f}"
        payment = cash.payment(self._caller, account, amount)
        told = await cash.send(self._caller, device, payment, "check")
        if told["result"] != "0":
            return _ask_sum(visit, account, _why(told))
        visit.txn_id = payment.txn_id
        rows = [f"{account['title']}: {amount} руб.", *(f"{name}: {value}" for name, value in told.get("fields", {}).items())]
        body = "".join(map(line, rows)) + button(visit, "pay", "Зачислить платёж", purpose=str(account["purpose"]), sum=amount)
        return screen("Вставьте купюры", body + button(visit, "cabinet", "Отмена"))

    async def _pay(self, device: Device, visit: Visit, given: Given) -> Response:
        """The same number however often the button is pressed: one payment."""
        account = visit.account(given.get("purpose", ""))
        if account is None or not account.get("terminal") or not visit.txn_id or not SUM.fullmatch(given.get("sum", "")):
            return await self.shown(device, visit, wrong="Начните платёж сначала")
        payment = cash.payment(self._caller, account, given["sum"], visit.txn_id)
        told = await cash.send(self._caller, device, payment, "pay")
        if told["result"] is None:
            body = line("Деньги приняты, школа пока не ответила") + button(
                visit, "pay", "Повторить", purpose=str(account["purpose"]), sum=payment.sum
            )
            return screen("Платёж ждёт", body)
        if told["result"] != "0":
            return _ask_sum(visit, account, _why(told))
        rows = {
            "Договор": payment.account,
            "Счёт": str(account["title"]),
            "Сумма": f"{payment.sum} руб., без комиссии",
            "Номер платежа": payment.txn_id,
            "Номер у школы": str(told.get("prv_txn") or ""),
            "Место": device.title,
        }
        printed = "".join(f"{name}: {html.escape(value)}\n" for name, value in rows.items() if value)
        body = f'<pre style="white-space:pre-wrap">{printed}</pre>\n' + button(visit, "cabinet", "В кабинет")
        return screen("Возьмите чек", body)

    async def _statement(self, device: Device, visit: Visit, given: Given) -> Response:
        told = await self._caller.call(device, "statement", {"session": visit.session, "purpose": given.get("purpose", "")})
        if not told.ok:
            return self._lost(visit, told)
        rows = "".join(
            line(f"{str(it['at'])[:10]} {it['text']}: {signed(int(it['amount_kop']))}, осталось {signed(int(it['closing_kop']))}")
            for it in told.body["items"]
        )
        return screen("Последние операции", (rows or line("Операций ещё не было")) + button(visit, "cabinet", "В кабинет"))

    async def _services(self, device: Device, visit: Visit, given: Given) -> Response:
        _ = given
        told = await self._caller.call(device, "services", {"session": visit.session})
        if not told.ok:
            return self._lost(visit, told)
        visit.order = f"k-{secrets.token_hex(8)}"
        return screen("Прочие услуги", "".join(_service(visit, it) for it in told.body["items"]) + button(visit, "cabinet", "В кабинет"))

    async def _order(self, device: Device, visit: Visit, given: Given) -> Response:
        """Pressed twice it is one order."""
        price = given.get("price_kop", "")
        told = await self._caller.call(
            device,
            "order",
            {
                "session": visit.session,
                "service": given.get("service", ""),
                "order": visit.order,
                "price_kop": int(price) if price.isdecimal() else 0,
            },
        )
        if told.code in OVER:
            return self._lost(visit, told)
        if not told.ok:
            return await self.shown(device, visit, wrong=told.why)
        body = line(str(told.body["told"])) + line(f"Списано {roubles(int(told.body['price_kop']))}")
        return screen("Заказано", body + note(f"Заказ {told.body['order']}") + button(visit, "cabinet", "В кабинет"))

    async def _out(self, device: Device, visit: Visit, given: Given) -> Response:
        _ = given
        await self._caller.call(device, "sign_out", {"session": visit.session})
        self._caller.visits.end(visit)
        return screen("До свидания", button(None, "home", "На главную"))

    def _lost(self, visit: Visit, told: Told) -> Response:
        if told.code in OVER:
            self._caller.visits.end(visit)
            return screen("Сеанс окончен", button(None, "home", "На главную"), told.why)
        return screen("Не получилось", button(visit, "cabinet", "В кабинет") + button(visit, "out", "Выйти"), told.why)


def _ask_sum(visit: Visit, account: dict[str, Any], wrong: str = "") -> Response:
    least = max(int(account.get("top_up_min_kop") or 0), visit.first_payment_min_kop)
    inputs = field("sum", "Сумма, руб.", 'inputmode="decimal" autocomplete="off"')
    body = (line(f"Не меньше {roubles(least)}") if least else "") + button(
        visit, "check", "Дальше", inputs, purpose=str(account["purpose"])
    )
    return screen(f"Внести: {account['title']}", body + button(visit, "cabinet", "Отмена"), wrong)


def _why(told: Mapping[str, Any]) -> str:
    if told["result"] is None:
        return "Школа не отвечает. Деньги не приняты, попробуйте позже"
    return f"Платёж не принят: {told.get('comment') or 'без объяснения'} (код {told['result']})"


def _service(visit: Visit, it: Mapping[str, Any]) -> str:
    price, missing = int(it["price_kop"]), int(it.get("missing_kop") or 0)
    words = line(f"{it['title']}: {roubles(price)}")
    if missing:
        top_up = button(visit, "sum", "Внести деньги", purpose=str(it["purpose"]))
        return words + line(f"Не хватает {roubles(missing)}") + top_up
    return words + button(visit, "order", f"Заказать за {roubles(price)}", service=str(it["service"]), price_kop=str(price))
