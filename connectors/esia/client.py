"""How to ask ESIA: the authorisation address, the exchange of the code, and the person behind it."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Mapping
from datetime import UTC
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote, urlencode, urlsplit
from uuid import uuid4

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request

from connectors.esia import errors, manifest, mapping
from connectors.esia.signing.choose import dialect_of, is_loopback, signer_of
from connectors.esia.signing.dialect import Request, written
from connectors.kit import jose
from connectors.kit.answers import decode
from connectors.kit.config import BadSetting, ConnectorConfig, Equipment
from connectors.kit.errors import AccessDenied, Drifted, NotFound, Rejected, Unavailable
from connectors.kit.jose import KeyFiles
from connectors.kit.ports import Arrival, Departure, SignInPort
from identity.claims import Claims

TOKEN_WITHIN_S = 10.0
READ_WITHIN_S = 10.0
MAX_CODE = 8 * 1024
WORK = "work"
"""Under this the flow keeps the wider scope of a sign-in at work."""
PRODUCTION = "esia.gosuslugi.ru"
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
T = TypeVar("T")


def connect(config: ConnectorConfig, equipment: Equipment) -> SignInPort:
    """The connector for one registered information system. Raises `BadSetting` for settings that cannot work."""
    return Esia(config, equipment)


def issuers_of(options: Mapping[str, str], base_url: str, *, demo: bool = False) -> frozenset[str]:
    """Whose tokens are accepted: ESIA writes its own host with http and a closing slash, a sandbox the real name or its own."""
    if given := options.get(manifest.ISSUER, "").split():
        return frozenset(given)
    host = urlsplit(base_url).netloc
    own = {f"http://{host}/", f"https://{host}/"}
    if demo or is_loopback(base_url):
        own |= {f"http://{PRODUCTION}/", base_url, f"{base_url}/"}
    return frozenset(own)


class Esia:
    """The port of `connectors.kit.ports.SignInPort` for Gosuslugi."""

    manifest = manifest.MANIFEST

    def __init__(self, config: ConnectorConfig, equipment: Equipment) -> None:
        prefix = self.manifest.instances[0].prefixes[0]
        base_url = config.base_urls[prefix].rstrip("/")
        options = config.options
        self.name = config.instance
        self._base_url = base_url
        self._caller = equipment.callers[prefix]
        self._now = equipment.now
        self._client_id = options.get(manifest.CLIENT_ID, "")
        if not self._client_id:
            raise BadSetting(manifest.CLIENT_ID, "is empty")
        self._scope = " ".join((options.get(manifest.SCOPE) or manifest.DEFAULT_SCOPE).split())
        if "openid" not in self._scope.split():
            raise BadSetting(manifest.SCOPE, "lacks openid, without which no id_token comes")
        self._dialect = dialect_of(options)
        self._signer = signer_of(self.name, options, base_url=base_url)
        paths = [Path(part.strip()) for part in options.get(manifest.VERIFY_KEYS, "").split(",") if part.strip()]
        if not paths:
            raise BadSetting(manifest.VERIFY_KEYS, "names no file")
        self._keys = KeyFiles(self.name, paths)
        # A wrong file stops the start and not the first parent.
        self._check_files(options)
        if not config.demo:
            # The demo's verification keys come later, from the sandbox.
            self._check_keys()
        self._rules = jose.Rules(
            issuers=issuers_of(options, base_url, demo=config.demo),
            audience=self._client_id,
            header={"sbt": "id"},
            integer_sub=True,
            nonce_may_be_absent=True,
        )

    def _check_keys(self) -> None:
        try:
            self._keys.load()
        except Unavailable as error:
            raise BadSetting(manifest.VERIFY_KEYS, f"cannot be used: {error.__cause__}") from error

    def _check_files(self, options: Mapping[str, str]) -> None:
        for name in (manifest.KEY_FILE, manifest.CERT_FILE):
            try:
                Path(options[name]).read_bytes()
            except OSError as error:
                raise BadSetting(name, f"cannot be read: {error.strerror}") from error

    async def begin(self, *, state: str, redirect_uri: str) -> Departure:
        """The signed authorisation address; `state` should be a UUID, as ESIA's manual asks."""
        return await self._departure(self._request(state=state, redirect_uri=redirect_uri), {})

    async def begin_at_work(self, *, state: str, redirect_uri: str) -> Departure:
        """As `begin`, and the list of organisations is asked for too: of school staff alone, a family is never asked for it."""
        scope = f"{self._scope} {manifest.WORK_SCOPE}"
        return await self._departure(self._request(state=state, redirect_uri=redirect_uri, scope=scope), {WORK: scope})

    async def _departure(self, request: Request, keep: Mapping[str, str]) -> Departure:
        nonce = secrets.token_urlsafe(16)
        address = f"{self._base_url}{self._dialect.authorise_path}"
        # Online access is all that a sign-in needs: no refresh token is asked for, none has to be kept.
        url = prepare_grant_uri(address, response_type="code", access_type="online", nonce=nonce, **await self._signed(request))
        return Departure(url=url, keep={"nonce": nonce, **keep})

    async def finish(self, arrival: Arrival) -> Claims:
        """Exchanges the code, verifies the id_token, then reads person, contacts and children side by side."""
        code = self._code(arrival)
        scope = arrival.keep.get(WORK, "")
        answer = await self._exchange(code, arrival.redirect_uri, scope or self._scope)
        token = await self._verified(answer, arrival.keep.get("nonce"))
        who = mapping.subject(self.name, token)
        self._check_access_token(answer.access_token, who.oid)
        try:
            async with asyncio.TaskGroup() as group:
                person = group.create_task(self._read(answer, f"/rs/prns/{who.oid}", mapping.PersonAnswer))
                contacts = group.create_task(self._contacts(answer, who.oid))
                kids = group.create_task(self._kids(answer, who.oid))
                roles = group.create_task(self._roles(answer, who.oid, asked=bool(scope)))
        except ExceptionGroup as several:
            raise several.exceptions[0] from several
        return mapping.claims(self.name, who, person.result(), contacts.result(), kids.result(), roles.result())

    def logout_url(self, *, return_to: str) -> str | None:
        """ESIA's own sign-out page; its parameter is called redirect_url."""
        query = urlencode({"client_id": self._client_id, "redirect_url": return_to}, quote_via=quote)
        return f"{self._base_url}/idp/ext/Logout?{query}"

    def _code(self, arrival: Arrival) -> str:
        parameters = arrival.params
        if parameters.get("state", arrival.state) != arrival.state:
            raise Rejected(self.name, "state", errors.AGAIN)
        if parameters.get("iss", next(iter(self._rules.issuers))) not in self._rules.issuers:
            raise Rejected(self.name, "iss", errors.UNKNOWN)
        if "error" in parameters:
            raise errors.of_oauth(self.name, parameters["error"], parameters.get("error_description", ""))
        code = parameters.get("code", "")
        if not code:
            raise Rejected(self.name, "no_code", errors.AGAIN)
        if len(code) > MAX_CODE or not re.fullmatch(r"[\x21-\x7e]+", code):
            raise Rejected(self.name, "code", errors.AGAIN)
        return code

    def _request(self, *, state: str, redirect_uri: str, code: str = "", scope: str = "") -> Request:
        timestamp = self._now().astimezone(UTC).strftime("%Y.%m.%d %H:%M:%S +0000")
        return Request(
            client_id=self._client_id, scope=scope or self._scope, timestamp=timestamp, state=state, redirect_uri=redirect_uri, code=code
        )

    async def _signed(self, request: Request) -> dict[str, str]:
        """The fields that both requests share, the secret over them included."""
        secret = written(await self._signer.sign(self._dialect.message(request)))
        fields = {
            "client_id": request.client_id,
            "client_secret": secret,
            "redirect_uri": request.redirect_uri,
            "scope": request.scope,
            "state": request.state,
            "timestamp": request.timestamp,
        }
        if self._dialect.raw:
            fields["client_certificate_hash"] = await self._signer.certificate_hash()
        return fields

    async def _exchange(self, code: str, redirect_uri: str, scope: str) -> mapping.TokenAnswer:
        request = self._request(state=str(uuid4()), redirect_uri=redirect_uri, code=code, scope=scope)
        form = prepare_token_request("authorization_code", code=code, token_type="Bearer", **await self._signed(request))
        with errors.explained():
            response = await self._caller.call(
                "POST", self._dialect.token_path, content=form.encode(), headers=FORM, deadline_s=TOKEN_WITHIN_S, idempotent=False
            )
        errors.raise_token_error(self.name, response)
        with errors.explained():
            answer = decode(self.name, response.content, mapping.TokenAnswer)
        if answer.state != request.state:
            raise Rejected(self.name, "token_state", errors.AGAIN)
        if answer.token_type.lower() != "bearer":
            raise Drifted(self.name, "$.token_type", text=errors.UNREADABLE)
        return answer

    async def _verified(self, answer: mapping.TokenAnswer, nonce: str | None) -> dict[str, object]:
        try:
            return jose.verify(
                self.name, answer.id_token, await self._keys.keys(), self._rules,
                now=self._now(), nonce=nonce, access_token=answer.access_token,
            )  # fmt: skip
        except Rejected as refusal:
            if refusal.reason == "token_alg" and jose.algorithm(answer.id_token).startswith("GOST"):
                raise Rejected(self.name, "token_alg", errors.GOST_TOKEN) from refusal
            if refusal.reason != "token_signature":
                raise
        # ESIA may have changed its certificate a moment ago: once more with the files as they are now.
        return jose.verify(
            self.name, answer.id_token, await self._keys.keys(anew=True), self._rules,
            now=self._now(), nonce=nonce, access_token=answer.access_token,
        )  # fmt: skip

    def _check_access_token(self, token: str, oid: str) -> None:
        """The access token must be of the same person and of us, where it tells; the resource server verifies it."""
        told = jose.unverified_claims(token)
        if str(told.get("urn:esia:sbj_id", oid)) != oid or told.get("client_id", self._client_id) != self._client_id:
            raise Rejected(self.name, "subject_differs", errors.UNKNOWN)

    async def _contacts(self, answer: mapping.TokenAnswer, oid: str) -> list[mapping.ContactAnswer]:
        if not {"mobile", "email", "contacts"} & set(self._scope.split()):
            return []
        try:
            return await self._collection(answer, f"/rs/prns/{oid}/ctts", mapping.Collection[mapping.ContactAnswer], mapping.ContactAnswer)
        except (AccessDenied, NotFound):
            return []

    async def _kids(self, answer: mapping.TokenAnswer, oid: str) -> list[mapping.KidAnswer] | None:
        """None where ESIA does not tell: not asked, or refused. An empty list is only what ESIA itself says."""
        if not any(scope.startswith("kid_") for scope in self._scope.split()):
            return None
        try:
            return await self._collection(answer, f"/rs/prns/{oid}/kids", mapping.Collection[mapping.KidAnswer], mapping.KidAnswer)
        except (AccessDenied, NotFound):
            return None

    async def _roles(self, answer: mapping.TokenAnswer, oid: str, *, asked: bool) -> list[mapping.RoleAnswer] | None:
        """None where it was not asked for, or is refused."""
        if not asked:
            return None
        try:
            return await self._collection(answer, f"/rs/prns/{oid}/roles", mapping.Collection[mapping.RoleAnswer], mapping.RoleAnswer)
        except (AccessDenied, NotFound):
            return None

    async def _collection(self, answer: mapping.TokenAnswer, path: str, shape: type[mapping.Collection[T]], element: type[T]) -> list[T]:
        """The elements; where they come as addresses, each is read below our own base address, never at the one written."""
        found = await self._read(answer, f"{path}?embed=(elements)", shape)
        if len(found.elements) > mapping.MAX_KIDS:
            raise Drifted(self.name, "$.elements", "too many", text=errors.UNREADABLE)
        whole: list[T] = []
        for item in found.elements:
            if isinstance(item, str):
                name = item.rstrip("/").rpartition("/")[2]
                if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name):
                    raise Drifted(self.name, "$.elements[]", "not an address", text=errors.UNREADABLE)
                whole.append(await self._read(answer, f"{path}/{name}", element))
            else:
                whole.append(item)
        return whole

    async def _read(self, answer: mapping.TokenAnswer, path: str, shape: type[T]) -> T:
        headers = {"Authorization": f"Bearer {answer.access_token}", "Accept": "application/json"}
        with errors.explained():
            response = await self._caller.call("GET", path, headers=headers, deadline_s=READ_WITHIN_S, idempotent=True)
        errors.raise_rest_error(self.name, response)
        with errors.explained():
            return decode(self.name, response.content, shape)
