"""Gosuslugi in the family's browser: away with a state, back with a code that is good once and for a minute."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from connectors.diaries.kiasuo.client.api import Api
from connectors.kit.deadline import Deadline
from connectors.kit.errors import Rejected
from connectors.kit.plain_text import plain_text
from connectors.kit.ports import Access, Arrival, Departure
from connectors.kit.secret import Secret

_CODE = re.compile(r"[\x21-\x7e]{1,512}")
NO_CODE = "КИАСУО не приняла вход. Учётной записью ученика сюда не входят: войдите своей, родительской."


def depart(api: Api, *, state: str, redirect_uri: str) -> Departure:
    return Departure(url=f"{api.base_url}/login/esia?{urlencode({'redirect_url': redirect_uri, 'state': state, 'mode': 'code'})}")


async def arrive(api: Api, arrival: Arrival) -> Access:
    """The first pair of tokens."""
    params = arrival.params
    if params.get("state", "") != arrival.state:
        raise Rejected(api.system, "state", "the answer belongs to another sign-in")
    if error := params.get("error"):
        raise Rejected(api.system, error[:64], plain_text(params.get("error_description"))[:300])
    if not _CODE.fullmatch(params.get("code", "")):
        raise Rejected(api.system, "no_code", NO_CODE)
    return await api.first(params["code"], Deadline(api.system))


async def join(api: Api, access: Access, given: Mapping[str, Secret]) -> None:
    """A child by the school's invitation code; the platform tells nobody what was wrong."""
    body = {name: given[name].reveal() for name in ("last_name", "first_name", "code")}
    await api.post("invitations", access.token, Deadline(api.system), body)
