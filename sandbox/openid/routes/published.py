"""The two documents that anyone may read: discovery and the keys."""

from __future__ import annotations

from quart import Blueprint, Response

from sandbox.openid.routes.party import Party, spoilt_answer
from sandbox.openid.wire import metadata, spoiling


def add_published(blueprint: Blueprint, party: Party) -> None:
    """`/.well-known/openid-configuration` and `/jwks`."""

    @blueprint.get("/.well-known/openid-configuration", strict_slashes=False)
    async def discovery() -> Response:
        names = party.state.switches.discovery
        await party.slow(names)
        return _open(spoilt_answer(party, names, spoiling.discovery(names, metadata.discovery(party.issuer()))))

    @blueprint.get("/jwks", strict_slashes=False)
    async def jwks() -> Response:
        names = party.state.switches.jwks
        await party.slow(names)
        keys = spoiling.jwks(names, [key.jwk() for key in party.keys.published()])
        return _open(spoilt_answer(party, names, {"keys": keys}))


def _open(response: Response) -> Response:
    response.headers["Cache-Control"] = "public, max-age=60"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
