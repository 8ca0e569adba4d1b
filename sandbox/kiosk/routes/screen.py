"""The kiosk's screen: card or number, the word on data, the offer, a parent's phone, PIN; then the cabinet."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from quart import Response, request

from sandbox.asked import Refused
from sandbox.kiosk.routes import pieces
from sandbox.kiosk.routes.cabinet import Cabinet
from sandbox.kiosk.routes.caller import Caller
from sandbox.kiosk.routes.pieces import button, field, line, note, screen, text
from sandbox.kiosk.state.devices import Device
from sandbox.kiosk.state.visits import Visit
from sandbox.kiosk.wire.calls import Told
from sandbox.paying.page import roubles

Given = Mapping[str, str]
PHONE = 'type="tel" autocomplete="off" inputmode="tel"'
DIGITS = 'inputmode="numeric" autocomplete="off"'
PIN = f'{DIGITS} maxlength="8"'
ROLES = {"school": "Школа", "supplier": "Поставщик питания", "agent": "Платёжный агент", "holder": "Держатель счёта"}


class Screen:
    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._cabinet = Cabinet(caller)
        self._steps: Mapping[str, Callable[[Device, Visit, Given], Awaitable[Response]]] = {
            "offer": self._offer,
            "phone": self._phone,
            "accept": self._accept,
            "confirm": self._confirm,
            "new_pin": self._new_pin,
            "pin": self._pin,
            "sign_in": self._sign_in,
            **self._cabinet.steps,
        }

    async def serve(self) -> Response:
        given = {name: value.strip() for name, value in (await request.form).items()} if request.method == "POST" else {}
        step = given.get("step", "")
        try:
            if step == "connect":
                self._caller.devices.put([{"device": given.get("device"), "secret": given.get("secret"), "hub": given.get("hub")}])
                return self._home()
            if not self._caller.devices.all or request.args.get("connect"):
                return _connect()
            if step == "find":
                return await self._find(given)
            visit = self._caller.visits.get(given.get("visit", ""))
            if step == "home" and visit is not None:
                return self._home("", visit.device)
            if step not in self._steps or visit is None:
                return self._home("Время вышло, начните сначала" if step and step != "home" else "", given.get("device", ""))
            return await self._steps[step](self._caller.devices.one(visit.device), visit, given)
        except Refused as error:
            return _connect(str(error)) if step == "connect" else self._home(str(error))

    def _home(self, wrong: str = "", device: str = "") -> Response:
        every = list(self._caller.devices.all.values())
        if not every:
            return _connect(wrong)
        chosen = next((it for it in every if it.id == device), every[0])
        card = button(None, "find", "Приложить карту", field("number", "Номер карты или браслета", 'autocomplete="off"'), device=chosen.id)
        number = button(None, "find", "Дальше", field("contract", "Номер договора", DIGITS), device=chosen.id)
        other = button(None, "home", "Перейти к нему", pieces.devices(chosen, every)) if len(every) > 1 else ""
        body = line("Приложите карту ученика или наберите номер договора") + card + number + other
        return screen(chosen.title, body + pieces.OTHER, wrong)

    async def _find(self, given: Given) -> Response:
        device = self._caller.devices.one(given.get("device"))
        who: dict[str, Any] = (
            {"contract": given["contract"]}
            if given.get("contract")
            else {"credential": {"kind": "card", "number": given.get("number", "")}}
        )
        found = await self._caller.call(device, "find", who)
        if not found.ok:
            return self._home(found.why, device.id)
        visit = self._caller.visits.begin(device.id)
        visit.contract, visit.who, visit.state = str(found.body["contract"]), str(found.body["who"]), str(found.body["state"])
        if found.body["next"] == "accept":
            return await self._consent(device, visit)
        if found.body["next"] == "sign_in":
            return _ask_pin(visit)
        return screen(visit.who, line("С этим договором киоск не поможет. Обратитесь в школу.") + button(visit, "home", "На главную"))

    async def _consent(self, device: Device, visit: Visit) -> Response:
        """A screen of its own, nothing ticked beforehand."""
        told = await self._caller.call(device, "consent", {"contract": visit.contract})
        if not told.ok:
            return self._home(told.why, device.id)
        visit.consent_version = str(told.body["version"])
        names = ", ".join([str(told.body.get("operator") or ""), *map(str, told.body.get("processors") or [])])
        body = line(f"Договор {visit.contract}, {visit.who}") + text(str(told.body["text"])) + note(f"Данные обрабатывают: {names}")
        body += text(str(told.body.get("without") or "")) + button(visit, "offer", "Согласен на обработку данных")
        return screen(str(told.body["title"]), body + button(visit, "home", "Не согласен"))

    async def _offer(self, device: Device, visit: Visit, given: Given) -> Response:
        _ = given
        told = await self._caller.call(device, "offer", {"contract": visit.contract})
        if not told.ok:
            return self._home(told.why, device.id)
        visit.offer_version = str(told.body["version"])
        parties = "".join(line(f"{ROLES.get(it['role'], it['role'])}: {it['name']}, ИНН {it['inn']}") for it in told.body["parties"])
        least = int(told.body.get("first_payment_min_kop") or 0)
        first = line(f"Первый платёж — не меньше {roubles(least)}") if least else ""
        body = text(str(told.body["text"])) + parties + first + note(f"Редакция {visit.offer_version}")
        return screen(str(told.body["title"]), body + button(visit, "phone", "Согласен") + button(visit, "home", "Отказаться"))

    async def _phone(self, device: Device, visit: Visit, given: Given) -> Response:
        _ = device, given
        return _ask_phone(visit)

    async def _accept(self, device: Device, visit: Visit, given: Given) -> Response:
        told = await self._caller.call(
            device,
            "accept",
            {
                "contract": visit.contract,
                "consent_version": visit.consent_version,
                "offer_version": visit.offer_version,
                "agreed": True,
                "phone": given.get("phone", ""),
            },
        )
        if told.code == "bad_phone":
            return _ask_phone(visit, told.why)
        if told.code in ("offer_changed", "consent_changed"):
            return await self._consent(device, visit)
        if not told.ok:
            return self._home(told.why, device.id)
        visit.acceptance = str(told.body["acceptance"])
        return _confirm(visit, str(told.body["told"]))

    async def _confirm(self, device: Device, visit: Visit, given: Given) -> Response:
        told = await self._caller.call(device, "confirm", {"acceptance": visit.acceptance, "pin": given.get("pin", "")})
        if told.code == "wrong_pin":
            return _confirm(visit, "", told.why)
        if not told.ok:
            return self._home(told.why, device.id)
        visit.session, visit.state = str(told.body["session"]), str(told.body["state"])
        waits = "pupil" in (told.body.get("waits") or [])
        done = "Ученику от 14 лет осталось принять договор в своём кабинете" if waits else "Договор принят. PIN останется прежним"
        return await self._cabinet.shown(device, visit, done)

    async def _new_pin(self, device: Device, visit: Visit, given: Given) -> Response:
        _ = device, given
        return screen("Новый PIN", button(visit, "pin", "Прислать PIN", field("phone", "Телефон родителя", PHONE)))

    async def _pin(self, device: Device, visit: Visit, given: Given) -> Response:
        told = await self._caller.call(device, "pin", {"contract": visit.contract, "phone": given.get("phone", "")})
        return _ask_pin(visit, "" if told.ok else told.why, str(told.body["told"]) if told.ok else "")

    async def _sign_in(self, device: Device, visit: Visit, given: Given) -> Response:
        told: Told = await self._caller.call(device, "sign_in", {"contract": visit.contract, "pin": given.get("pin", "")})
        if not told.ok:
            return _ask_pin(visit, told.why)
        visit.session, visit.state = str(told.body["session"]), str(told.body["state"])
        return await self._cabinet.shown(device, visit)


def _connect(wrong: str = "") -> Response:
    inputs = field("device", "Устройство (id)", 'autocomplete="off"') + field("secret", "Секрет (whsec_…)", 'autocomplete="off"')
    inputs += field("hub", "Адрес хаба", 'type="url"', "http://localhost:8000")
    body = line("Киоск ещё не знает своей школы. Заведите его в школе или командой hub device add --kind kiosk.")
    return screen("Подключить киоск", body + button(None, "connect", "Подключить", inputs), wrong)


def _ask_phone(visit: Visit, wrong: str = "") -> Response:
    body = line("Только телефон родителя: на него придёт PIN") + button(
        visit, "accept", "Получить PIN", field("phone", "Телефон родителя", PHONE)
    )
    return screen("Телефон", body + button(visit, "home", "Отмена"), wrong)


def _confirm(visit: Visit, told: str, wrong: str = "") -> Response:
    body = (line(told) if told else "") + pieces.INBOX + button(visit, "confirm", "Подтвердить", field("pin", "PIN из СМС", PIN))
    return screen("Подтвердите договор", body + button(visit, "phone", "Другой телефон") + button(visit, "home", "Отмена"), wrong)


def _ask_pin(visit: Visit, wrong: str = "", told: str = "") -> Response:
    body = line(f"Договор {visit.contract}, {visit.who}") + (line(told) + pieces.INBOX if told else "")
    body += button(visit, "sign_in", "Войти", field("pin", "PIN", PIN + ' type="password"'))
    return screen("Введите PIN", body + button(visit, "new_pin", "Забыли PIN") + button(visit, "home", "Отмена"), wrong)
