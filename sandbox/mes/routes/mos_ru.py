"""login.mos.ru as the app drives it: registration, the paid password, the code from an SMS, the trusted browser, the tokens."""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import Any, Final

from quart import Response, g, request

from sandbox.gosuslugi_page import own_base
from sandbox.inbox import Letter
from sandbox.mes.routes import pages
from sandbox.mes.state import State
from sandbox.mes.state.mos_ru import ACCESS_LIFE, SMS_LIFE, SMS_MOST, Client, Flow, MosRu, paid
from sandbox.mes.wire.answers import answer
from sandbox.system import Sandbox
from sandbox.world.model import Person

PREFIX: Final = "mes-auth"
FLOW, TRUSTED = "sps_flow", "sps_trusted"
DEFAULT_SCOPE: Final = "openid profile birthday contacts snils blitz_change_password blitz_user_rights"
CONTACT: Final = "+7 *** *** {}-{}"


def oauth_error(error: str, text: str, status: int = 400) -> Response:
    return answer({"error": error, "error_description": text}, status)


def refused(code: str, **more: Any) -> Response:
    """The sign-in's own refusals come with 200."""
    g.verdicts = {"sign_in": code}
    return answer({"errors": [{"code": code}], **more})


async def given_json() -> dict[str, Any]:
    try:
        body = json.loads(await request.get_data() or b"{}")
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def phone_of(sandbox: Sandbox, who: Person) -> str | None:
    """Where the code goes: to the person, of a child without a phone to a parent."""
    phones = (it.phone for it in (who, *sandbox.town.guardians_of(who.id)))
    return next((phone for phone in phones if phone), None)


def statement_addresses(statement: str) -> tuple[str, ...]:
    """What the app's statement names as its addresses, where it can be read."""
    parts = statement.split(".")
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))) if len(parts) == 3 else {}
    except (ValueError, binascii.Error):
        claims = {}
    found = claims.get("redirect_uris") if isinstance(claims, dict) else None
    return tuple(it for it in found if isinstance(it, str) and re.match(r"[a-z][a-z0-9+.-]*://", it)) if isinstance(found, list) else ()


class MosRuPages:
    """The addresses below `/mes-auth`."""

    def __init__(self, sandbox: Sandbox, state: State) -> None:
        self._sandbox = sandbox
        self._state = state

    @property
    def _door(self) -> MosRu:
        return self._state.mos_ru

    def _flow(self) -> Flow | None:
        return self._door.flow(request.cookies.get(FLOW), self._sandbox.clock.now())

    async def register(self) -> Response:
        body = await given_json()
        if not request.headers.get("Authorization", "").removeprefix("Bearer").strip():
            return oauth_error("invalid_token", "Нет токена регистрации", 401)
        software, statement = body.get("software_id"), body.get("software_statement")
        if not isinstance(software, str) or not re.fullmatch(r"[\w.-]{1,60}", software) or not isinstance(statement, str) or not statement:
            return oauth_error("invalid_software_statement", "Нет software_id или software_statement")
        client = self._door.register(software, statement_addresses(statement))
        return answer(
            {
                "client_id": client.id,
                "client_secret": client.secret,
                "client_secret_expires_at": 0,
                "device_type": str(body.get("device_type") or ""),
                "grant_types": ["authorization_code", "refresh_token"],
                "redirect_uris": list(client.redirect_uris),
                "registration_access_token": client.secret[::-1],
                "registration_client_uri": f"https://login.mos.ru/sps/oauth/register/{client.id}",
                "response_types": ["code"],
                "scope": DEFAULT_SCOPE,
                "software_id": client.software_id,
                "software_version": "1",
                "token_endpoint_auth_method": "client_secret_basic",
            },
            201,
        )

    async def authorize(self) -> Response:
        args, now = request.args, self._sandbox.clock.now()
        client = self._door.client(args.get("client_id", ""))
        if client is None:
            return oauth_error("invalid_client", "Клиент не зарегистрирован")
        if args.get("redirect_uri", "") not in client.redirect_uris:
            return oauth_error("invalid_request", "redirect_uri не зарегистрирован")
        if args.get("response_type") != "code" or args.get("code_challenge_method") != "S256" or not args.get("code_challenge"):
            return oauth_error("invalid_request", "Нужны response_type=code и code_challenge с методом S256")
        key, flow = self._door.begin(client, args["code_challenge"], args["redirect_uri"], args.get("state", ""), now)
        if args.get("display") == "script":
            items = [{"inquire": "login_with_password", "proofOfWork": flow.proof}, {"inquire": "login_with_qr_code"}]
            made = answer({"items": items})
        else:
            made = pages.login(f"{base()}/sps/login/methods/password", "Логин, телефон или почта", pages.MOSCOW, {})
        made.set_cookie(FLOW, key, httponly=True, samesite="Lax", path="/", secure=request.scheme == "https")
        return made

    # The password
    async def password(self) -> Response:
        """For the app: the work is checked first, and is spent."""
        body, flow = await given_json(), self._flow()
        if flow is None:
            return refused("flow_expired")
        stamp = str(body.get("proofOfWork") or "")
        if flow.spent or not paid(stamp, flow.proof):
            return refused("invalid_proof_of_work")
        flow.spent = True
        code, wait = self._checked(flow, str(body.get("login") or ""), str(body.get("password") or ""))
        if code:
            return refused(code, **({"ttl": wait} if wait else {}))
        g.verdicts = {"sign_in": "ok", "proof_of_work": "ok"}
        word = "go_to_web" if self._state.switches["go_to_web"] else "ask_to_send_sms"
        return answer({"items": [{"inquire": word}]})

    def _checked(self, flow: Flow, login: str, password: str) -> tuple[str, int]:
        """A code of refusal with its seconds, or an empty one where the pair is right."""
        now, wanted, tries = self._sandbox.clock.now(), login.strip().lower(), self._door.tries
        wait = tries.shut_s(wanted, now)
        if wait:
            return "pswd_method_temp_locked", wait
        who = self._sandbox.town.person_by_login("mes", wanted) if wanted else None
        if who is None:
            return "no_subject_found", 0
        if str(who.accounts["mes"]["password"]) != password:
            tries.count(wanted, now)
            wait = tries.shut_s(wanted, now)
            return ("pswd_method_temp_locked", wait) if wait else ("invalid_credentials", 0)
        tries.succeeded(wanted)
        flow.person = who.id
        return "", 0

    # The code
    async def bind(self) -> Response:
        flow = self._flow()
        if flow is None or flow.person is None:
            return refused("flow_expired")
        code = (await request.form).get("sms-code")
        if code is None:
            return self._send(flow)
        problem = self._problem(flow, code)
        if problem:
            return refused(problem, **({"remain_attempts": flow.attempts} if problem == "invalid_otp" else {}))
        return self._after_code(flow)

    def _send(self, flow: Flow) -> Response:
        contact = self.text(flow)
        if contact is None:
            return refused("no_attempts")
        return answer(
            {"inquire": "enter_sms_code", "contact": contact, "ttl": int(SMS_LIFE.total_seconds()), "remain_attempts": flow.attempts}
        )

    def text(self, flow: Flow) -> str | None:
        """Sends the code; the masked number, or None where it was sent too often."""
        now, who = self._sandbox.clock.now(), self._sandbox.town.people[flow.person or ""]
        phone = phone_of(self._sandbox, who)
        if flow.sms_sent >= SMS_MOST or phone is None:
            return None
        code = self._door.text_code(flow, now)
        text = f"Код для входа на mos.ru: {code}. Никому его не сообщайте."
        self._sandbox.inbox.put(Letter(kind="sms", system="mes", to=phone, text=text, at=now, code=code))
        return CONTACT.format(phone[-4:-2], phone[-2:])

    def _problem(self, flow: Flow, code: str) -> str:
        """Empty where the code is right."""
        if flow.sms_code is None or flow.sms_until is None or flow.attempts <= 0:
            return "no_attempts"
        if self._sandbox.clock.now() >= flow.sms_until:
            return "expired"
        if code.strip() != flow.sms_code:
            flow.attempts -= 1
            return "invalid_otp" if flow.attempts else "no_attempts"
        flow.verified, flow.sms_code = True, None
        g.verdicts = {"sms": "ok"}
        return ""

    def _after_code(self, flow: Flow) -> Response:
        if self._state.switches["trust_page"] and not self._door.trusts(request.cookies.get(TRUSTED), flow.person):
            return pages.trust(f"{base()}/sps/login/ur/askToTrust")
        return self._back(flow)

    async def ask_to_trust(self) -> Response:
        flow = self._flow()
        if flow is None or not flow.verified:
            return refused("flow_expired")
        made = self._back(flow)
        if (await request.form).get("trust") == "true":
            key = self._door.trust(flow.person or "")
            made.set_cookie(TRUSTED, key, httponly=True, samesite="Lax", path="/", secure=request.scheme == "https")
        return made

    def _back(self, flow: Flow) -> Response:
        """To the application, the code last: a client takes what stands behind the last equals sign."""
        code = self._door.issue_code(flow, self._sandbox.clock.now())
        self._door.end(request.cookies.get(FLOW))
        joint = "&" if "?" in flow.redirect_uri else "?"
        state = f"state={flow.state}&" if re.fullmatch(r"[\w.~-]+", flow.state, re.ASCII) else ""
        return pages.to(f"{flow.redirect_uri}{joint}{state}code={code}")

    # The same steps for a person with a browser
    async def page_password(self) -> Response:
        form, flow = await request.form, self._flow()
        if flow is None:
            return pages.told("Вход устарел", "Вернитесь в приложение и начните вход заново.", pages.MOSCOW, 403)
        code, _ = self._checked(flow, form.get("login", ""), form.get("password", ""))
        if code:
            locked = code == "pswd_method_temp_locked"
            error = "Вход временно закрыт: слишком много попыток. Попробуйте через 10 минут." if locked else "Неверный логин или пароль."
            return pages.login(f"{base()}/sps/login/methods/password", "Логин, телефон или почта", pages.MOSCOW, {}, error)
        contact = self.text(flow)
        if contact is None:
            return pages.told("Код не отправлен", "Слишком много запросов кода. Начните вход заново.", pages.MOSCOW, 429)
        return pages.sms(f"{base()}/sps/login/methods/sms/verify", contact)

    async def page_code(self) -> Response:
        form, flow = await request.form, self._flow()
        if flow is None or flow.person is None:
            return pages.told("Вход устарел", "Вернитесь в приложение и начните вход заново.", pages.MOSCOW, 403)
        problem = self._problem(flow, form.get("sms-code", ""))
        if problem == "invalid_otp":
            return pages.sms(f"{base()}/sps/login/methods/sms/verify", "", f"Неверный код. Осталось попыток: {flow.attempts}.")
        if problem:
            return pages.told("Код не подошёл", "Срок кода вышел или попытки закончились. Начните вход заново.", pages.MOSCOW, 403)
        return self._after_code(flow)

    # Tokens
    async def token(self) -> Response:
        """Parameters in the query, as the app sends them, or in a form."""
        form, now = await request.form, self._sandbox.clock.now()
        args = {**form.to_dict(), **request.args.to_dict()}
        client = self._client()
        if client is None:
            g.verdicts = {"client": "wrong"}
            return oauth_error("invalid_client", "Клиент не опознан", 401)
        if args.get("grant_type") == "authorization_code":
            grant = self._door.spend_code(args.get("code", ""), client, args.get("redirect_uri", ""), args.get("code_verifier", ""), now)
        elif args.get("grant_type") == "refresh_token":
            grant = self._door.spend_refresh(args.get("refresh_token", ""), client, now)
        else:
            return oauth_error("unsupported_grant_type", "grant_type: authorization_code или refresh_token")
        if grant is None:
            g.verdicts = {"grant": "wrong"}
            return oauth_error("invalid_grant", "Код или токен недействителен")
        access, refresh = self._door.issue(grant.person, client, now)
        first = {"id_token": self._id_token(grant.person)} if args["grant_type"] == "authorization_code" else {}
        life = int(ACCESS_LIFE.total_seconds())
        return answer(
            {"access_token": access, "expires_in": life, **first, "refresh_token": refresh, "scope": DEFAULT_SCOPE, "token_type": "Bearer"}
        )

    def _client(self) -> Client | None:
        credentials = request.authorization
        if credentials is None or credentials.type != "basic":
            return None
        return self._door.authenticated(credentials.username or "", credentials.password or "")

    def _id_token(self, person: str) -> str:
        """Unsigned: no known client reads it."""
        parts = ({"alg": "none"}, {"sub": person, "iss": "https://login.mos.ru"})
        encoded = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
        return ".".join(encoded) + "."


def base() -> str:
    return own_base(PREFIX)
