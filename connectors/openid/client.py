"""How to ask a standard provider who it is: code flow with PKCE, the ID token verified, userinfo of the same person."""

from __future__ import annotations

import re
import secrets
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any
from urllib.parse import quote_plus

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request

from connectors.kit import jose
from connectors.kit.answers import decode
from connectors.kit.config import BadSetting, ConnectorConfig, Equipment
from connectors.kit.errors import Drifted, Rejected
from connectors.kit.guard import may_be_asked
from connectors.kit.manifest import Instance
from connectors.kit.ports import Arrival, Departure, SignInPort
from connectors.openid import errors, manifest, mapping
from connectors.openid.discovery import Discovery
from identity.claims import Claims

TOKEN_WITHIN_S = 10.0
READ_WITHIN_S = 10.0
MAX_CODE = 8 * 1024
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
_STALE_KEYS = frozenset({"token_signature", "token_key"})


def connect(config: ConnectorConfig, equipment: Equipment) -> SignInPort:
    """The port of one declared provider. Raises `BadSetting` for settings that cannot work."""
    return OpenId(config, equipment)


class OpenId:
    """The port of `connectors.kit.ports.SignInPort` for one provider."""

    def __init__(self, config: ConnectorConfig, equipment: Equipment) -> None:
        options = config.options
        (self._issuer,) = config.base_urls.values()
        if not may_be_asked(self._issuer, loopback=config.demo):
            raise BadSetting(manifest.ISSUER, "must be https at a public address")
        self._client_id = options.get(manifest.CLIENT_ID, "")
        if not self._client_id:
            raise BadSetting(manifest.CLIENT_ID, "is empty")
        secret = options.get(manifest.CLIENT_SECRET, "")
        if not secret:
            raise BadSetting(manifest.CLIENT_SECRET, "is empty")
        self.name = config.instance
        self.manifest = replace(manifest.MANIFEST, instances=(_instance(config),))
        pair = f"{quote_plus(self._client_id)}:{quote_plus(secret)}"
        self._basic = f"Basic {b64encode(pair.encode()).decode()}"
        self._scope = " ".join((options.get(manifest.SCOPE) or "openid profile").split())
        self._algorithms = tuple(dict.fromkeys(re.split(r"[\s,]+", options.get(manifest.ALGS) or "RS256")))
        self._levels = mapping.levels_of(options.get(manifest.LEVELS, ""))
        self._now = equipment.now
        self._discovery = Discovery(self.name, self._issuer, equipment, loopback=config.demo, algorithms=self._algorithms)
        self._rules = jose.Rules(issuers=frozenset({self._issuer}), audience=self._client_id, algorithm=self._algorithms[0])

    async def begin(self, *, state: str, redirect_uri: str) -> Departure:
        """The authorisation address, with PKCE S256 and a nonce whatever the provider's description says of them."""
        return await self._begin(state=state, redirect_uri=redirect_uri)

    async def begin_anew(self, *, state: str, redirect_uri: str) -> Departure:
        """Asks for the password in any case: a provider that does not know max_age still knows prompt (Core 3.1.2.1)."""
        return await self._begin(state=state, redirect_uri=redirect_uri, prompt="login", max_age="0")

    async def _begin(self, *, state: str, redirect_uri: str, **more: str) -> Departure:
        metadata = await self._discovery.metadata()
        nonce, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
        url = prepare_grant_uri(
            metadata.authorization_endpoint,
            client_id=self._client_id,
            response_type="code",
            redirect_uri=redirect_uri,
            scope=self._scope,
            state=state,
            nonce=nonce,
            code_challenge=urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode(),
            code_challenge_method="S256",
            **more,
        )
        return Departure(url=url, keep=mapping.Flow.of(metadata, nonce=nonce, verifier=verifier).keep())

    async def finish(self, arrival: Arrival) -> Claims:
        """Exchanges the code, verifies the ID token, reads userinfo where there is one."""
        flow = mapping.Flow.kept(arrival.keep, issuer=self._issuer)
        if flow is None:
            raise Rejected(self.name, "flow", errors.FOREIGN)
        code = self._code(arrival, flow)
        answer = await self._exchange(flow, code, arrival.redirect_uri)
        token = await self._verified(flow, answer)
        about = await self._userinfo(flow, answer)
        if about is not None:
            mapping.same_subject(self.name, token, about)
        return mapping.claims(self.name, self._issuer, token, about or {}, self._levels)

    def logout_url(self, *, return_to: str) -> str | None:  # noqa: ARG002 - the port's signature
        """None: a person who leaves the hub stays signed in at a provider that serves other places too."""
        return None

    def _code(self, arrival: Arrival, flow: mapping.Flow) -> str:
        """The code of an answer that is to this flow and of this provider (RFC 9207: also an error must say whose it is)."""
        parameters = arrival.params
        if parameters.get("state") != arrival.state:
            raise Rejected(self.name, "state", errors.AGAIN)
        if "iss" not in parameters and flow.iss_announced:
            raise Rejected(self.name, "iss_missing", errors.FOREIGN)
        if parameters.get("iss", self._issuer) != self._issuer:
            raise Rejected(self.name, "iss", errors.FOREIGN)
        if "error" in parameters:
            raise errors.of_oauth(self.name, parameters["error"])
        code = parameters.get("code", "")
        if not code:
            raise Rejected(self.name, "no_code", errors.AGAIN)
        if len(code) > MAX_CODE or not re.fullmatch(r"[\x20-\x7e]+", code):
            raise Rejected(self.name, "code", errors.AGAIN)
        return code

    async def _exchange(self, flow: mapping.Flow, code: str, redirect_uri: str) -> mapping.TokenAnswer:
        form = prepare_token_request("authorization_code", code=code, redirect_uri=redirect_uri, code_verifier=flow.verifier)
        caller, path = self._discovery.at(flow.token_endpoint)
        headers = {**FORM, "Authorization": self._basic}
        with errors.explained():
            response = await caller.call("POST", path, content=form.encode(), headers=headers, deadline_s=TOKEN_WITHIN_S, idempotent=False)
        errors.raise_token_error(self.name, response)
        with errors.explained():
            answer = decode(self.name, response.content, mapping.TokenAnswer)
        if answer.token_type.lower() != "bearer":
            raise Drifted(self.name, "$.token_type", text=errors.UNREADABLE)
        if not re.fullmatch(r"[\x21-\x7e]{1,16384}", answer.access_token):
            raise Drifted(self.name, "$.access_token", text=errors.UNREADABLE)
        return answer

    async def _verified(self, flow: mapping.Flow, answer: mapping.TokenAnswer) -> dict[str, Any]:
        """With the keys as last heard; a token that fits none may be signed by one that the provider began to use a moment ago."""
        published = self._discovery.keys(flow.jwks_uri)
        keys = await published.keys()
        try:
            return self._verify(answer, flow.nonce, keys)
        except Rejected as refusal:
            if refusal.reason not in _STALE_KEYS:
                raise
            fresh = await published.anew(keys)
            if fresh is keys:
                raise
        return self._verify(answer, flow.nonce, fresh)

    def _verify(self, answer: mapping.TokenAnswer, nonce: str, keys: tuple[jose.Key, ...]) -> dict[str, Any]:
        """With the one algorithm that the token names, if it is a pinned one; any other fails by the first rule of the check."""
        named = jose.algorithm(answer.id_token)
        rules = replace(self._rules, algorithm=named) if named in self._algorithms else self._rules
        fitting = jose.fitting(keys, answer.id_token)
        return jose.verify(self.name, answer.id_token, fitting, rules, now=self._now(), nonce=nonce, access_token=answer.access_token)

    async def _userinfo(self, flow: mapping.Flow, answer: mapping.TokenAnswer) -> Mapping[str, Any] | None:
        if not flow.userinfo_endpoint:
            return None
        caller, path = self._discovery.at(flow.userinfo_endpoint)
        headers = {"Authorization": f"Bearer {answer.access_token}", "Accept": "application/json"}
        with errors.explained():
            response = await caller.call("GET", path, headers=headers, deadline_s=READ_WITHIN_S, idempotent=True)
        errors.raise_resource_error(self.name, response)
        with errors.explained():
            return decode(self.name, response.content, dict[str, Any])


def _instance(config: ConnectorConfig) -> Instance:
    """What people read of this provider."""
    options = config.options
    usual = next((one for one in manifest.MANIFEST.instances if one.name == config.instance), None)
    return Instance(
        name=config.instance,
        title=options.get(manifest.TITLE) or (usual.title if usual else config.instance),
        prefixes=tuple(config.base_urls),
        owner=options.get(manifest.OWNER) or (usual.owner if usual and config.demo else ""),
        country=options.get(manifest.COUNTRY, ""),
    )
