"""Turns the two states of an answer, the call's and that of what it asked, into the eight errors."""

from __future__ import annotations

import httpx
import msgspec

from connectors.kit.answers import raise_for_page, raise_for_status, retry_after
from connectors.kit.errors import AuthExpired, ConnectorError, Drifted, NotFound, RateLimited, Rejected, Unavailable
from connectors.kit.plain_text import plain_text

MAX_TEXT = 300
USED = "4"
"""The order has an invoice already."""
OURS = "Оплата по коду сейчас не принимает запросы нашего магазина. Ваши деньги не списаны; попробуйте другой способ."


class State(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    code: int
    desc: str = ""


class Result(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    state: State


class Envelope(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    operation_state: State
    result: Result | None = None


def checked(system: str, response: httpx.Response) -> bytes:
    """The body of a good answer."""
    raise_for_page(system, response)
    try:
        said = msgspec.json.decode(response.content, type=Envelope, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise_for_status(system, response)
        raise Drifted(system, "$.OperationState", "not an answer of the service") from error
    for state in (said.operation_state, said.result.state if said.result else None):
        if state is not None and state.code != 0:
            raise of(system, state, response)
    raise_for_status(system, response)
    if said.result is None:
        raise Drifted(system, "$.Result", "no result")
    return response.content


def of(system: str, state: State, response: httpx.Response) -> ConnectorError:
    code, words = str(state.code)[:16], plain_text(state.desc)[:MAX_TEXT]
    if response.status_code == 429:
        return RateLimited(system, code, after_s=retry_after(response), text=words)
    if code == "2":
        return AuthExpired(system, code, text=OURS)
    if code == "5":
        return NotFound(system, code, text=words)
    if code == "10" or response.status_code >= 500:
        return Unavailable(system, code, text=words)
    return Rejected(system, code, words)
