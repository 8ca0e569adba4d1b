"""What every page of the sandbox's own keeps to."""

from __future__ import annotations

from quart import Blueprint, Response, request

from sandbox.asked import Refused

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def guarded(routes: Blueprint) -> Blueprint:
    """Pages of the sandbox itself: forms from nowhere else, nothing from outside in them."""

    @routes.before_request
    async def own_pages_only() -> None:
        if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            raise Refused("Форма пришла с другого сайта", 403)

    @routes.after_request
    async def harden(response: Response) -> Response:
        response.headers.update(HEADERS)
        return response

    return routes
