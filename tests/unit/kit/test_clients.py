"""The clients: no proxy or password from the environment, no shared cookies, no redirects, and the one library that we know."""

from __future__ import annotations

import ast
import importlib.util
import logging
from pathlib import Path

import httpx
import pytest

from connectors.kit.calls import Caller
from connectors.kit.clients import new_client

ROOT = Path(__file__).parents[3]


async def test_nothing_of_the_environment_is_trusted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://evil.test:1")
    (tmp_path / ".netrc").write_text("machine mes.test login a password b")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200)

    async with new_client(transport=httpx.MockTransport(answer)) as client:
        assert client.trust_env is False
        await client.get("http://mes.test/")
    assert "authorization" not in seen[0].headers
    async with new_client() as plain:
        assert not any(plain._mounts.values())


async def test_a_cookie_of_one_person_never_reaches_another() -> None:
    seen: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("cookie"))
        return httpx.Response(200, headers=[("Set-Cookie", "session=anna; Path=/"), ("Set-Cookie", "other=1; Domain=mes.test")])

    client = new_client(transport=httpx.MockTransport(answer))
    caller = Caller("mes", "http://mes.test", client)
    await caller.call("GET", "/", deadline_s=1, idempotent=True)
    await caller.call("GET", "/", deadline_s=1, idempotent=True)
    await caller.call("GET", "/", deadline_s=1, idempotent=True, cookies={"session": "boris"})
    await caller.call("GET", "/", deadline_s=1, idempotent=True)
    assert seen == [None, None, "session=boris", None]
    assert not list(client.cookies.jar)


async def test_a_set_cookie_can_still_be_read_from_the_answer() -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, headers=[("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]))
    answer = await Caller("mes", "http://mes.test", new_client(transport=transport)).call("GET", "/", deadline_s=1, idempotent=True)
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert dict(answer.cookies) == {"a": "1", "b": "2"}


def test_the_library_does_not_log_addresses() -> None:
    assert not logging.getLogger("httpx").isEnabledFor(logging.INFO)
    assert not logging.getLogger("httpcore").isEnabledFor(logging.DEBUG)


def test_httpx2_is_not_importable_because_it_would_silently_replace_httpx() -> None:
    assert importlib.util.find_spec("httpx2") is None
    assert httpx.__version__.startswith("0.28.")


def product() -> list[Path]:
    return [path for folder in ("connectors", "hub", "identity", "device_ingest", "sandbox") for path in (ROOT / folder).rglob("*.py")]


@pytest.mark.security("10")
def test_python_joses_decode_is_called_in_the_wrapper_only() -> None:
    wrapper = ROOT / "connectors/kit/jose/verify.py"
    users = {
        path
        for path in product()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "jose" and path != wrapper)
        or (isinstance(node, ast.Import) and any(alias.name.split(".")[0] == "jose" for alias in node.names))
    }
    # The keys module only builds key objects.
    assert users == {ROOT / "connectors/kit/jose/keys.py"}
    text = (ROOT / "connectors/kit/jose/keys.py").read_text("utf-8")
    assert "jwt" not in [alias.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom) for alias in node.names]
    assert wrapper.read_text("utf-8").count("reader.decode(") == 1


@pytest.mark.security("10")
def test_no_module_turns_signature_checks_off() -> None:
    asked = ("verify_signature", "get_unverified")
    assert not [path for path in product() if any(word in path.read_text("utf-8") for word in asked)]
