"""The diary put together: data below `/diary/api`, the refresh and the sign-out beside it."""

from __future__ import annotations

import json
import math
import re
from urllib.parse import parse_qs

from quart import Blueprint, Response, g, request

from sandbox.kiasuo.registry import TooMany
from sandbox.kiasuo.routes.linking import Linking, control
from sandbox.kiasuo.routes.reading import READING, Call
from sandbox.kiasuo.state import ID, State
from sandbox.kiasuo.wire.answers import DiaryError, answer, refusal
from sandbox.system import Fault, Sandbox, System

DRIFT_FIELDS = ("accessToken", "children", "schedule", "subject", "lessons", "id", "study_year", "text")
METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH"]


def system(sandbox: Sandbox) -> System:
    state = State()
    return System(
        id=ID,
        title="КИАСУО (Красноярский край)",
        blueprints={ID: _Diary(sandbox, state).routes()},
        control=control(sandbox, state),
        reset=state.reset,
        word_fault=word_fault,
        drift_fields=DRIFT_FIELDS,
        hosts={"diaryapi.kiasuo.ru": ID, "dnevnik.kiasuo.ru": ID},
        secret_fields=frozenset({"login", "last_name", "first_name"}),
    )


class _Diary:
    """One catch-all route, because the diary words its own refusals."""

    def __init__(self, sandbox: Sandbox, state: State) -> None:
        self._sandbox = sandbox
        self._state = state
        self._linking = Linking(sandbox, state)

    def routes(self) -> Blueprint:
        routes = Blueprint("kiasuo", __name__)
        routes.add_url_rule("/", "root", self.serve, methods=METHODS)
        routes.add_url_rule("/<path:path>", "diary", self.serve, methods=METHODS)
        return routes

    async def serve(self, path: str = "") -> Response:
        try:
            return await self._served(path.strip("/"))
        except TooMany as error:
            return _later(error, 60)
        except DiaryError as error:
            return refusal(error)

    async def _served(self, path: str) -> Response:
        if path == "diary/refresh" and request.method == "POST":
            return await self._refresh()
        if path == "login/esia" and request.method in {"GET", "POST"}:
            return await self._linking.sign_in()
        if path == "diary/login" and request.method == "POST":
            return await self._linking.redeem()
        if path == "diary/api/invitations" and request.method == "POST":
            return answer(await self._linking.invitation(self._owner()[0]))
        if path == "diary/pwa_logout" and request.method == "DELETE":
            _, family = self._owner()
            self._state.sign_out(family)
            return Response("", status=204)
        for pattern, handler in READING.items():
            match = re.fullmatch(f"diary/api/{pattern}", path, re.ASCII)
            if match is not None:
                if request.method != "GET":
                    raise DiaryError(405, "Метод не поддерживается")
                call, _ = self._owner()
                return answer(handler(call, *match.groups()))
        raise DiaryError(404, "Не найдено")

    def _owner(self) -> tuple[Call, str]:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        found = self._state.owner(self._sandbox.town, token, self._sandbox.clock.now())
        if found is None:
            g.verdicts = {"token": "expired" if token else "absent"}
            raise DiaryError(401, "Требуется авторизация")
        return Call(town=self._sandbox.town, who=found[0], now=self._sandbox.clock.now()), found[1]

    async def _refresh(self) -> Response:
        """`refresh-token` as a form or as JSON; another key is no token."""
        found = self._state.refreshed(self._sandbox.town, await _given("refresh-token"), self._sandbox.clock.now())
        if found is None:
            g.verdicts = {"refresh": "wrong"}
            raise DiaryError(401, "Токен обновления недействителен")
        g.verdicts = {"refresh": "ok"}
        return answer({"accessToken": found[0], "refreshToken": found[1]})


async def _given(name: str) -> str:
    text = str(await request.get_data(as_text=True))
    if not text.lstrip().startswith("{"):
        return parse_qs(text).get(name, [""])[0]
    try:
        body = json.loads(text)
    except ValueError as error:
        raise DiaryError(400, "Неверный запрос") from error
    return str(body.get(name) or "")


def _later(error: DiaryError, seconds: float) -> Response:
    made = refusal(error)
    made.headers["Retry-After"] = str(math.ceil(seconds))
    return made


def word_fault(fault: Fault) -> Response:
    """`error` takes a status from 204 on, or a message of a 400."""
    if fault.kind == "rate_limit":
        return _later(DiaryError(429, "Слишком много запросов"), 1 if fault.value is None else float(fault.value))
    if fault.kind == "auth_expired":
        return refusal(DiaryError(401, "Требуется авторизация"))
    value = str(fault.value if fault.value is not None else 500)
    if value == "204":
        return Response("", status=204)
    status = int(value) if value.isascii() and value.isdigit() and 400 <= int(value) <= 599 else 400
    return refusal(DiaryError(status, "Ошибка сервера" if value.isdigit() else value))
