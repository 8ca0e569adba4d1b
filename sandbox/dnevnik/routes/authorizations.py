"""Tokens: a code, a refresh token or a login and password against an access token; the partner's Gosuslugi entry."""

from __future__ import annotations

import hmac
from typing import Any, Final

from sandbox.dnevnik.routes.table import Call, Table
from sandbox.dnevnik.state import ID, Client
from sandbox.dnevnik.state.grants import ACCESS_LIFE, SCOPES
from sandbox.dnevnik.state.ids import with_text
from sandbox.dnevnik.wire.errors import ApiError, parameter
from sandbox.world.model import Person

REGIONS: Final = (
    ("krasnoyarsk", "Красноярский край", 24), ("khabarovsk", "Хабаровский край", 27), ("ivanovskaya", "Ивановская область", 37),
    ("moscow-oblast", "Московская область", 50), ("orenburg", "Оренбургская область", 56), ("rostov", "Ростовская область", 61),
)  # fmt: skip
"""Regions whose families come through Gosuslugi: the slug of `/login/esia/{region}`, the name, the number."""


def add(table: Table) -> None:
    table.post("authorizations", open=True)(exchange)
    table.post("authorizations/bycredentials", open=True)(by_credentials)
    table.get("authorizations/esia/v2.0/regions", root=True, open=True)(regions)
    table.post("authorizations/esia/v2.0/users/linked", root=True, open=True)(linked)
    table.post("authorizations/esia/v2.0", root=True, open=True)(esia)


def exchange(call: Call) -> Any:
    """JSON, or a form as one public client sends it. A code is good once, a refresh token too: the answer brings the next."""
    grant_type = call.field("grant_type")
    if grant_type not in {"AuthorizationCode", "RefreshToken"}:
        raise parameter("grant_type", grant_type)
    name = "code" if grant_type == "AuthorizationCode" else "refreshToken"
    shown = call.field(name)
    if not isinstance(shown, str) or not shown:
        raise parameter(name)
    client = client_of(call)
    grants = call.state.grants
    spend = grants.spend_code if grant_type == "AuthorizationCode" else grants.spend_refresh
    grant = spend(shown, client, call.now)
    if grant is None or grant.person not in call.directory.town.people:
        raise ApiError("authorizationFailed", "Код доступа или токен обновления неверен, просрочен или уже использован")
    return tokens(call, call.directory.town.people[grant.person], client, grant.scopes)


def client_of(call: Call) -> Client:
    """The registered application, by its id and secret."""
    client_id, secret = call.field("client_id"), call.field("client_secret")
    for name, value in (("client_id", client_id), ("client_secret", secret)):
        if not isinstance(value, str) or not value:
            raise parameter(name)
    client = call.state.grants.client(str(client_id))
    if client is None or not hmac.compare_digest(client.secret.encode(), str(secret).encode()):
        raise ApiError("authorizationFailed", "Неизвестное приложение или неверный секрет")
    return client


def tokens(call: Call, who: Person, client: Client, scopes: tuple[str, ...]) -> dict[str, Any]:
    grants = call.state.grants
    return {
        "accessToken": grants.issue_access(who.id, client.id, scopes, call.now),
        **with_text(expiresIn=int(ACCESS_LIFE.total_seconds())),
        "refreshToken": grants.issue_refresh(who.id, client.id, scopes, call.now),
        "scope": ",".join(scopes),
        **with_text(user=call.directory.user_id(who)),
    }


def by_credentials(call: Call) -> Any:
    """The older way of public clients: login and password by JSON, for a registered application."""
    client = client_of(call)
    login, password = call.field("username"), call.field("password")
    who = call.directory.town.person_by_login(ID, str(login or ""))
    if who is None or not password_fits(who, str(password or "")):
        raise ApiError("authorizationFailed", "Неверный логин или пароль")
    asked = [part.strip() for part in str(call.field("scope") or "").split(",")]
    return tokens(call, who, client, tuple(scope for scope in SCOPES if scope in asked) or ("CommonInfo",))


def password_fits(who: Person, password: str) -> bool:
    own = who.accounts.get(ID, {}).get("password")
    return isinstance(own, str) and hmac.compare_digest(own.encode(), password.encode())


def regions(_call: Call) -> Any:
    return [{**with_text(id=number), "name": name, "slug": slug} for slug, name, number in REGIONS]


def _task_owner(call: Call) -> Person | None:
    """Whose Gosuslugi sign-in this is; a task comes from `/login/esia/{region}`."""
    task, region = call.field("TaskId"), call.field("RegionId")
    if not task:
        raise parameter("TaskId")
    if str(region) not in {str(number) for _, _, number in REGIONS}:
        raise parameter("RegionId", region)
    found = call.state.grants.task(str(task))
    return None if found is None else call.directory.town.people.get(found)


def linked(call: Call) -> Any:
    """The platform's users that this Gosuslugi account is linked with."""
    who = _task_owner(call)
    if who is None or ID not in who.accounts:
        return []
    return [
        {
            **with_text(id=call.directory.user_id(who), personId=call.directory.person_id(who)),
            "shortName": f"{who.first_name} {who.last_name}",
        }
    ]


def esia(call: Call) -> Any:
    """`status.code` is Success, EsiaUserNotLinked or UnexpectedError; success brings tokens for the application."""
    who = _task_owner(call)
    if who is None:
        return {"status": {"code": "UnexpectedError", "description": "Вход через Госуслуги не начат или устарел"}}
    if ID not in who.accounts:
        return {"status": {"code": "EsiaUserNotLinked", "description": "Учётная запись Госуслуг не связана с Дневник.ру"}}
    return {"status": {"code": "Success"}, "credentials": tokens(call, who, client_of(call), SCOPES)}
