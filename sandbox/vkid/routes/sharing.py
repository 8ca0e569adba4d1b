"""Who may read answers from a page of another site, and the two addresses that VK's own web SDK calls besides."""

from __future__ import annotations

from quart import Blueprint, Response, request

from sandbox.vkid.routes.party import told


def add_sharing(blueprint: Blueprint) -> None:
    """`Access-Control-Allow-Origin` on every answer below `/oauth2`, errors and faults included."""

    @blueprint.post("/<any(stat_events_vkid_sdk, vkid_sdk_get_config):address>", strict_slashes=False)
    async def of_the_sdk(address: str) -> Response:
        """Statistics and settings: the SDK asks with cookies and does without an answer, so there is nothing in it."""
        response = told({"response": 1 if address.startswith("stat") else {}})
        response.headers["Access-Control-Allow-Origin"] = request.headers.get("Origin", "*")
        response.headers["Access-Control-Allow-Credentials"] = "true"
        response.headers["Vary"] = "Origin"
        return response

    @blueprint.after_request
    async def share(response: Response) -> Response:
        # A preflight is let down on purpose: the real service answers simple requests only, so a token in a header
        # or a JSON body does not work from a page. Hence no Access-Control-Allow-Headers.
        if request.path.startswith("/vkid/oauth2/"):
            response.headers["Access-Control-Allow-Origin"] = "*"
        return response
