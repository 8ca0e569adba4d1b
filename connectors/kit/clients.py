"""The factory of outgoing HTTP clients: one long-lived client a system, no proxies from the environment, no shared cookies."""

from __future__ import annotations

import logging
import ssl
from functools import cache
from http.cookiejar import DefaultCookiePolicy

import httpx

from connectors.kit.network import Network

# They log whole addresses and headers: codes, tokens and SNILS among them. `hub.calls` logs what may be logged.
for _name in ("httpx", "httpcore", "aiohttp"):
    logging.getLogger(_name).setLevel(logging.WARNING)


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def new_transport(*, parallel: int = 10) -> httpx.AsyncHTTPTransport:
    """The network itself, with the shared TLS settings and its own connections."""
    return httpx.AsyncHTTPTransport(verify=_tls(), trust_env=False, limits=_limits(parallel))


def _limits(parallel: int) -> httpx.Limits:
    return httpx.Limits(max_connections=parallel, max_keepalive_connections=parallel)


def new_client(*, parallel: int = 10, transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """A client for one system. It keeps no cookies: it serves many people, and one person's session must not reach another."""
    client = httpx.AsyncClient(
        trust_env=False,
        follow_redirects=False,
        timeout=httpx.Timeout(30.0, connect=5.0),
        headers={"Accept-Encoding": "gzip", "User-Agent": "SchoolHub"},
        transport=transport or Network(tls=_tls(), parallel=parallel),
    )
    # Assigning `client.cookies` would copy the cookies into a new jar with the usual policy: the policy of its own jar is what counts.
    client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return client
