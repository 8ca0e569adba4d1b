"""Reading requests: query and body are one, and an authorisation request is checked part by part."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping

from sandbox.vkid.state import App, Asked, Switches
from sandbox.vkid.wire.errors import PageError, VkError, wrong
from sandbox.vkid.wire.scopes import asked_scopes

Params = Mapping[str, str]
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
VERIFIER = re.compile(r"[A-Za-z0-9_-]{43,128}")
LONG_STATE = re.compile(r"[A-Za-z0-9_-]{32,}")
METHODS = frozenset({"s256", "sha256"})
"""Clients write it in either case; the Android SDK says sha256."""
PROMPTS = frozenset({"none", "login", "consent", "select_account"})
DARK = frozenset({"dark", "space_gray"})


def trusted_app(params: Params, apps: Mapping[str, App]) -> tuple[App, str]:
    """The app and the address of return; nothing goes to an address that is not the app's own."""
    app = apps.get(params.get("client_id", ""))
    if app is None:
        raise PageError("invalid_client")
    redirect_uri = params.get("redirect_uri", "")
    if redirect_uri not in app.redirect_uris and not _is_mobile(redirect_uri, app):
        raise PageError("invalid_request", "redirect_uri is missing or invalid")
    return app, redirect_uri


def _is_mobile(redirect_uri: str, app: App) -> bool:
    """Every app has its own scheme besides; the mobile SDKs put a query behind it."""
    return redirect_uri.partition("?")[0] == f"vk{app.client_id}://vk.com/blank.html"


def read_asked(params: Params, app: App, redirect_uri: str, switches: Switches) -> Asked:
    """The whole request; parameters that VK ID does not know are passed over."""
    if params.get("response_type") != "code":
        raise wrong("response_type")
    check_state(params, switches)
    if params.get("code_verifier"):
        raise VkError("invalid_request", "code_verifier and code_challenge in one request are forbidden")
    return Asked(
        app=app,
        redirect_uri=redirect_uri,
        state=params.get("state"),
        scopes=asked_scopes(params.get("scope", ""), app.scopes),
        challenge=read_challenge(params),
        prompts=read_prompts(params.get("prompt", "")),
        from_widget=params.get("sdk_type") == "vkid",
        dark=params.get("scheme", "") in DARK,
    )


def check_state(params: Params, switches: Switches) -> None:
    """The documentation wants 32 characters, clients in use send fewer: only the switch refuses those."""
    if switches.strict_state and not LONG_STATE.fullmatch(params.get("state", "")):
        raise wrong("state")


def read_challenge(params: Params) -> str:
    challenge = params.get("code_challenge", "")
    if not CHALLENGE.fullmatch(challenge):
        raise wrong("code_challenge")
    if params.get("code_challenge_method", "").lower() not in METHODS:
        raise wrong("code_challenge_method")
    return challenge


def read_prompts(text: str) -> frozenset[str]:
    prompts = frozenset(text.replace("+", " ").split())
    if prompts - PROMPTS or ("none" in prompts and len(prompts) > 1):
        raise wrong("prompt")
    return prompts


def fits(verifier: str, challenge: str) -> bool:
    """Whether the verifier is well formed and the one whose hash was sent to /authorize."""
    if not VERIFIER.fullmatch(verifier):
        return False
    found = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    return hmac.compare_digest(found, challenge.encode())
