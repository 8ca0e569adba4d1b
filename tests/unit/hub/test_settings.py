"""Settings are read once; everything unknown or malformed stops the start with one line each."""

from __future__ import annotations

import dataclasses
from ipaddress import ip_network
from pathlib import Path

import pytest

from hub.settings import Settings, SettingsError, load, names
from hub.settings.shown import shown

KEY = "k" * 20 + "0123456789abcdefghijklmnopq"
REAL = {
    "HUB_MASTER_KEY": KEY,
    "HUB_PUBLIC_URL": "https://hub.example.ru",
    "HUB_ESIA_BASE_URL": "https://esia.gosuslugi.ru",
    "HUB_ESIA_CLIENT_ID": "INSP03211",
    "HUB_ESIA_KEY_FILE": "/run/secrets/esia.key",
    "HUB_ESIA_CERT_FILE": "/run/secrets/esia.crt",
    "HUB_ESIA_VERIFY_KEYS": "/run/secrets/esia.pem",
}


def problems(environ: dict[str, str], *, port: int | None = None) -> list[str]:
    try:
        load(environ, port=port)
    except SettingsError as error:
        return list(error.problems)
    return []


def test_without_any_variable_it_is_a_demo_on_loopback() -> None:
    settings = load({})
    assert settings.demo
    assert (settings.hosts, settings.port) == (("127.0.0.1", "::1"), 8000)
    assert (settings.public_url, settings.public_host) == ("http://localhost:8000", "localhost:8000")
    assert (str(settings.data_dir), settings.database) == ("var", "var/hub.sqlite3")
    assert (settings.log_format, settings.trusted_proxies, settings.secure) == ("text", (), False)
    assert settings.connectors["esia"].base_urls == {"esia": "http://localhost:9000/esia"}
    assert settings.connectors["dnevnik"].base_urls["dnevnik-login"] == "http://localhost:9000/dnevnik-login"


def test_a_real_hub_has_only_the_connectors_that_have_an_address() -> None:
    settings = load(REAL)
    assert not settings.demo
    assert settings.secure
    assert set(settings.connectors) == {"esia"}
    assert settings.connectors["esia"].options["CLIENT_ID"] == "INSP03211"
    assert settings.connectors["esia"].options["DIALECT"] == "current"


def test_the_command_lines_port_beats_the_variable_and_moves_the_public_address() -> None:
    settings = load({"HUB_PORT": "8100"}, port=8200)
    assert (settings.port, settings.public_url) == (8200, "http://localhost:8200")


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_port_that_there_is_not_is_one_line_on_the_command_line_too(port: int) -> None:
    assert problems({}, port=port) == ["--port: must be a number from 1 to 65535"]


def test_the_sandboxes_port_moves_the_demos_addresses() -> None:
    settings = load({"SANDBOX_PORT": "9100"})
    assert settings.sandbox_url == "http://localhost:9100"
    assert settings.connectors["esia"].base_urls == {"esia": "http://localhost:9100/esia"}


def test_a_given_address_stays_in_the_demo_without_its_trailing_slash() -> None:
    settings = load({"HUB_ESIA_BASE_URL": "http://localhost:7000/esia/"})
    assert settings.connectors["esia"].base_urls == {"esia": "http://localhost:7000/esia"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HUB_PORT", "http"),
        ("HUB_PORT", "0"),
        ("HUB_PORT", "65536"),
        ("HUB_PORT", "-1"),
        ("HUB_HOST", "example.ru"),
        ("HUB_HOST", "127.0.0.1,here"),
        ("HUB_PUBLIC_URL", "localhost:8000"),
        ("HUB_PUBLIC_URL", "ftp://localhost"),
        ("HUB_PUBLIC_URL", "http://localhost:8000/hub"),
        ("HUB_PUBLIC_URL", "http://user:secret@localhost:8000"),
        ("HUB_PUBLIC_URL", "http://localhost:port"),
        ("HUB_PUBLIC_URL", "http://local host"),
        ("HUB_PUBLIC_URL", "http://localhost:8000?x=1"),
        ("HUB_DATABASE_URL", "mysql://root@localhost/hub"),
        ("HUB_DATABASE_URL", "hub.sqlite3"),
        ("HUB_NATS_URL", "http://localhost:4222"),
        ("HUB_NATS_URL", "nats://one:4222,two:4222"),
        ("HUB_NATS_URL", "nats://one:4222,,"),
        ("HUB_NATS_REPLICAS", "2"),
        ("HUB_DEMO", "yes"),
        ("HUB_DEMO", "2"),
        ("HUB_MASTER_KEY", "too short"),
        ("HUB_MASTER_KEYS_OLD", f"{KEY},short"),
        ("HUB_TRUSTED_PROXIES", "10.0.0.1/33"),
        ("HUB_TRUSTED_PROXIES", "proxy.local"),
        ("HUB_TRUSTED_PROXIES", "10.0.0.1/8"),
        ("HUB_LOG_FORMAT", "xml"),
        ("HUB_ESIA_BASE_URL", "localhost/esia"),
        ("HUB_ESIA_BASE_URL", "http://localhost:9000/esia?x"),
        ("HUB_ESIA_DIALECT", "v3"),
        ("HUB_ESIA_SIGNER", "pkcs11"),
        ("HUB_MASTER_KEY_FILE", "/no/such/file"),
    ],
)
def test_a_malformed_value_is_one_line_that_begins_with_its_name(name: str, value: str) -> None:
    (problem,) = problems({name: value, "HUB_DEMO": "1"} if name not in ("HUB_DEMO", "HUB_PUBLIC_URL") else {name: value})
    assert problem.startswith(f"{name}: ")
    assert "\n" not in problem


@pytest.mark.parametrize(
    "name",
    [
        "HUB_PROT",
        "HUB_",
        "HUB_ESIA_SECRET",
        "HUB_ESIA_BASE_URL_FILE",
        "HUB_PORT_FILE",
        "HUB_OIDC_MOSRU",
        "HUB_OIDC_MOSRU_SECRET",
        "HUB_VKID_X",
    ],
)
def test_an_unknown_name_stops_the_start(name: str) -> None:
    (problem,) = problems({name: "x"})
    assert problem.startswith(f"{name}: no such setting")


def test_an_unknown_name_that_is_nearly_right_is_told_the_right_one() -> None:
    assert problems({"HUB_PUBLIC_URI": "x"}) == ["HUB_PUBLIC_URI: no such setting; did you mean HUB_PUBLIC_URL?"]


def test_every_problem_is_listed_at_once() -> None:
    assert len(problems({"HUB_PORT": "x", "HUB_LOG_FORMAT": "y", "HUB_ZZZ": "z"})) == 3


@pytest.mark.parametrize("name", ["HUB_TEST_DATABASE_URL", "HUB_TEST_NATS_URL", "HUBERT"])
def test_names_of_tests_and_of_others_are_accepted(name: str) -> None:
    assert problems({name: "x"}) == []


def test_an_empty_value_counts_as_not_set() -> None:
    assert load(dict.fromkeys(names.known(), "")) == load({})


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"{KEY}\n")
    settings = load({"HUB_MASTER_KEY_FILE": str(file), "HUB_DATA_DIR": str(tmp_path / "var"), "HUB_PUBLIC_URL": "https://hub.example.ru"})
    assert settings.master_key.reveal() == KEY


def test_a_secret_given_twice_or_an_empty_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("\n")
    assert problems({"HUB_MASTER_KEY": KEY, "HUB_MASTER_KEY_FILE": str(file), "HUB_DEMO": "1"}) == [
        "HUB_MASTER_KEY_FILE: set either HUB_MASTER_KEY or HUB_MASTER_KEY_FILE, not both"
    ]
    assert problems({"HUB_MASTER_KEY_FILE": str(file), "HUB_DEMO": "1"}) == ["HUB_MASTER_KEY_FILE: the file is empty"]


def test_lists_are_split_at_commas() -> None:
    settings = load(
        {"HUB_TRUSTED_PROXIES": "10.0.0.1, 192.168.0.0/16", "HUB_HOST": "localhost,0.0.0.0", "HUB_MASTER_KEYS_OLD": f"{KEY},{KEY}x"}
    )
    assert settings.trusted_proxies == (ip_network("10.0.0.1"), ip_network("192.168.0.0/16"))
    assert settings.hosts == ("127.0.0.1", "::1", "0.0.0.0")
    assert len(settings.master_keys_old) == 2


def test_the_record_is_frozen_and_prints_no_secret() -> None:
    settings = load({**REAL, "HUB_DATABASE_URL": "postgresql://hub:pa55word@db/hub"})
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.port = 1  # type: ignore[misc]  # that it fails is the point
    assert KEY not in repr(settings)
    assert "pa55word" not in repr(settings)


def test_what_is_shown_to_people_masks_secrets() -> None:
    told = {one.name: one for one in shown({"HUB_MASTER_KEY": KEY, "HUB_DNEVNIK_CLIENT_SECRET": "s3cret", "HUB_PORT": "8001"})}
    assert told["HUB_MASTER_KEY"].text == told["HUB_DNEVNIK_CLIENT_SECRET"].text == "***"
    assert (told["HUB_PORT"].text, told["HUB_PORT"].given) == ("8001", True)
    assert (told["HUB_LOG_FORMAT"].text, told["HUB_LOG_FORMAT"].given) == ("text", False)
    assert set(told) == set(names.known())


def test_every_connector_declares_its_addresses_and_settings() -> None:
    known = names.known()
    for manifest, instance in names.instances():
        for prefix in instance.prefixes:
            assert (names.variable(prefix, "BASE_URL") in known) is manifest.has_address
        for setting in manifest.settings:
            assert known[names.variable(instance.prefixes[0], setting.name)].secret is setting.secret


@pytest.mark.rule("D4")
@pytest.mark.parametrize(
    ("given", "on"),
    [
        ({"HUB_OSMP_NETWORKS": "10.0.0.0/8"}, False),
        ({"HUB_OSMP_USER": "city", "HUB_OSMP_PASSWORD": "word"}, False),
        ({"HUB_OSMP_NETWORKS": "10.0.0.0/8", "HUB_OSMP_USER": "city"}, False),
        ({"HUB_OSMP_NETWORKS": "here", "HUB_OSMP_SECRET": "word"}, False),
        ({"HUB_OSMP_NETWORKS": "10.0.0.0/8", "HUB_OSMP_USER": "city", "HUB_OSMP_PASSWORD": "word"}, True),
        ({"HUB_OSMP_NETWORKS": "10.0.0.0/8", "HUB_OSMP_SECRET": "word"}, True),
        ({"HUB_OSMP_NETWORKS": "10.0.0.0/8", "HUB_OSMP_SECRET": "demo-word"}, False),
        ({"HUB_OSMP_NETWORKS": "10.0.0.0/8", "HUB_OSMP_CERTIFICATE": "a1" * 32}, True),
        ({"HUB_OSMP_NETWORKS": "10.0.0.0/8", "HUB_OSMP_CERTIFICATE": ":".join(["A1"] * 32)}, False),
        ({"HUB_OSMP_NETWORKS": "10.0.0.0/8", "HUB_OSMP_CERTIFICATE": "сертификат"}, False),
    ],
)
def test_a_terminal_starts_only_with_networks_and_one_proof(given: dict[str, str], on: bool) -> None:
    real = {"HUB_MASTER_KEY": "k" * 43, "HUB_PUBLIC_URL": "https://hub.example", **given}
    if on:
        assert load(real).connectors["osmp"].options["NETWORKS"] == "10.0.0.0/8"
    else:
        with pytest.raises(SettingsError, match="HUB_OSMP"):
            load(real)


@pytest.mark.rule("D4")
def test_networks_of_a_terminal_are_read_at_the_start_of_a_demo_too() -> None:
    with pytest.raises(SettingsError, match="HUB_OSMP_NETWORKS"):
        load({"HUB_OSMP_NETWORKS": "here"})


def test_settings_have_no_default_that_is_shared_and_mutable() -> None:
    assert load({}).connectors is not load({}).connectors
    assert isinstance(load({}), Settings)
