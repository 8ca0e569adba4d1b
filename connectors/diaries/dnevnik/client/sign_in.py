"""Ways to a token: the code flow in the browser, its refresh, and the login form that the public clients drive."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import httpx

from connectors.diaries.dnevnik.client.api import Api
from connectors.diaries.dnevnik.errors import checked
from connectors.diaries.dnevnik.mapping import wire_family
from connectors.diaries.dnevnik.mapping.account import expires_at
from connectors.diaries.dnevnik.mapping.frame import ident
from connectors.kit.answers import decode
from connectors.kit.deadline import Deadline
from connectors.kit.errors import AccessDenied, AuthExpired, Drifted, NotFound, Rejected
from connectors.kit.plain_text import plain_text
from connectors.kit.ports import Access, Arrival, Departure
from connectors.kit.secret import Secret

MAX_REDIRECTS = 10
_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{8,512}")
_MESSAGE = re.compile(r"<(\w+)[^>]*class=\"[^\"]*\b(?:message|error__description|validation)[^\"]*\"[^>]*>(.*?)</\1>", re.DOTALL)


def depart(api: Api, *, state: str, redirect_uri: str) -> Departure:
    query = {
        "response_type": "code",
        "client_id": api.option("CLIENT_ID"),
        "scope": api.scope,
        "redirect_uri": redirect_uri,
        "state": state,
    }
    return Departure(url=f"{api.login_url}/oauth2?{urlencode(query)}")


async def arrive(api: Api, arrival: Arrival) -> Access:
    """The token for the code that the browser brought back."""
    params = arrival.params
    if params.get("state", "") != arrival.state:
        raise Rejected(api.system, "state", "the answer belongs to another sign-in")
    if error := params.get("error"):
        raise Rejected(api.system, error[:64], plain_text(params.get("error_description"))[:300])
    if not params.get("code"):
        raise Rejected(api.system, "no_code")
    body = {
        "code": params["code"],
        "client_id": api.option("CLIENT_ID"),
        "client_secret": api.option("CLIENT_SECRET"),
        "grant_type": "AuthorizationCode",
    }
    return _access(api, await api.authorize(body, Deadline(api.system)))


async def renew(api: Api, access: Access) -> Access:
    """A new pair of tokens. Whatever the platform has against the old one, the person has to sign in again."""
    if access.refresh is None:
        raise AuthExpired(api.system, "no refresh token")
    body = {
        "refreshToken": access.refresh.reveal(),
        "client_id": api.option("CLIENT_ID"),
        "client_secret": api.option("CLIENT_SECRET"),
        "grant_type": "RefreshToken",
    }
    try:
        answer = await api.authorize(body, Deadline(api.system))
    except (Rejected, NotFound) as error:
        raise AuthExpired(api.system, f"refresh refused: {error.detail}") from error
    renewed = _access(api, answer, kept=access)
    if access.owner and renewed.owner and access.owner != renewed.owner:
        raise Drifted(api.system, "$.user", "the account's owner has changed")
    return renewed


def _access(api: Api, body: bytes, kept: Access | None = None) -> Access:
    token = decode(api.system, body, wire_family.Token)
    refresh = Secret(token.refresh_token) if token.refresh_token else (kept.refresh if kept else None)
    return Access(
        token=Secret(token.access_token),
        owner=ident(token.user, token.user_str) or (kept.owner if kept else ""),
        refresh=refresh,
        expires_at=expires_at(api.now(), token.expires_in),
        extra=kept.extra if kept else {},
    )


async def by_password(api: Api, credentials: Mapping[str, Secret]) -> Access:
    """Signs in at the login form and reads the token from the fragment of the last redirect."""
    missing = [name for name in ("login", "password") if not credentials.get(name)]
    if missing:
        raise Rejected(api.system, "credentials", ", ".join(missing))
    grant = {"response_type": "token", "client_id": api.option("CLIENT_ID"), "scope": api.scope}
    back = f"{api.login_url}/oauth2?{urlencode(grant)}"
    walk = _Walk(api, Deadline(api.system))
    form = {"ReturnUrl": back, "login": credentials["login"].reveal(), "password": credentials["password"].reveal()}
    page = await walk.post(f"{api.login_url}/login/", form)
    if walk.token is None and walk.signed_in:
        # The first chain may end on a page that offers something; asking for the return address again brings the token.
        page = await walk.post(back)
    if walk.token is None:
        raise _refusal(api, page)
    return Access(token=Secret(walk.token))


def _refusal(api: Api, page: httpx.Response | None) -> Rejected:
    return Rejected(api.system, "credentials", _told(page) if page is not None else "")


def _told(page: httpx.Response) -> str:
    """What the sign-in page says to the person."""
    found = _MESSAGE.search(page.text)
    return plain_text(found.group(2))[:300] if found else ""


class _Walk:
    """One browser-like walk with its own cookies; it never leaves the login address."""

    def __init__(self, api: Api, deadline: Deadline) -> None:
        self.token: str | None = None
        self._api = api
        self._deadline = deadline
        self._cookies: dict[str, str] = {}

    @property
    def signed_in(self) -> bool:
        """The form sets a session only for the right password."""
        return bool(self._cookies)

    async def post(self, url: str, params: Mapping[str, str] | None = None) -> httpx.Response | None:
        """Follows the redirects by hand until a page or the token comes; None when it ended elsewhere."""
        method, query = "POST", dict(params) if params else None
        for _ in range(MAX_REDIRECTS):
            path = self._path(url)
            if path is None:
                return None
            response = await self._api.login.call(
                method,
                path,
                deadline_s=self._deadline.left(),
                idempotent=False,
                params=query,
                headers={"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())} if self._cookies else None,
            )
            self._keep(response)
            location = response.headers.get("location")
            if not response.is_redirect or not location:
                return self._page(response)
            url = urljoin(url, location)
            if self._found(url):
                return None
            method, query = "GET", None
        raise Drifted(self._api.system, "redirects", f"more than {MAX_REDIRECTS}")

    def _path(self, url: str) -> str | None:
        """The path below the login address; a redirect to anywhere else ends the walk."""
        base = self._api.login_url
        return url[len(base) :].partition("#")[0] if url.startswith(f"{base}/") else None

    def _keep(self, response: httpx.Response) -> None:
        for line in response.headers.get_list("set-cookie"):
            name, _, value = line.split(";")[0].partition("=")
            if name.strip():
                self._cookies[name.strip()] = value.strip()

    def _found(self, url: str) -> bool:
        parts = urlsplit(url)
        values = parse_qs(parts.fragment).get("access_token", [])
        if not values or parse_qs(parts.query).get("result", ["success"]) != ["success"]:
            return False
        if not _TOKEN.fullmatch(values[0]):
            raise Drifted(self._api.system, "fragment", "access_token")
        self.token = values[0]
        return True

    def _page(self, response: httpx.Response) -> httpx.Response:
        """A sign-in page is a page on purpose: only its status and an error envelope count."""
        told = _told(response)
        if response.status_code == 403 and told:
            raise AccessDenied(self._api.system, told)
        if response.status_code >= 400 or "json" in response.headers.get("content-type", ""):
            checked(self._api.system, response)
        return response
