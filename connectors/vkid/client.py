"""How to ask VK ID: the authorisation address with PKCE, the exchange of the code, the person, and the life of the tokens."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from typing import TypeVar

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri

from connectors.kit.answers import any_json, decode
from connectors.kit.config import BadSetting, ConnectorConfig, Equipment
from connectors.kit.errors import AuthExpired, Drifted, Rejected
from connectors.kit.ports import Access, Arrival, Departure, OpenedProfile, ProfilePort
from connectors.vkid import errors, manifest, mapping
from identity.claims import Claims

TOKEN_WITHIN_S = 10.0
READ_WITHIN_S = 10.0
MAX_CODE = 8 * 1024
VERIFIER = "verifier"
"""Name in `Departure.keep`; the browser sees only its hash."""
ACCEPT = {"Accept": "application/json"}
T = TypeVar("T")


def connect(config: ConnectorConfig, equipment: Equipment) -> ProfilePort:
    """The connector for one registered application. Raises `BadSetting` for settings that cannot work."""
    return VkId(config, equipment)


def challenge(verifier: str) -> str:
    """RFC 7636, S256, without padding."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


class VkId:
    """The port of `connectors.kit.ports.ProfilePort` for VK ID."""

    manifest = manifest.MANIFEST

    def __init__(self, config: ConnectorConfig, equipment: Equipment) -> None:
        prefix = self.manifest.instances[0].prefixes[0]
        self.name = config.instance
        self._base_url = config.base_urls[prefix].rstrip("/")
        self._caller = equipment.callers[prefix]
        self._now = equipment.now
        self._client_id = config.options.get(manifest.CLIENT_ID, "")
        if not self._client_id:
            raise BadSetting(manifest.CLIENT_ID, "is empty")
        self._scope = " ".join((config.options.get(manifest.SCOPE) or manifest.DEFAULT_SCOPE).split())

    async def begin(self, *, state: str, redirect_uri: str) -> Departure:
        """The authorisation address; the verifier stays on the server, so a stolen callback is worth nothing."""
        verifier = secrets.token_urlsafe(48)
        url = prepare_grant_uri(
            f"{self._base_url}/authorize",
            client_id=self._client_id,
            response_type="code",
            redirect_uri=redirect_uri,
            scope=self._scope,
            state=state,
            code_challenge=challenge(verifier),
            code_challenge_method="S256",
        )
        return Departure(url=url, keep={VERIFIER: verifier})

    async def finish(self, arrival: Arrival) -> Claims:
        """Who signed in, for a caller that has no use for the tokens."""
        return (await self.open(arrival)).claims

    async def open(self, arrival: Arrival) -> OpenedProfile:
        """Exchanges the code and reads the person; token, user_info and id_token must all be of one user."""
        code, device_id = self._returned(arrival)
        answer = await self._tokens(
            {
                "grant_type": "authorization_code",
                "code": code,
                "code_verifier": arrival.keep.get(VERIFIER, ""),
                "redirect_uri": arrival.redirect_uri,
                "device_id": device_id,
            }
        )
        access = mapping.access(self.name, answer, device_id=device_id, asked=self._scope, now=self._now())
        mapping.check_id_token(self.name, answer.id_token, owner=access.owner, client_id=self._client_id)
        return OpenedProfile(claims=await self._person(access), access=access)

    async def check(self, access: Access) -> None:
        """Whether the tokens still open the profile that they were given for; `AuthExpired` where not."""
        await self._person(access)

    async def _person(self, access: Access) -> Claims:
        info = await self._ask("/oauth2/user_info", {"access_token": access.token.reveal()}, mapping.UserInfo, idempotent=True)
        return mapping.claims(self.name, access, info.user)

    async def refresh(self, access: Access) -> Access:
        """New tokens for the old ones, which die. The caller holds the link's lock: a refresh token used twice ends the whole session."""
        device_id = access.extra.get(mapping.DEVICE_ID, "")
        if access.refresh is None or not device_id:
            raise AuthExpired(self.name, "no refresh token" if access.refresh is None else "no device_id", text=errors.SIGN_IN_AGAIN)
        answer = await self._tokens({"grant_type": "refresh_token", "refresh_token": access.refresh.reveal(), "device_id": device_id})
        scope = access.extra.get(mapping.SCOPE, self._scope)
        renewed = mapping.access(self.name, answer, device_id=device_id, asked=scope, now=self._now())
        if renewed.owner != access.owner:
            raise Rejected(self.name, "subject_differs", errors.UNKNOWN)
        mapping.check_id_token(self.name, answer.id_token, owner=renewed.owner, client_id=self._client_id)
        return renewed

    async def revoke(self, access: Access) -> None:
        """Takes back what the person allowed this application: for an unlink."""
        await self._done("/oauth2/revoke", access)

    async def log_out(self, access: Access) -> None:
        """Ends the session of these tokens; what the person allowed stays."""
        await self._done("/oauth2/logout", access)

    def logout_url(self, *, return_to: str) -> str | None:  # noqa: ARG002 - the port's shape; nobody returns from nowhere
        """VK ID has no page for signing out."""
        return None

    def unwrapped(self, params: Mapping[str, str]) -> Mapping[str, str]:
        """VK's own widgets put everything into one `payload` of JSON; a parameter told twice must be told alike."""
        if "payload" not in params:
            return params
        payload = any_json(params["payload"].encode("utf-8", "replace"))
        if not isinstance(payload, dict):
            raise Rejected(self.name, "payload", errors.AGAIN)
        inside = {str(name): str(value) for name, value in payload.items() if isinstance(value, str | int)}
        if any(params.get(name, value) != value for name, value in inside.items()):
            raise Rejected(self.name, "payload", errors.AGAIN)
        return {**params, **inside}

    def _returned(self, arrival: Arrival) -> tuple[str, str]:
        """The code and the device_id of the callback: the hinge of the protocol, told here and nowhere else."""
        parameters = self.unwrapped(arrival.params)
        if not _same(parameters.get("state", arrival.state), arrival.state):
            raise Rejected(self.name, "state", errors.AGAIN)
        if "error" in parameters:
            raise errors.of_oauth(self.name, parameters["error"], parameters.get("error_description", ""))
        found = []
        for name in ("code", "device_id"):
            value = parameters.get(name, "")
            if not value:
                raise Rejected(self.name, f"no_{name}", errors.AGAIN)
            if len(value) > MAX_CODE or not re.fullmatch(r"[\x21-\x7e]+", value):
                raise Rejected(self.name, name, errors.AGAIN)
            found.append(value)
        return found[0], found[1]

    async def _tokens(self, form: Mapping[str, str]) -> mapping.TokenAnswer:
        """VK echoes the state of this very request, not of the sign-in."""
        state = secrets.token_urlsafe(32)
        answer = await self._ask("/oauth2/auth", {**form, "state": state}, mapping.TokenAnswer, idempotent=False)
        if not _same(answer.state, state):
            raise Rejected(self.name, "token_state", errors.AGAIN)
        return answer

    async def _done(self, path: str, access: Access) -> None:
        answer = await self._ask(path, {"access_token": access.token.reveal()}, mapping.Done, idempotent=False)
        if answer.response != 1:
            raise Drifted(self.name, "$.response", "not 1", text=errors.UNREADABLE)

    async def _ask(self, path: str, form: Mapping[str, str], wire: type[T], *, idempotent: bool) -> T:
        data = {"client_id": self._client_id, **form}
        within_s = READ_WITHIN_S if idempotent else TOKEN_WITHIN_S
        with errors.explained():
            response = await self._caller.call("POST", path, data=data, headers=ACCEPT, deadline_s=within_s, idempotent=idempotent)
        errors.raise_error(self.name, response)
        with errors.explained():
            return decode(self.name, response.content, wire)


def _same(told: str, ours: str) -> bool:
    return hmac.compare_digest(told.encode("utf-8", "replace"), ours.encode("utf-8", "replace"))
