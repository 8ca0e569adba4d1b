"""Moscow's way to a token: the password with its stamp at login.mos.ru, the code from the SMS, and two exchanges."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import httpx
import msgspec

from connectors.diaries.mes.client.api import Api
from connectors.diaries.mes.client.mos_tokens import exchanged, redirect_uri
from connectors.diaries.mes.errors import checked
from connectors.diaries.mes.hashcash import stamp
from connectors.diaries.mes.mapping import wire_login as wire
from connectors.kit.answers import any_json, decode
from connectors.kit.deadline import Deadline
from connectors.kit.errors import AuthExpired, ConnectorError, Drifted, RateLimited, Rejected
from connectors.kit.ports import Access, CodeAsked
from connectors.kit.secret import Secret

SCOPE = "birthday contacts openid profile snils blitz_change_password blitz_user_rights blitz_qr_auth"
WRONG = "mos.ru не принял логин и пароль."
LOCKED = "mos.ru на время закрыл вход по паролю: попробуйте позже или восстановите пароль на mos.ru."
ELSEWHERE = "mos.ru просит сначала закончить вход на своём сайте: войдите на mos.ru в браузере и повторите."
NOT_CONFIGURED = "Вход по логину и паролю mos.ru у этого хаба не настроен."
MOST_TRIES = 3
_SMS = frozenset({"ask_to_send_sms", "go_to_web"})
_TRUST = re.compile(r"<title>\s*Доверять этому браузеру\?\s*</title>")
_DIGITS = re.compile(r"[0-9]")


@dataclass(slots=True, kw_only=True)
class _Client:
    """What one sign-in has got there: our registration, the verifier of the code, the session's cookies, the tries left."""

    client_id: str
    client_secret: str = field(repr=False)
    verifier: str = field(repr=False)
    cookies: dict[str, str] = field(default_factory=dict, repr=False)
    tries: int = MOST_TRIES

    def keep(self) -> dict[str, str]:
        return {
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "verifier": self.verifier,
            "cookies": msgspec.json.encode(self.cookies).decode(),
            "tries": str(self.tries),
        }

    async def exchange(self, api: Api, code: str, deadline: Deadline) -> Access:
        return await exchanged(api, code, self.verifier, (self.client_id, self.client_secret), deadline)


async def ask(api: Api, credentials: Mapping[str, Secret], deadline: Deadline) -> Access | CodeAsked:
    """The password, and the code that follows it; mos.ru may also let somebody in at once."""
    missing = [name for name in ("login", "password") if not credentials.get(name)]
    if missing:
        raise Rejected(api.system, "credentials", ", ".join(missing))
    client = await _registered(api, deadline)
    header = await _header(api, client, deadline)
    proof = await asyncio.to_thread(stamp, api.system, header, ends_at=time.monotonic() + deadline.left())
    body = {"login": credentials["login"].reveal().strip(), "password": credentials["password"].reveal(), "proofOfWork": proof}
    response = await _post(api, client, "/sps/login/methods/headless/password", deadline, json=body)
    if code := _code(response):
        return await client.exchange(api, code, deadline)
    step = _step(api, response)
    if not {item.inquire for item in step.items} & _SMS:
        raise Rejected(api.system, "inquire", ELSEWHERE)
    sent = _step(api, await _post(api, client, "/sps/login/methods/headless/sms/bind", deadline))
    if sent.inquire != "enter_sms_code":
        raise Rejected(api.system, "inquire", ELSEWHERE)
    client.tries = sent.remain_attempts if sent.remain_attempts is not None else MOST_TRIES
    return CodeAsked(keep=client.keep(), sent_to=_sent_to(sent.contact), tries_left=client.tries)


async def enter(api: Api, keep: Mapping[str, str], code: Secret, deadline: Deadline) -> Access | CodeAsked:
    """The code: never sent twice, because each try counts."""
    client = _unpacked(api.system, keep)
    response = await _post(api, client, "/sps/login/methods/headless/sms/bind", deadline, data={"sms-code": code.reveal().strip()})
    if _TRUST.search(response.text):
        # Nothing of this session is kept, so there is nothing that mos.ru could recognise the next time.
        response = await _post(api, client, "/sps/login/ur/askToTrust", deadline, data={"trust": "false"})
    if found := _code(response):
        return await client.exchange(api, found, deadline)
    told = any_json(response.content)
    if isinstance(told, dict) and "invalid_otp" in _codes(told):
        left = told.get("remain_attempts")
        client.tries = left if isinstance(left, int) else client.tries - 1
        if client.tries > 0:
            return CodeAsked(keep=client.keep(), tries_left=client.tries)
        raise AuthExpired(api.system, "no_attempts")
    _step(api, response)
    raise Drifted(api.system, "$.inquire", "neither a code nor a refusal")


def is_registered(api: Api) -> bool:
    """Whether login.mos.ru knows an application of ours; the demo's knows everybody's."""
    return api.demo or bool(api.options.get("SOFTWARE_STATEMENT") and api.options.get("REGISTRATION_TOKEN"))


async def _registered(api: Api, deadline: Deadline) -> _Client:
    if not is_registered(api):
        raise Rejected(api.system, "not_configured", NOT_CONFIGURED)
    statement, token = api.options.get("SOFTWARE_STATEMENT", ""), api.options.get("REGISTRATION_TOKEN", "")
    body = {
        "software_id": api.options.get("SOFTWARE_ID") or "dnevnik.mos.ru",
        "device_type": "android_phone",
        "software_statement": statement or "demo",
    }
    response = await api.login.call(
        "POST",
        "/sps/oauth/register",
        deadline_s=deadline.left(),
        idempotent=False,
        headers={"Authorization": f"Bearer {token or 'demo'}", "Accept": "application/json"},
        json=body,
    )
    made = decode(api.system, checked(api.system, response), wire.Registered)
    return _Client(client_id=made.client_id, client_secret=made.client_secret, verifier=secrets.token_urlsafe(60))


async def _header(api: Api, client: _Client, deadline: Deadline) -> str:
    """Opens the sign-in and reads what the stamp is to be made for."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(client.verifier.encode()).digest()).decode().rstrip("=")
    response = await api.login.call(
        "GET",
        "/sps/oauth/ae",
        deadline_s=deadline.left(),
        idempotent=False,
        headers={"Accept": "application/json"},
        params={
            "response_type": "code",
            "scope": SCOPE,
            "access_type": "offline",
            "display": "script",
            "client_id": client.client_id,
            "bip_action_hint": "used_sms",
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "redirect_uri": redirect_uri(api),
        },
    )
    _take(client, response)
    for item in _step(api, response).items:
        if item.inquire == "login_with_password" and item.proof_of_work:
            return item.proof_of_work
    raise Drifted(api.system, "$.items[].proofOfWork", "no password is asked for")


async def _post(
    api: Api,
    client: _Client,
    path: str,
    deadline: Deadline,
    *,
    json: object | None = None,
    data: Mapping[str, str] | None = None,
) -> httpx.Response:
    """One step of the sign-in with its own cookies; never repeated, because passwords and codes are counted."""
    headers = {"Accept": "application/json"}
    if client.cookies:
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    if json is None and data is None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    response = await api.login.call("POST", path, deadline_s=deadline.left(), idempotent=False, headers=headers, json=json, data=data)
    _take(client, response)
    return response


def _take(client: _Client, response: httpx.Response) -> None:
    for line in response.headers.get_list("set-cookie"):
        name, _, value = line.split(";")[0].partition("=")
        if name.strip():
            client.cookies[name.strip()] = value.strip()


def _code(response: httpx.Response) -> str:
    """The authorization code of a redirect, wherever it leads: nobody follows it."""
    location = response.headers.get("location", "") if response.is_redirect else ""
    return parse_qs(urlsplit(location).query).get("code", [""])[0]


def _codes(told: Mapping[str, object]) -> set[str]:
    found = told.get("errors")
    return {str(one.get("code")) for one in found if isinstance(one, dict)} if isinstance(found, list) else set()


def _step(api: Api, response: httpx.Response) -> wire.Step:
    """What mos.ru asks for next; its own refusals first, because they come with any status."""
    told = any_json(response.content)
    if isinstance(told, dict) and (codes := _codes(told)):
        raise _refusal(api.system, sorted(codes)[0], told.get("ttl"))
    return decode(api.system, checked(api.system, response), wire.Step)


def _refusal(system: str, code: str, ttl: object = None) -> ConnectorError:
    if code in ("invalid_credentials", "no_subject_found"):
        return Rejected(system, "credentials", WRONG)
    if code == "pswd_method_temp_locked":
        return RateLimited(system, code, after_s=float(ttl) if isinstance(ttl, int) else None, text=LOCKED)
    if code in ("no_attempts", "expired", "flow_expired"):
        return AuthExpired(system, code)
    return Rejected(system, code[:64])


def _unpacked(system: str, keep: Mapping[str, str]) -> _Client:
    try:
        cookies = msgspec.json.decode(keep["cookies"], type=dict[str, str])
        return _Client(
            client_id=keep["client_id"],
            client_secret=keep["client_secret"],
            verifier=keep["verifier"],
            cookies=cookies,
            tries=int(keep["tries"]),
        )
    except (KeyError, ValueError, msgspec.DecodeError) as error:
        raise AuthExpired(system, "the step is not ours") from error


def _sent_to(contact: str) -> str:
    """«в СМС на номер …12», as much as the platform shows of it."""
    digits = _DIGITS.findall(contact)
    return f"в СМС на номер …{''.join(digits[-2:])}" if len(digits) >= 2 else "в СМС"
