"""`/api/v1/me/contacts` and `/api/v1/me/push-subscriptions`: where a person is reached (RULES F2, F3)."""

from __future__ import annotations

import msgspec
from quart import Blueprint, Response
from quart_schema import document_request, document_response, tag

from hub.flows.contacts.asking import ask_contact
from hub.flows.contacts.browsers import browsers, subscribe, unsubscribe
from hub.flows.contacts.confirming import confirm_contact
from hub.flows.contacts.showing import show_contacts
from hub.flows.contacts.stopping import stop_own
from hub.flows.contacts.switching import put_way, try_out
from hub.flows.views.people.contacts import BrowserList, BrowserView, CodeView, ContactsView, TriedView
from hub.store.reach.pushes import Subscription
from hub.web.answers import deps, empty, json
from hub.web.api.reading import body
from hub.web.api.repeats import once
from hub.web.visitors import device_label, signed_in, signed_in_writer

routes = Blueprint("api_contacts", __name__, url_prefix="/api/v1/me")


class NewContact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A phone as people type it, or an e-mail."""

    value: str


class Typed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The `id` of the answer that said where the code went, and the code."""

    id: str
    code: str


class Switched(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    enabled: bool


class Tried(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`push`, `max`, `vk` or `email`."""

    channel: str


class PushKeys(msgspec.Struct, frozen=True, kw_only=True):
    p256dh: str
    auth: str


class NewSubscription(msgspec.Struct, frozen=True, kw_only=True):
    """What `PushSubscription.toJSON()` gives; the rest of it is not needed."""

    endpoint: str
    keys: PushKeys


@routes.get("/contacts")
@tag(["Уведомления"])
@document_response(ContactsView)
async def my_contacts() -> Response:
    """What is used, what waits for a code, what can be switched on; contacts are masked."""
    return json(await show_contacts(deps(), await signed_in()))


@routes.post("/contacts/<kind>")
@tag(["Уведомления"])
@document_request(NewContact)
@document_response(CodeView, 202)
async def new_contact(kind: str) -> Response:
    """`phone` or `email`: a code goes there; needs a fresh sign-in. One a minute and five a day, by person and by number."""
    who, asked = await signed_in_writer(), await body(NewContact)

    async def act() -> Response:
        return json(await ask_contact(deps(), who, kind, asked.value), 202)

    return await once(deps(), who, act)


@routes.post("/contacts/confirm")
@tag(["Уведомления"])
@document_request(Typed)
@document_response(ContactsView)
async def confirm_new_contact() -> Response:
    """Only in the session that asked; after five wrong codes, or ten minutes, a new one is needed."""
    who, typed = await signed_in_writer(), await body(Typed)

    async def act() -> Response:
        await confirm_contact(deps(), who, typed.id, typed.code)
        return json(await show_contacts(deps(), who))

    return await once(deps(), who, act)


@routes.put("/contacts/<kind>")
@tag(["Уведомления"])
@document_request(Switched)
@document_response(ContactsView)
async def switch_contact(kind: str) -> Response:
    """`phone` and `email` need a fresh sign-in; `max` and `vk` a bound profile that opened the talk."""
    who, wish = await signed_in_writer(), await body(Switched)

    async def act() -> Response:
        await put_way(deps(), who, kind, enabled=wish.enabled)
        return json(await show_contacts(deps(), who))

    return await once(deps(), who, act)


@routes.post("/contacts/phone/return")
@tag(["Уведомления"])
@document_response(ContactsView)
async def return_phone() -> Response:
    """Within three days the former phone comes back."""
    who = await signed_in_writer()

    async def act() -> Response:
        await stop_own(deps(), who)
        return json(await show_contacts(deps(), who))

    return await once(deps(), who, act)


@routes.post("/contacts/test")
@tag(["Уведомления"])
@document_request(Tried)
@document_response(TriedView)
async def send_test() -> Response:
    """A test message, six an hour; what stopped it is the answer."""
    who, asked = await signed_in_writer(), await body(Tried)

    async def act() -> Response:
        return json(await try_out(deps(), who, asked.channel))

    return await once(deps(), who, act)


@routes.get("/push-subscriptions")
@tag(["Уведомления"])
@document_response(BrowserList)
async def my_browsers() -> Response:
    """The browsers that take pushes, the newest first."""
    return json(BrowserList(items=await browsers(deps(), await signed_in())))


@routes.post("/push-subscriptions")
@tag(["Уведомления"])
@document_request(NewSubscription)
@document_response(BrowserView, 201)
async def add_browser() -> Response:
    """A browser known before becomes this person's; only known push services are accepted."""
    who, told = await signed_in_writer(pupil=True), await body(NewSubscription)
    found = Subscription(endpoint=told.endpoint, p256dh=told.keys.p256dh, auth=told.keys.auth)

    async def act() -> Response:
        return json(await subscribe(deps(), who, found, label=device_label()), 201)

    return await once(deps(), who, act)


@routes.delete("/push-subscriptions/<browser>")
@tag(["Уведомления"])
async def remove_browser(browser: str) -> Response:
    who = await signed_in_writer(pupil=True)

    async def act() -> Response:
        await unsubscribe(deps(), who, browser)
        return empty()

    return await once(deps(), who, act)
