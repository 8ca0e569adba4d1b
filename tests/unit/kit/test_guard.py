"""Addresses that a system named itself: judged by what they resolve to, pinned to what was judged."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence

import httpx
import pytest

from connectors.kit.clients import new_transport
from connectors.kit.errors import Rejected
from connectors.kit.guard import REFUSED, Guarded, is_loopback, is_public, may_be_asked, resolve_names

PUBLIC, PUBLIC_6 = "93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"
INSIDE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.2.1",
    "198.18.0.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1",
    "fd12::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::10.0.0.1", "2002:a00:1::1", "2001:db8::1", "0x7f.1",
    "2130706433", "017700000001", "not an address", "",
]  # fmt: skip


def answering(*addresses: str) -> Callable[[str, int], Awaitable[Sequence[str]]]:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return addresses

    return resolve


class Net:
    """Records where the connections went."""

    def __init__(self, refused: Sequence[str] = ()) -> None:
        self.seen: list[httpx.Request] = []
        self.refused = refused

    def __call__(self) -> httpx.AsyncBaseTransport:
        def reply(request: httpx.Request) -> httpx.Response:
            self.seen.append(request)
            if request.url.host in self.refused:
                raise httpx.ConnectError("refused")
            return httpx.Response(200)

        return httpx.MockTransport(reply)


def client(net: Net, *addresses: str, loopback: bool = False) -> httpx.AsyncClient:
    guarded = Guarded("mosru", inner=net, loopback=loopback, resolve=answering(*addresses))
    return httpx.AsyncClient(transport=guarded, trust_env=False)


@pytest.mark.security("19")
@pytest.mark.parametrize("address", INSIDE)
def test_addresses_of_our_own_network_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.security("19")
@pytest.mark.parametrize("address", [PUBLIC, PUBLIC_6, "8.8.8.8", "::ffff:8.8.8.8"])
def test_addresses_of_the_open_internet_are(address: str) -> None:
    assert is_public(address)
    assert not is_loopback(address)


@pytest.mark.security("19")
@pytest.mark.parametrize("address", INSIDE)
async def test_a_name_that_leads_inside_is_refused_before_anything_is_sent(address: str) -> None:
    net = Net()
    for addresses in ([address], [PUBLIC, address], [address, PUBLIC]):
        with pytest.raises(Rejected) as told:
            await client(net, *addresses).get("https://id.example.ru/x")
        assert told.value.reason == REFUSED
    assert net.seen == []


@pytest.mark.security("19")
async def test_the_connection_goes_to_the_judged_address_under_the_same_name() -> None:
    net = Net()
    assert (await client(net, PUBLIC).post("https://id.example.ru:8443/a?b=c", content=b"body")).status_code == 200
    (request,) = net.seen
    assert str(request.url) == f"https://{PUBLIC}:8443/a?b=c"
    assert (request.headers["host"], request.extensions["sni_hostname"]) == ("id.example.ru:8443", "id.example.ru")
    assert await request.aread() == b"body"


@pytest.mark.security("19")
async def test_a_name_that_changes_its_mind_is_judged_each_time() -> None:
    answers = iter([[PUBLIC], ["127.0.0.1"]])

    async def resolve(host: str, port: int) -> Sequence[str]:
        return next(answers)

    net = Net()
    rebinding = httpx.AsyncClient(transport=Guarded("mosru", inner=net, resolve=resolve), trust_env=False)
    await rebinding.get("https://id.example.ru/")
    with pytest.raises(Rejected):
        await rebinding.get("https://id.example.ru/")
    assert [request.url.host for request in net.seen] == [PUBLIC]


@pytest.mark.security("19")
async def test_http_is_refused_outside_the_demo_and_off_this_machine() -> None:
    for loopback in (False, True):
        with pytest.raises(Rejected):
            await client(Net(), PUBLIC, loopback=loopback).get("http://id.example.ru/")
    with pytest.raises(Rejected):
        await client(Net(), "10.0.0.1", loopback=True).get("https://id.example.ru/")
    with pytest.raises(Rejected):
        await client(Net(), PUBLIC, "127.0.0.1", loopback=True).get("https://id.example.ru/")
    net = Net()
    assert (await client(net, "::1", "127.0.0.1", loopback=True).get("http://localhost:9000/op")).status_code == 200
    assert str(net.seen[0].url) == "http://[::1]:9000/op"


async def test_an_address_that_refuses_gives_way_to_the_next() -> None:
    net = Net(refused=["::1"])
    assert (await client(net, "::1", "127.0.0.1", loopback=True).get("http://localhost:9000/op")).status_code == 200
    assert [request.url.host for request in net.seen] == ["::1", "127.0.0.1"]
    with pytest.raises(httpx.ConnectError):
        await client(Net(refused=["::1", "127.0.0.1"]), "::1", "127.0.0.1", loopback=True).get("http://localhost:9000/op")


async def test_a_name_that_nobody_knows_is_a_failed_connection() -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    with pytest.raises(httpx.ConnectError):
        await httpx.AsyncClient(transport=Guarded("mosru", inner=Net(), resolve=resolve)).get("https://id.example.ru/")
    with pytest.raises(Rejected):
        await client(Net()).get("https://id.example.ru/")


@pytest.mark.security("19")
async def test_a_provider_that_names_ever_new_hosts_is_stopped() -> None:
    asking = client(Net(), PUBLIC)
    for number in range(8):
        await asking.get(f"https://h{number}.example.ru/")
    with pytest.raises(Rejected):
        await asking.get("https://h8.example.ru/")


async def test_over_a_real_socket_it_reaches_this_machine_in_the_demo_only() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        async with httpx.AsyncClient(transport=Guarded("mosru", inner=new_transport, loopback=True), trust_env=False) as demo:
            assert (await demo.get(f"http://localhost:{port}/")).text == "ok"
        async with httpx.AsyncClient(transport=Guarded("mosru", inner=new_transport), trust_env=False) as real:
            for host in ("localhost", "127.0.0.1", "127.1", "0x7f.1"):
                with pytest.raises(Rejected):
                    await real.get(f"http://{host}:{port}/")
    assert "127.0.0.1" in await resolve_names("127.1", 80)


@pytest.mark.security("19")
@pytest.mark.parametrize(
    ("address", "outside", "demo"),
    [
        ("https://id.example.ru/op", True, True),
        ("https://id.example.ru:8443/op?x=1", True, True),
        (f"https://{PUBLIC}/", True, True),
        (f"https://[{PUBLIC_6}]/", True, True),
        ("http://id.example.ru/op", False, False),
        ("http://localhost:9000/op", False, True),
        ("http://op.localhost/", False, True),
        ("https://localhost/", False, True),
        ("http://127.0.0.1:9000", False, True),
        ("http://[::1]:9000", False, True),
        ("https://10.0.0.1/", False, False),
        ("https://localhost./", False, True),
        ("https://user@id.example.ru/", False, False),
        ("https://id.example.ru/#x", False, False),
        ("ftp://localhost/", False, False),
        ("https://", False, False),
        ("https://[", False, False),
        ("https://[::1", False, False),
        ("https://id.example.ru:443/op", True, True),
        ("https://id.example.ru:0x50/", False, False),
        ("https://id.example.ru\\@10.0.0.1/", False, False),
        ("https://id_1.example.ru/", True, True),
        ("https://id.example.ru%2f.evil.example/", False, False),
        ("https://id.example.ru/\n", False, False),
        ("https://id.example.ru/" + "x" * 2048, False, False),
        ("https://пример.рф/", False, False),
        ("", False, False),
    ],
)
def test_an_address_is_judged_by_its_looks_first(address: str, outside: bool, demo: bool) -> None:
    assert (may_be_asked(address), may_be_asked(address, loopback=True)) == (outside, demo)
