"""The first page: login and password, the account that this browser remembers, and the way out."""

from __future__ import annotations

import hmac

from quart import Blueprint, Response, request

from sandbox.vkid.routes.authorize import after_sign_in, current_session, remember
from sandbox.vkid.routes.party import Party, lost_flow, moved, page, sent_back_with
from sandbox.vkid.wire.errors import VkError


def add_sign_in(blueprint: Blueprint, party: Party) -> None:
    """Pages below `/auth`."""

    @blueprint.get("/auth", strict_slashes=False)
    async def show_login() -> Response:
        flow = party.state.flow(request.args.get("flow"))
        return await (lost_flow() if flow is None else page("login.html", flow))

    @blueprint.post("/auth", strict_slashes=False)
    async def take_login() -> Response:
        form = await request.form
        return await _take_login(party, form.get("flow", ""), form.get("login", "").strip(), form.get("password", ""))

    @blueprint.get("/auth/account", strict_slashes=False)
    async def show_account() -> Response:
        flow = party.state.flow(request.args.get("flow"))
        session = current_session(party)
        if flow is None or session is None or session.user_id != flow.user_id:
            return await lost_flow()
        return await page("account.html", flow, account=party.account(flow.user_id))

    @blueprint.post("/auth/account", strict_slashes=False)
    async def take_account() -> Response:
        form = await request.form
        flow = party.state.flow(form.get("flow"))
        session = current_session(party)
        if flow is None or session is None or session.user_id != flow.user_id:
            return await lost_flow()
        if form.get("answer") != "continue":
            flow.user_id = None
            return moved(f"/vkid/auth?flow={flow.id}")
        return after_sign_in(party, flow)

    @blueprint.get("/auth/cancel", strict_slashes=False)
    async def cancel() -> Response:
        flow = party.state.flow(request.args.get("flow"))
        return await lost_flow() if flow is None else sent_back_with(party, flow, VkError("access_denied"))


async def _take_login(party: Party, flow_id: str, login: str, password: str) -> Response:
    flow = party.state.flow(flow_id)
    if flow is None:
        return await lost_flow()
    if not login or not password:
        return await page("login.html", flow, login=login, wrong="Введите телефон или почту и пароль.")
    account = party.account_by_login(login)
    known = account.password if account is not None else ""
    if not known or not hmac.compare_digest(known.encode(), password.encode()) or account is None:
        return await page("login.html", flow, login=login, wrong="Неверный логин или пароль.")
    flow.user_id = account.user_id
    return remember(party, after_sign_in(party, flow), account.user_id)
