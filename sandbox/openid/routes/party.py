"""What every route of the provider works with, and the answers that several routes give."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from quart import Response, jsonify, render_template

from sandbox.openid.keys import Keys
from sandbox.openid.state import Asked, State
from sandbox.openid.wire import spoiling
from sandbox.openid.wire.errors import OpError, PageError
from sandbox.system import Sandbox
from sandbox.world.model import Person

# No form-action: a browser applies it to the redirect that follows the form, and that leads to the client.
POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"
COOKIE = "sandbox_op"


@dataclass(slots=True, kw_only=True)
class Party:
    """The sandbox, the provider's memory and its keys."""

    sandbox: Sandbox
    state: State
    keys: Keys

    def reset(self) -> None:
        self.state.forget()
        self.keys = Keys()

    def issuer(self) -> str:
        """One name for all: where the client asked, unless a switch fixes it."""
        return self.state.switches.issuer or f"{self.sandbox.base_url()}/op"

    def person(self, person_id: str | None) -> Person | None:
        """Someone of the town who has an account here."""
        person = self.sandbox.town.people.get(person_id or "")
        return person if person is not None and "op" in person.accounts else None

    async def slow(self, names: Iterable[str]) -> None:
        if "slow" in names:
            await asyncio.sleep(self.state.switches.slow_s)


def sent_back(party: Party, asked: Asked, parameters: Mapping[str, str]) -> Response:
    """303 to the client with state and, after RFC 9207, the issuer, on success and on error alike."""
    return returned(party, asked.redirect_uri, asked.state, asked.issuer, parameters)


def returned(party: Party, redirect_uri: str, state: str | None, issuer: str, parameters: Mapping[str, str]) -> Response:
    """The parameters are added to whatever query the address has."""
    pairs = {**parameters, **({"state": state} if state is not None else {}), "iss": issuer}
    query = urlencode(spoiling.returned(party.state.switches.authorization, pairs))
    return moved(f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{query}")


def moved(path: str) -> Response:
    return unstored(Response("", status=303, headers={"Location": path}))


async def page(template: str, status: int = 200, **values: object) -> Response:
    """A page for the person."""
    response = Response(await render_template(f"openid/{template}", **values), status=status, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Referrer-Policy"] = "no-referrer"
    return unstored(response)


async def error_page(error: PageError) -> Response:
    """An error that cannot go back to the client."""
    return await page("error.html", status=400, text=error.text, description=f"{error.error}: {error.description}")


def told_error(error: OpError, *, challenge: bool = False) -> Response:
    """The JSON of RFC 6749, 5.2; a client that tried Basic is told how to authenticate."""
    response = unstored(jsonify(error.parameters()))
    response.status_code = error.status
    if challenge or response.status_code == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="op", charset="UTF-8"'
    return response


def unstored(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Pragma"] = "no-cache"
    return response


def spoilt_answer(party: Party, names: Iterable[str], told: Any) -> Response:
    """The JSON, unless a switch puts a redirect, a page or something endless in its place."""
    if "redirect" in names:
        return Response("", status=302, headers={"Location": f"{spoiling.PRIVATE}/redirected"})
    if "html" in names:
        return Response("<!DOCTYPE html><title>Вход</title><h1>Вход в сеть</h1>", content_type="text/html; charset=utf-8")
    if "huge" in names:
        return jsonify({**told, "padding": "x" * party.state.switches.huge_bytes} if isinstance(told, dict) else told)
    return jsonify(told)
