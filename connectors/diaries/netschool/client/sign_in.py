"""The sign-in form as a program: cookies, a salt, a password hashed twice, and sometimes the choice of a role."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import httpx

from connectors.diaries.netschool.client.api import Api, is_cookie, packed
from connectors.diaries.netschool.errors import checked
from connectors.diaries.netschool.mapping import wire
from connectors.diaries.netschool.mapping.account import owner_of
from connectors.kit.answers import decode, text_of
from connectors.kit.deadline import Deadline
from connectors.kit.errors import AuthExpired, Rejected
from connectors.kit.plain_text import plain_text
from connectors.kit.ports import Access
from connectors.kit.secret import Secret

CHOOSE_ROLE = "choose-session-role"
_PARENT = ("родител", "parent")


async def sign_in(api: Api, credentials: Mapping[str, Secret], deadline: Deadline) -> Access:
    """A new session, as a parent where the account has several roles. A password is sent once for each role, never again."""
    door = _Door(api, deadline)
    school = await door.school(credentials["school"].reveal().strip())
    answer = await door.enter(school, credentials)
    role = _role(answer)
    if role is not None:
        await door.post("auth/logout")
        answer = await door.enter(school, credentials, role=role)
    if not answer.at:
        raise AuthExpired(api.system, "no token", text=plain_text(answer.error_message or answer.message)[:300])
    return Access(
        token=packed(api.system, answer.at, door.cookies),
        owner=owner_of(school, credentials["login"].reveal()),
        extra={"school": school},
        credentials=dict(credentials),
    )


def _role(answer: wire.Login) -> int | None:
    """Which of several roles to take: the parent's, else the first; None where there is nothing to choose."""
    if CHOOSE_ROLE not in (answer.entry_point or "") or answer.account_info is None:
        return None
    listed = answer.account_info.user_roles or []
    roles = [one.role or wire.Role(id=one.id or 0, name=one.name) for one in listed]
    parents = [role for role in roles if any(stem in (role.name or "").casefold() for stem in _PARENT)]
    return (parents or roles)[0].id if roles else None


class _Door:
    """One browser-like walk with its own cookies."""

    def __init__(self, api: Api, deadline: Deadline) -> None:
        self.cookies: dict[str, str] = {}
        self._api = api
        self._deadline = deadline

    async def school(self, named: str) -> str:
        """The id of the school that the family named; a number is one already."""
        if named.isascii() and named.isdigit():
            return named
        body = await self._call("GET", "schools/search", params={"name": named})
        found = decode(self._api.system, body, list[wire.ShortSchool])
        same = [one for one in found if _plain(named) in {_plain(one.short_name), _plain(one.name)}]
        if len(same) != 1:
            raise Rejected(self._api.system, "school", "Школа не нашлась. Напишите её так, как на странице входа в «Сетевой город».")
        return str(same[0].id)

    async def enter(self, school: str, credentials: Mapping[str, Secret], *, role: int | None = None) -> wire.Login:
        system = self._api.system
        await self._call("GET", "logindata")
        meta = decode(system, await self.post("auth/getdata"), wire.Meta)
        pw, pw2 = hashed(system, credentials["password"].reveal(), meta.salt)
        form = {
            "loginType": "1",
            "scid": school,
            "un": credentials["login"].reveal().strip(),
            "pw": pw,
            "pw2": pw2,
            "lt": text_of(system, meta.lt, "$.lt"),
            "ver": text_of(system, meta.ver, "$.ver"),
        }
        if role is not None:
            form["rolegroup"] = str(role)
        return decode(system, await self.post("login", form), wire.Login)

    async def post(self, path: str, form: Mapping[str, str] | None = None) -> bytes:
        return await self._call("POST", path, data=form or {})

    async def _call(self, method: str, path: str, *, params: dict[str, str] | None = None, data: Mapping[str, str] | None = None) -> bytes:
        response = await self._api.caller.call(
            method,
            f"/webapi/{path}",
            deadline_s=self._deadline.left(),
            idempotent=method == "GET",
            headers={"Accept": "application/json"},
            cookies=dict(self.cookies),
            params=params,
            data=data,
        )
        self._keep(response)
        return checked(self._api.system, response)

    def _keep(self, response: httpx.Response) -> None:
        for line in response.headers.get_list("set-cookie"):
            name, _, value = line.split(";")[0].strip().partition("=")
            if is_cookie(name, value):
                self.cookies[name] = value


def hashed(system: str, password: str, salt: str) -> tuple[str, str]:
    """The server keeps the MD5 of the password in windows-1251; what is sent is salted with what it gave for this one try."""
    try:
        inner = hashlib.md5(password.encode("windows-1251"), usedforsecurity=False).hexdigest()
    except UnicodeEncodeError as error:
        raise AuthExpired(
            system, "a password that the server cannot hold", text="В пароле есть знак, которого в нём быть не может."
        ) from error
    whole = hashlib.md5(f"{salt}{inner}".encode(), usedforsecurity=False).hexdigest()
    return whole[: len(password)], whole


def _plain(name: str | None) -> str:
    return " ".join((name or "").casefold().replace("ё", "е").replace("«", '"').replace("»", '"').split())
