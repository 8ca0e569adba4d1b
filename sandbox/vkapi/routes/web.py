"""`/vkweb`: the token of VK's own web client, by the browser's cookie; one entry for each profile of the account."""

from __future__ import annotations

import secrets
from typing import Any

from quart import Blueprint, Response, jsonify, redirect, request
from werkzeug.wrappers import Response as Redirect

from sandbox.vkapi.people import EDUCATIONAL, OWN, SCHOOL_PROFILES
from sandbox.vkapi.routes.desk import Desk

WEB_APP = "8202606"
COOKIE = "remixdsid"


def web_routes(desk: Desk) -> Blueprint:
    """The cookie's value is the person's user token from `/_sandbox/people`: there is no other secret of a VK browser in the town."""
    blueprint = Blueprint("vkweb", __name__)

    @blueprint.get("/")
    async def web_token() -> Response | Redirect:
        caller = desk.census.tokens.get(request.cookies.get(COOKIE, ""))
        if request.args.get("act") != "web_token":
            return redirect("https://vk.ru/")
        if request.args.get("app_id") != WEB_APP:
            return jsonify(type="error", error_code=1, error_info="Invalid app_id")
        if caller is None or caller.is_group or caller.token in desk.state.dead_tokens:
            return jsonify(type="error", error_code=1, error_info="Unable to load user")
        return jsonify([_entry(desk, caller.member_id, OWN), _entry(desk, caller.member_id + SCHOOL_PROFILES, EDUCATIONAL)])

    @blueprint.post("/fb.do")
    async def anonymous_login() -> Response:
        """The sign-in of the calls' host, which VK's own client makes at its start."""
        if (await request.form).get("method") != "auth.anonymLogin":
            return jsonify(error_code=3, error_msg="METHOD : Unknown method")
        return jsonify(
            uid="0",
            session_key=secrets.token_urlsafe(24),
            session_secret_key=secrets.token_hex(16),
            api_server="https://api.mycdn.me/",
            activated_profile=False,
        )

    return blueprint


def _entry(desk: Desk, user_id: int, kind: int) -> dict[str, Any]:
    token, ends = desk.state.web_token(user_id)
    return {"user_id": user_id, "profile_type": kind, "access_token": token, "expires": ends}
