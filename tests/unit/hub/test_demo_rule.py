"""When a hub is a demo, and what is refused outside it (ARCHITECTURE 7, each clause)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from hub import demo
from hub.settings import SettingsError, load
from hub.settings.addresses import is_demo_url, is_loopback

KEY = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
HTTPS = {"HUB_MASTER_KEY": KEY, "HUB_PUBLIC_URL": "https://hub.example.ru"}
ESIA = {
    "HUB_ESIA_CLIENT_ID": "X",
    "HUB_ESIA_KEY_FILE": "/run/key",
    "HUB_ESIA_CERT_FILE": "/run/cert",
    "HUB_ESIA_VERIFY_KEYS": "/run/verify",
}


def problems(environ: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        load(environ)
    return list(refused.value.problems)


@pytest.mark.parametrize(
    ("environ", "demo"),
    [
        ({}, True),
        ({"HUB_DEMO": "1"}, True),
        ({"HUB_DEMO": "1", "HUB_MASTER_KEY": KEY}, True),
        ({"HUB_DEMO": "1", "HUB_DATABASE_URL": "postgresql://localhost/hub"}, True),
        ({"HUB_PUBLIC_URL": "http://127.0.0.1:8000"}, True),
        ({"HUB_PUBLIC_URL": "http://[::1]:8000"}, True),
        ({"HUB_MASTER_KEY": KEY}, False),
        ({"HUB_MASTER_KEY": KEY, "HUB_DEMO": "0"}, False),
        ({"HUB_MASTER_KEY": KEY, "HUB_DATABASE_URL": "postgresql://localhost/hub"}, False),
    ],
)
def test_the_demo_is_chosen_by_one_rule(environ: dict[str, str], demo: bool) -> None:
    assert load(environ).demo is demo


@pytest.mark.parametrize(
    "environ",
    [
        {"HUB_DEMO": "0"},
        {"HUB_DATABASE_URL": "postgresql://localhost/hub"},
        {"HUB_PUBLIC_URL": "https://hub.example.ru"},
        {"HUB_PUBLIC_URL": "http://hub.example.ru"},
        {"HUB_PUBLIC_URL": "https://localhost:8000"},
    ],
)
def test_a_hub_that_is_no_demo_needs_a_master_key(environ: dict[str, str]) -> None:
    assert "HUB_MASTER_KEY: is required outside the demo (or HUB_MASTER_KEY_FILE)" in problems(environ)


@pytest.mark.parametrize(
    "url", ["https://localhost:8000", "http://hub.example.ru", "http://192.168.1.5:8000", "http://localhost.example.ru"]
)
def test_a_demo_is_refused_where_others_could_reach_it(url: str) -> None:
    (problem,) = problems({"HUB_DEMO": "1", "HUB_PUBLIC_URL": url})
    assert problem.startswith("HUB_DEMO: the demo runs only while HUB_PUBLIC_URL is http on loopback")


@pytest.mark.parametrize(
    "url",
    [
        "http://esia.gosuslugi.ru",
        "https://localhost:9000/esia",
        "https://127.0.0.1/esia",
        "https://127.1/esia",
        "https://2130706433/esia",
        "https://0x7f000001/esia",
        "https://[::1]/esia",
        "https://[::ffff:127.0.0.1]/esia",
        "https://0.0.0.0/esia",
        "https://esia.localhost./esia",
        "http://localhost:9000/esia",
    ],
)
def test_outside_the_demo_http_and_loopback_addresses_are_refused(url: str) -> None:
    (problem,) = problems({**HTTPS, **ESIA, "HUB_ESIA_BASE_URL": url})
    assert problem.startswith("HUB_ESIA_BASE_URL: must ")


def test_outside_the_demo_connectors_without_an_address_are_off() -> None:
    assert load({**HTTPS, **ESIA}).connectors == {}


def test_a_connector_that_is_on_needs_its_required_settings_and_all_its_addresses() -> None:
    found = problems({**HTTPS, "HUB_DNEVNIK_BASE_URL": "https://api.dnevnik.ru"})
    assert [problem.partition(":")[0] for problem in found] == [
        "HUB_DNEVNIK_LOGIN_BASE_URL",
        "HUB_DNEVNIK_CLIENT_ID",
        "HUB_DNEVNIK_CLIENT_SECRET",
    ]


def test_the_master_keys_file_may_not_lie_in_the_data_dir(tmp_path: Path) -> None:
    file = tmp_path / "var" / "secret" / "key"
    file.parent.mkdir(parents=True)
    file.write_text(KEY)
    real = {"HUB_PUBLIC_URL": "https://hub.example.ru", "HUB_MASTER_KEY_FILE": str(file)}
    assert problems({**real, "HUB_DATA_DIR": str(tmp_path / "var")}) == [
        "HUB_MASTER_KEY_FILE: the key must not lie in HUB_DATA_DIR, where backups would take it along"
    ]
    link = tmp_path / "link"
    link.symlink_to(file)
    assert problems({**real, "HUB_MASTER_KEY_FILE": str(link), "HUB_DATA_DIR": str(tmp_path / "var")})
    assert load({**real, "HUB_DATA_DIR": str(tmp_path / "other")}).master_key.reveal() == KEY


def test_the_demos_keys_and_secrets_are_refused_outside_it(tmp_path: Path) -> None:
    made = demo.equip(load({"HUB_DATA_DIR": str(tmp_path)}))
    esia, dnevnik = made.connectors["esia"].options, made.connectors["dnevnik"].options
    real = {
        "HUB_DATA_DIR": str(tmp_path),
        "HUB_PUBLIC_URL": "https://hub.example.ru",
        "HUB_MASTER_KEY": made.master_key.reveal(),
        "HUB_ESIA_BASE_URL": "https://esia.gosuslugi.ru",
        "HUB_DNEVNIK_BASE_URL": "https://api.dnevnik.ru",
        "HUB_DNEVNIK_LOGIN_BASE_URL": "https://login.dnevnik.ru",
        **{f"HUB_ESIA_{name}": esia[name] for name in ("CLIENT_ID", "KEY_FILE", "CERT_FILE", "VERIFY_KEYS")},
        **{f"HUB_DNEVNIK_{name}": dnevnik[name] for name in ("CLIENT_ID", "CLIENT_SECRET")},
    }
    refused = {problem.partition(":")[0] for problem in problems(real)}
    assert refused == {"HUB_MASTER_KEY", "HUB_ESIA_KEY_FILE", "HUB_ESIA_CERT_FILE", "HUB_ESIA_VERIFY_KEYS", "HUB_DNEVNIK_CLIENT_SECRET"}


def test_a_copy_of_a_demo_key_is_known_too(tmp_path: Path) -> None:
    made = demo.equip(load({"HUB_DATA_DIR": str(tmp_path / "var")}))
    copy = tmp_path / "copied.pem"
    copy.write_bytes(Path(made.connectors["esia"].options["KEY_FILE"]).read_bytes())
    found = problems({**HTTPS, **ESIA, "HUB_ESIA_BASE_URL": "https://esia.gosuslugi.ru", "HUB_ESIA_KEY_FILE": str(copy)})
    assert found == ["HUB_ESIA_KEY_FILE: is a demo's key and is refused outside the demo"]


def test_the_demo_makes_its_keys_once_below_the_data_dir(tmp_path: Path) -> None:
    settings = load({"HUB_DATA_DIR": str(tmp_path)})
    made = demo.equip(settings)
    assert made.master_key.reveal() == demo.equip(settings).master_key.reveal()
    assert made.connectors["esia"].options["SIGNER"] == "gost_python"
    assert made.connectors["esia"].options["DIALECT"] == "current"
    assert {file.stat().st_mode & 0o077 for file in settings.demo_dir.iterdir()} == {0}
    assert settings.demo_dir.stat().st_mode & 0o077 == 0


def test_two_demos_at_one_sandbox_have_names_of_their_own(tmp_path: Path) -> None:
    names = []
    for port in ("8000", "8100"):
        made = demo.equip(load({"HUB_DATA_DIR": str(tmp_path / port), "HUB_PORT": port})).connectors
        names.append({name: config.options["CLIENT_ID"] for name, config in made.items() if "CLIENT_ID" in config.options})
    first, second = names
    assert {"esia", "dnevnik"} <= first.keys() == second.keys()
    assert all(first[name] != second[name] for name in first)


def test_what_the_environment_sets_stays_in_the_demo(tmp_path: Path) -> None:
    given = {"HUB_DATA_DIR": str(tmp_path), "HUB_DEMO": "1", "HUB_MASTER_KEY": KEY, "HUB_ESIA_CLIENT_ID": "MINE", "HUB_ESIA_SIGNER": "rsa"}
    made = demo.equip(load(given))
    assert made.master_key.reveal() == KEY
    assert made.connectors["esia"].options["CLIENT_ID"] == "MINE"
    assert b"BEGIN PRIVATE KEY" in Path(made.connectors["esia"].options["KEY_FILE"]).read_bytes()


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "127.8.9.1", "::1", "0.0.0.0", "::", "a.localhost"])
def test_loopback_is_known_in_every_spelling(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["localhost.ru", "128.0.0.1", "10.0.0.1", "2001:db8::1", "esia.gosuslugi.ru", ""])
def test_other_hosts_are_not_loopback(host: str) -> None:
    assert not is_loopback(host)


def test_a_demo_url_is_http_only() -> None:
    assert is_demo_url("http://localhost:8000")
    assert not is_demo_url("https://localhost:8000")


def test_the_demo_is_imported_by_the_demo_only() -> None:
    code = "import sys, hub.__main__, hub.cli, hub.app, hub.worker; print([name for name in sys.modules if name.startswith('hub.demo')])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3])
    assert shown.stdout.strip() == "[]"
