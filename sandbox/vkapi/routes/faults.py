"""Faults in VK's own envelope: always HTTP 200 with an error's number."""

from __future__ import annotations

from quart import Response, jsonify, request

from sandbox.system import Fault
from sandbox.vkapi.wire.errors import VkError

DEFAULT = 10


def word_fault(fault: Fault) -> Response | None:
    """`rate_limit` is error 6, `auth_expired` error 5; `error` takes any number, 14 with a captcha. The long poll asks for a new key."""
    if request.path.startswith("/vkapi/longpoll/"):
        return jsonify(failed=2)
    if request.path.startswith("/vkweb"):
        return jsonify(type="error", error_code=1, error_info="Unable to load user")
    return jsonify(_error(fault).envelope(request.path.rpartition("/")[2], dict(request.args.items())))


def _error(fault: Fault) -> VkError:
    if fault.kind == "rate_limit":
        return VkError(6)
    if fault.kind == "auth_expired":
        return VkError(5, "access_token has expired")
    text = str(fault.value)
    code = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else DEFAULT
    return VkError.captcha(f"{request.scheme}://{request.host}/vkapi/captcha.php?sid=239633676097&s=1") if code == 14 else VkError(code)
