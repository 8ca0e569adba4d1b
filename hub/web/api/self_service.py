"""`/api/v1/me/…`: settings, staying in the app, «Это не я», terms of keeping."""

from __future__ import annotations

import msgspec
from quart import Blueprint, Response
from quart_schema import document_request, document_response, tag

from hub.flows.know_device import not_me
from hub.flows.leave import erase_me, preview
from hub.flows.retention import how_long
from hub.flows.settings_of_mine import Wanted, save_settings, show_settings
from hub.flows.stay_in_app import Stayed, stay_in_app
from hub.flows.views.self_service import LeaveView, RetentionView, SettingsView, StayView
from hub.web.answers import deps, empty, json
from hub.web.api.reading import body
from hub.web.api.repeats import once
from hub.web.visitors import device_label, drop_session, keep_session, signed_in, signed_in_writer

routes = Blueprint("api_self_service", __name__, url_prefix="/api/v1/me")


class NewSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is left out stays. `nicknames` by child; `contacts` by kind (phone, email): a contact's id, or empty for none."""

    date_format: str | None = None
    time_format: str | None = None
    nicknames: dict[str, str] | None = None
    contacts: dict[str, str] | None = None


class Leaving(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`confirm` is the word that the preview names, typed by a person."""

    confirm: str


@routes.get("/settings")
@tag(["Настройки"])
@document_response(SettingsView)
async def my_settings() -> Response:
    """Formats, nicknames, contacts."""
    return json(await show_settings(deps(), await signed_in()))


@routes.put("/settings")
@tag(["Настройки"])
@document_request(NewSettings)
@document_response(SettingsView)
async def save_my_settings() -> Response:
    """All or nothing; `fields` of the problem says what does not fit. Another contact needs a fresh sign-in."""
    who, asked = await signed_in_writer(), await body(NewSettings)
    wanted = Wanted(date_format=asked.date_format, time_format=asked.time_format, nicknames=asked.nicknames, contacts=asked.contacts)

    async def act() -> Response:
        return json(await save_settings(deps(), who, wanted))

    return await once(deps(), who, act)


@routes.post("/devices/stay")
@tag(["Устройства"])
@document_response(StayView)
async def stay_in_the_app() -> Response:
    """This session lasts as the installed app's do; needs a fresh sign-in, and the session cookie changes."""
    who = await signed_in_writer()
    given: list[Stayed] = []

    async def act() -> Response:
        given.append(await stay_in_app(deps(), who, label=device_label()))
        return json(given[0].view)

    answer = await once(deps(), who, act)
    for done in given:
        keep_session(answer, done.token, life_s=done.life_s)
    return answer


@routes.post("/devices/<device>/not-me")
@tag(["Устройства"])
async def device_is_not_mine(device: str) -> Response:
    """Ends that one sign-in; its browser is new again when it comes back."""
    who = await signed_in_writer()

    async def act() -> Response:
        await not_me(deps(), who, device)
        return empty()

    return await once(deps(), who, act)


@routes.get("/leave")
@tag(["Мои данные"])
@document_response(LeaveView)
async def leave_preview() -> Response:
    """What leaving would take, what stays and why; changes nothing."""
    return json(await preview(deps(), await signed_in()))


@routes.post("/leave")
@tag(["Мои данные"])
@document_request(Leaving)
async def erase_my_record() -> Response:
    """Erases the own part: needs a fresh sign-in and the word of the preview; the session ends with it."""
    who, asked = await signed_in_writer(), await body(Leaving)
    await erase_me(deps(), who, confirm=asked.confirm)
    answer = empty()
    drop_session(answer)
    return answer


@routes.get("/retention")
@tag(["Настройки"])
@document_response(RetentionView)
async def terms_of_keeping() -> Response:
    """How long everything is kept."""
    await signed_in()
    return json(how_long())
