"""Registration by city or domain and an invitation code, the confirming letter, recovery by e-mail (docs/wire/eljur.md)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from sandbox.eljur.registry import LETTER_LIFE, Waiting
from sandbox.eljur.state import ID, State
from sandbox.eljur.wire.answers import EljurError
from sandbox.inbox import Letter
from sandbox.system import Sandbox
from sandbox.world.model import School
from sandbox.world.town import Town

LOGIN: Final = re.compile(r"[A-Za-z0-9._-]{3,30}", re.ASCII)
EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
SHORTEST_PASSWORD: Final = 8


class Registration:
    """The methods that need no token."""

    def __init__(self, sandbox: Sandbox, state: State) -> None:
        self._sandbox = sandbox
        self._state = state

    def methods(self) -> dict[str, Callable[[Mapping[str, str]], Any]]:
        return {
            "getvendors": self.vendors,
            "registeruser": self.register,
            "confirmemail": self.confirm,
            "recoverpassword": self.recover,
            "setpassword": self.set_password,
        }

    def vendors(self, args: Mapping[str, str]) -> Any:
        """The schools of a city; all without one."""
        city = args.get("city", "").strip().lower()
        found = [it for it in schools(self._sandbox.town) if city in ("", it.city.lower())]
        return {"vendors": [{"vendor": vendor_of(it), "city": it.city, "title": it.short_name} for it in found]}

    def register(self, args: Mapping[str, str]) -> Any:
        town, now, vendor = self._sandbox.town, self._sandbox.clock.now(), self._vendor(args)
        code = self._state.registry.check_code(vendor, args.get("code", ""), now)
        login, password, email = args.get("login", "").strip(), args.get("password", ""), args.get("email", "").strip()
        name = (args.get("lastname", "").strip(), args.get("firstname", "").strip(), args.get("middlename", "").strip())
        _check(login, password, email, name)
        waiting = self._state.registry.waiting.values()
        if town.person_by_login(ID, login) or any(it.login.lower() == login.lower() and it.code != code for it in waiting):
            raise EljurError(409, "Login is taken")
        account = Waiting(code=code, vendor=vendor, login=login, password=password, name=name, email=email, ends_at=now + LETTER_LIFE)
        key = self._state.registry.wait(account)
        link = f"{self._sandbox.base_url()}/{ID}/confirm?key={key}"
        self._write(email, f"ЭлЖур: подтвердите адрес почты. Перейдите по ссылке в течение трёх дней: {link}", key)
        return {"state": "wait_email", "email": masked(email)}

    def confirm(self, args: Mapping[str, str]) -> Any:
        """The account is open from now on and sees the pupil; who had one already keeps it, and the pupil joins it."""
        town, found = self._sandbox.town, self._state.registry.confirmed(args.get("key", ""), self._sandbox.clock.now())
        if town.person_by_login(ID, found.login) is not None:
            raise EljurError(409, "Login is taken")
        who = town.adult(*found.name, found.email)
        town.add_guardian(who, town.people[self._state.registry.invitations.pop(found.code)[1]])
        if "login" not in who.accounts.get(ID, {}):
            who.accounts[ID] = {
                "login": found.login,
                "password": found.password,
                "vendor": found.vendor,
                "devkey": _devkey(town, found.vendor),
                "user_id": 52_000 + who.number,
                "email": found.email,
            }
        return {"state": "active", "login": who.accounts[ID]["login"], "vendor": who.accounts[ID]["vendor"]}

    def recover(self, args: Mapping[str, str]) -> Any:
        """The same answer whether the address is known or not."""
        town, vendor, email = self._sandbox.town, self._vendor(args), args.get("email", "").strip().lower()
        if not EMAIL.fullmatch(email):
            raise EljurError(400, "Wrong email")
        for who in town.people.values():
            account = who.accounts.get(ID, {})
            if account.get("vendor") == vendor and str(account.get("email") or who.email or "").lower() == email:
                key = self._state.registry.recovery(who.id, self._sandbox.clock.now())
                link = f"{self._sandbox.base_url()}/{ID}/recover?key={key}"
                self._write(email, f"ЭлЖур: ваш логин {account['login']}. Чтобы задать новый пароль, перейдите по ссылке: {link}", key)
        return {"state": "letter_sent"}

    def set_password(self, args: Mapping[str, str]) -> Any:
        """Ends the sign-ins of this account."""
        if len(args.get("password", "")) < SHORTEST_PASSWORD:
            raise EljurError(400, "Wrong password")
        person = self._state.registry.recovered(args.get("key", ""), self._sandbox.clock.now())
        who = self._sandbox.town.people[person]
        who.accounts[ID]["password"] = args["password"]
        self._state.end_of(person)
        return {"state": "active", "login": who.accounts[ID]["login"], "vendor": who.accounts[ID]["vendor"]}

    def _vendor(self, args: Mapping[str, str]) -> str:
        """By the school's domain, or by a city with one school."""
        wanted, city = args.get("vendor", "").strip().lower(), args.get("city", "").strip().lower()
        found = [it for it in schools(self._sandbox.town) if (vendor_of(it) == wanted if wanted else it.city.lower() == city)]
        if len(found) != 1:
            raise EljurError(400, "Wrong vendor")
        return vendor_of(found[0])

    def _write(self, to: str, text: str, key: str) -> None:
        self._sandbox.inbox.put(Letter(kind="mail", system=ID, to=to, text=text, at=self._sandbox.clock.now(), code=key))


def schools(town: Town) -> list[School]:
    return [it for it in town.schools.values() if ID in it.diaries]


def vendor_of(school: School) -> str:
    """The school's domain: `shkola52` of shkola52.eljur.ru."""
    return f"shkola{school.region_code}"


def masked(email: str) -> str:
    name, _, host = email.partition("@")
    return f"{name[:1]}***@{host}"


def _check(login: str, password: str, email: str, name: tuple[str, str, str]) -> None:
    if not LOGIN.fullmatch(login):
        raise EljurError(400, "Wrong login")
    if len(password) < SHORTEST_PASSWORD:
        raise EljurError(400, "Wrong password")
    if not EMAIL.fullmatch(email):
        raise EljurError(400, "Wrong email")
    if not name[0] or not name[1]:
        raise EljurError(400, "Empty name")


def _devkey(town: Town, vendor: str) -> str:
    """A developer's key belongs to the school: the first one of its families."""
    found = (who.accounts.get(ID, {}) for who in town.people.values())
    return next((str(it["devkey"]) for it in found if it.get("vendor") == vendor and it.get("devkey")), "")
