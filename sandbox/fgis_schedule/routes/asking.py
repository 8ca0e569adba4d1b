"""The other side: the sandbox as the federal system asks a regional one, the hub, for a Schedule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, quote_plus

from quart import jsonify

from sandbox.asked import Refused, body_object
from sandbox.masking import MASK
from sandbox.outbound import Answered, NotLoopback, Outbound, Unanswered

NEEDED: Final = ("target_url", "token_url", "client_id", "client_secret", "esia_id")
SHOWN_HEADERS: Final = ("content-type", "etag", "cache-control", "retry-after", "www-authenticate", "last-modified")


async def ask(outbound: Outbound) -> Any:
    """`{target_url, token_url, client_id, client_secret, esia_id, start?, end?, etag?, auth?}` -> both answers."""
    body = {name: str(value) for name, value in (await body_object()).items() if value is not None}
    missing = [name for name in NEEDED if not body.get(name)]
    if missing:
        raise Refused(f"Не указано: {', '.join(missing)}")
    if body.get("auth", "basic") not in ("basic", "post"):
        raise Refused("auth — basic или post")
    try:
        granted = await _token(outbound, body)
        key = granted.json().get("access_token") if isinstance(granted.json(), dict) else None
        found = await _schedule(outbound, body, str(key)) if granted.status == 200 and key else None
    except NotLoopback as error:
        raise Refused("Песочница обращается только к адресам этой машины") from error
    except Unanswered as error:
        raise Refused(f"Ответа нет: {error}", 502) from error
    return jsonify(token=_shown(granted), schedule=None if found is None else _shown(found))


async def _token(outbound: Outbound, body: Mapping[str, str]) -> Answered:
    form, basic = {"grant_type": "client_credentials"}, None
    if body.get("auth", "basic") == "basic":
        basic = quote_plus(body["client_id"]), quote_plus(body["client_secret"])
    else:
        form |= {"client_id": body["client_id"], "client_secret": body["client_secret"]}
    return await outbound.send("POST", body["token_url"], form=form, basic=basic)


async def _schedule(outbound: Outbound, body: Mapping[str, str], key: str) -> Answered:
    headers = {"Authorization": f"Bearer {key}", "Accept": "application/json"}
    if "etag" in body:
        headers["If-None-Match"] = body["etag"]
    query = {name: body[name] for name in ("start", "end") if name in body}
    return await outbound.send(
        "GET", f"{body['target_url'].rstrip('/')}/Schedule/{quote(body['esia_id'], safe='')}", query=query, headers=headers
    )


def _shown(answer: Answered) -> dict[str, Any]:
    shown = answer.json()
    if isinstance(shown, dict) and "access_token" in shown:
        shown = shown | {"access_token": MASK}
    headers = {name: value for name, value in answer.headers.items() if name in SHOWN_HEADERS}
    return {"status": answer.status, "headers": headers, "body": shown}
