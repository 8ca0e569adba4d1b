"""The process: ports, signals, TLS, the CONNECT proxy, dropped connections."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.nothing_skipped import not_applicable

ROOT = Path(__file__).parents[3]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def command(*arguments: str, env: dict[str, str] | None = None) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "sandbox", "serve", *arguments],
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    process: subprocess.Popen[str]
    port: int
    tls: int
    proxy: int

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    port, tls, proxy = free_port(), free_port(), free_port()
    process = command("--port", str(port), "--tls-port", str(tls), "--proxy-port", str(proxy))
    assert process.stdout is not None
    assert "Песочница" in process.stdout.readline()
    assert "TLS" in process.stdout.readline()
    assert "Прокси" in process.stdout.readline()
    yield Running(process=process, port=port, tls=tls, proxy=proxy)
    process.terminate()
    process.communicate(timeout=10)


@pytest.fixture(scope="module")
def trust(running: Running, tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    pem = tmp_path_factory.mktemp("ca") / "ca.pem"
    pem.write_text(httpx.get(f"{running.url}/_sandbox/ca.pem").text)
    return ssl.create_default_context(cafile=pem)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_it_listens_on_both_loopback_addresses(running: Running, host: str) -> None:
    if host == "[::1]" and not socket.has_ipv6:
        not_applicable("no IPv6")
    assert httpx.get(f"http://{host}:{running.port}/healthz").json()["status"] == "ok"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_tls_serves_the_same_under_names_of_its_certificate(running: Running, trust: ssl.SSLContext, host: str) -> None:
    assert httpx.get(f"https://{host}:{running.tls}/readyz", verify=trust).status_code == 200


def real_host(running: Running) -> tuple[str, str]:
    systems = httpx.get(f"{running.url}/readyz").json()["systems"]
    names = {"dnevnik": "api.dnevnik.ru", "esia": "esia.gosuslugi.ru"}
    return next((prefix, names[prefix]) for prefix in systems if prefix in names)


def test_the_proxy_leads_a_real_host_to_its_system(running: Running, trust: ssl.SSLContext) -> None:
    prefix, host = real_host(running)
    with httpx.Client(proxy=f"http://127.0.0.1:{running.proxy}", verify=trust) as client:
        client.get(f"https://{host}/that-is-nowhere")
    record = httpx.get(f"{running.url}/_sandbox/requests", params={"system": prefix}).json()["requests"][-1]
    assert (record["path"], record["headers"]["host"]) == ("/that-is-nowhere", host)


def test_the_proxy_leads_nowhere_else(running: Running) -> None:
    with httpx.Client(proxy=f"http://127.0.0.1:{running.proxy}") as client, pytest.raises(httpx.ProxyError, match="403"):
        client.get("https://example.org/")
    with socket.create_connection(("127.0.0.1", running.proxy), timeout=5) as plain:
        plain.sendall(b"GET http://example.org/ HTTP/1.1\r\n\r\n")
        assert b"405" in plain.recv(100)


def test_a_drop_closes_the_connection_without_an_answer(running: Running) -> None:
    prefix, _ = real_host(running)
    httpx.post(f"{running.url}/_sandbox/faults", json={"system": prefix, "kind": "drop", "times": 1})
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        httpx.get(f"{running.url}/{prefix}/x")
    with httpx.Client() as client:
        assert client.get(f"{running.url}/{prefix}/x").status_code


def test_a_busy_port_is_one_clear_line(running: Running) -> None:
    process = command("--port", str(running.port))
    _, errors = process.communicate(timeout=30)
    assert process.returncode not in (0, None)
    assert len(errors.strip().splitlines()) == 1
    assert str(running.port) in errors


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_zero_also_with_an_open_connection(number: signal.Signals) -> None:
    port = free_port()
    process = command(env={"SANDBOX_PORT": str(port), "SANDBOX_HOST": "127.0.0.1"})
    assert process.stdout is not None
    process.stdout.readline()
    with httpx.Client() as client, socket.create_connection(("127.0.0.1", port), timeout=5) as silent:
        client.get(f"http://127.0.0.1:{port}/healthz")
        silent.sendall(b"GET /healthz HT")
        started = time.monotonic()
        process.send_signal(number)
        _, errors = process.communicate(timeout=15)
    assert process.returncode == 0
    assert time.monotonic() - started < 10
    assert errors == ""


@pytest.mark.parametrize(
    ("arguments", "env"),
    [(["--port", "x"], {}), (["--port", "70000"], {}), (["--proxy-port", "9443"], {}), ([], {"SANDBOX_PORT": "nine"})],
)
def test_a_port_that_makes_no_sense_is_refused(arguments: list[str], env: dict[str, str]) -> None:
    process = command(*arguments, env=env)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 2
    assert "Traceback" not in errors
