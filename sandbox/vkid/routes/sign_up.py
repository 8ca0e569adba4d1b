"""Signing in or up by phone: a code by SMS or a dropped call, then for a new number the profile."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import date

from quart import Blueprint, Response, request

from sandbox.vkid.routes.authorize import after_sign_in, remember
from sandbox.vkid.routes.party import Party, lost_flow, moved, page
from sandbox.vkid.state import ONE_TIME_LIFE, Account, Flow
from sandbox.vkid.wire.profile import national

KINDS = ("sms", "call")
NAME_LIMIT = 60
OLDEST = date(1900, 1, 1)


def add_sign_up(blueprint: Blueprint, party: Party) -> None:
    """Pages below `/auth/phone`."""

    @blueprint.post("/auth/phone", strict_slashes=False)
    async def ask_code() -> Response:
        form = await request.form
        flow = party.state.flow(form.get("flow"))
        if flow is None:
            return await lost_flow()
        digits, kind = national(form.get("phone", "")), form.get("kind", "sms")
        if len(digits) != 10 or kind not in KINDS:
            return await page("login.html", flow, phone=form.get("phone", ""), wrong_phone="Введите номер телефона из 10 цифр после +7.")
        party.state.send_code(flow, f"+7{digits}", kind)
        return moved(f"/vkid/auth/code?flow={flow.id}")

    @blueprint.get("/auth/code", strict_slashes=False)
    async def show_code() -> Response:
        flow = party.state.flow(request.args.get("flow"))
        return await (lost_flow() if flow is None or flow.one_time is None else _code_page(flow))

    @blueprint.post("/auth/code", strict_slashes=False)
    async def take_code() -> Response:
        form = await request.form
        flow = party.state.flow(form.get("flow"))
        if flow is None or flow.one_time is None:
            return await lost_flow()
        return await _take_code(party, flow, form.get("one_time", "").strip())

    @blueprint.get("/auth/profile", strict_slashes=False)
    async def show_profile() -> Response:
        flow = party.state.flow(request.args.get("flow"))
        return await (lost_flow() if flow is None or flow.proven_phone is None else page("profile.html", flow, given={}))

    @blueprint.post("/auth/profile", strict_slashes=False)
    async def take_profile() -> Response:
        form = await request.form
        flow = party.state.flow(form.get("flow"))
        if flow is None or flow.proven_phone is None:
            return await lost_flow()
        account = _new_account(form, flow.proven_phone, party.state.now().date())
        if account is None:
            wrong = "Заполните имя, фамилию, дату рождения и пол."
            return await page("profile.html", flow, given=dict(form.items()), wrong=wrong)
        # A phone has one account: a second form with the same proven number signs in.
        known = party.account_by_phone(flow.proven_phone) or party.state.sign_up(account)
        return _signed_in(party, flow, known)


async def _code_page(flow: Flow, wrong: str = "") -> Response:
    return await page("code.html", flow, one_time=flow.one_time, wrong=wrong)


async def _take_code(party: Party, flow: Flow, given: str) -> Response:
    one_time = flow.one_time
    if one_time is None or party.state.now() - one_time.sent_at > ONE_TIME_LIFE or one_time.tries_left <= 0:
        flow.one_time = None
        return await page("login.html", flow, phone=one_time.phone if one_time else "", wrong_phone="Код устарел. Запросите новый.")
    if not hmac.compare_digest(one_time.code.encode(), given.encode()):
        one_time.tries_left -= 1
        return await _code_page(flow, "Неверный код.")
    flow.one_time = None
    account = party.account_by_phone(one_time.phone)
    if account is not None:
        return _signed_in(party, flow, account)
    flow.proven_phone = one_time.phone
    return moved(f"/vkid/auth/profile?flow={flow.id}")


def _signed_in(party: Party, flow: Flow, account: Account) -> Response:
    flow.user_id = account.user_id
    return remember(party, after_sign_in(party, flow), account.user_id)


def _new_account(form: Mapping[str, str], phone: str, today: date) -> Account | None:
    first, last = (form.get(name, "").strip()[:NAME_LIMIT] for name in ("first_name", "last_name"))
    try:
        birthday = date.fromisoformat(form.get("birthday", ""))
    except ValueError:
        return None
    if not first or not last or form.get("sex") not in {"F", "M"} or not OLDEST <= birthday <= today:
        return None
    return Account(user_id=0, first_name=first, last_name=last, sex=form["sex"], birthday=birthday, phone=phone)
