"""Standard providers are declared by settings alone; every malformed one is one clear line."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.kit.registry import connect
from hub import demo
from hub.settings import SettingsError, load
from hub.settings.shown import shown
from tests.unit.kit.forge import NOW

KEY = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
REAL = {"HUB_MASTER_KEY": KEY, "HUB_PUBLIC_URL": "https://hub.example.ru"}
ONE = {
    "HUB_OIDC_SCHOOL_17_ISSUER": "https://id.school17.ru/realms/main/",
    "HUB_OIDC_SCHOOL_17_CLIENT_ID": "hub",
    "HUB_OIDC_SCHOOL_17_CLIENT_SECRET": "s3cret",
}


def problems(environ: dict[str, str]) -> list[str]:
    try:
        load(environ)
    except SettingsError as error:
        return list(error.problems)
    return []


def test_settings_alone_declare_a_provider() -> None:
    config = load(REAL | ONE).connectors["school_17"]
    assert (config.connector, config.demo) == ("openid", False)
    assert config.base_urls == {"school_17": "https://id.school17.ru/realms/main/"}, "an issuer is kept exactly as written"
    assert config.options == {"CLIENT_ID": "hub", "CLIENT_SECRET": "s3cret", "SCOPE": "openid profile", "ALGS": "RS256", "COUNTRY": "RU"}
    assert set(load(REAL | ONE).connectors) == {"school_17"}


def test_a_secret_may_lie_in_a_file_and_is_masked(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("from-a-file\n")
    given = {name: text for name, text in ONE.items() if not name.endswith("SECRET")}
    environ = REAL | given | {"HUB_OIDC_SCHOOL_17_CLIENT_SECRET_FILE": str(file)}
    assert load(environ).connectors["school_17"].options["CLIENT_SECRET"] == "from-a-file"
    told = {one.name: one.text for one in shown(REAL | ONE)}
    assert (told["HUB_OIDC_SCHOOL_17_CLIENT_SECRET"], told["HUB_OIDC_SCHOOL_17_CLIENT_ID"]) == ("***", "hub")


async def test_a_declared_provider_becomes_a_port_of_its_own_name() -> None:
    connected = connect(load(REAL | ONE).connectors.values(), now=lambda: NOW)
    assert list(connected.sign_ins) == ["school_17"]
    await connected.close()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ISSUER", "id.school17.ru"),
        ("ISSUER", "https://id.school17.ru/?x=1"),
        ("ISSUER", "https://id.school17.ru/#x"),
        ("ISSUER", "https://user:pass@id.school17.ru"),
        ("ISSUER", "https://id.school17.ru/" + "x" * 120),
        ("ISSUER", "http://id.school17.ru"),
        ("ISSUER", "https://localhost"),
        ("ISSUER", "https://127.0.0.1:8443"),
        ("ISSUER", "https://10.0.0.7"),
        ("ISSUER", "https://169.254.169.254"),
        ("ISSUER", "https://[fd00::1]/"),
        ("CLIENT_ID", "школа"),
        ("CLIENT_SECRET", "x" * 256),
        ("CLIENT_SECRET", "demo-secret"),
        ("SCOPE", "profile email"),
        ("SCOPE", "openidprofile"),
        ("SCOPE", 'openid "profile"'),
        ("ALGS", "none"),
        ("ALGS", "RS256 HS256"),
        ("ALGS", "rs256"),
        ("ALGS", "PS256"),
        ("TITLE", "x" * 61),
        ("TITLE", "<b>"),
        ("COUNTRY", "Россия"),
        ("LEVELS", "high"),
        ("LEVELS", "high=confirmed"),
    ],
)
@pytest.mark.security("10")
@pytest.mark.security("19")
def test_a_malformed_value_is_one_line_that_begins_with_its_name(name: str, value: str) -> None:
    variable = f"HUB_OIDC_SCHOOL_17_{name}"
    (problem,) = problems(REAL | ONE | {variable: value})
    assert problem.startswith(f"{variable}: ")
    assert "\n" not in problem


@pytest.mark.parametrize("missing", ["ISSUER", "CLIENT_ID", "CLIENT_SECRET"])
@pytest.mark.parametrize("base", [REAL, {"HUB_DEMO": "1"}], ids=["real", "demo"])
def test_a_missing_value_is_one_line_that_begins_with_its_name(base: dict[str, str], missing: str) -> None:
    variable = f"HUB_OIDC_SCHOOL_17_{missing}"
    (problem,) = problems(base | {name: text for name, text in ONE.items() if name != variable})
    assert problem.startswith(f"{variable}: is required")


def test_every_problem_is_listed_at_once() -> None:
    bad = {"HUB_OIDC_A_ISSUER": "x", "HUB_OIDC_A_ALGS": "none", "HUB_OIDC_B_SCOPE": "profile", "HUB_OIDC_A_TITLE": "A"}
    assert sorted(problem.partition(":")[0] for problem in problems(REAL | bad)) == [
        "HUB_OIDC_A_ALGS", "HUB_OIDC_A_CLIENT_ID", "HUB_OIDC_A_CLIENT_SECRET", "HUB_OIDC_A_ISSUER", "HUB_OIDC_B_ISSUER", "HUB_OIDC_B_SCOPE",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["ESIA", "DNEVNIK", "LOGOUT"])
def test_a_name_that_is_taken_is_refused(name: str) -> None:
    environ = {variable.replace("SCHOOL_17", name): text for variable, text in ONE.items()}
    assert problems(REAL | environ) == [f"HUB_OIDC_{name}_ISSUER: the name «{name.lower()}» is taken; choose another"]


@pytest.mark.parametrize(
    "name", ["HUB_OIDC", "HUB_OIDC_X", "HUB_OIDC_ISSUER", "HUB_OIDC_X_SECRET", "HUB_OIDC_x_ISSUER", "HUB_OIDC_X_ISSUER_FILE"]
)
def test_a_name_that_declares_nothing_is_no_setting(name: str) -> None:
    (problem,) = problems(REAL | {name: "x"})
    assert problem.startswith(f"{name}: no such setting")


def test_an_empty_value_declares_nothing() -> None:
    assert load(REAL | dict.fromkeys(ONE, "")) == load(REAL)


def test_the_demo_declares_mos_ru_and_a_bank_at_the_sandbox(tmp_path: Path) -> None:
    settings = demo.equip(load({"HUB_DATA_DIR": str(tmp_path), "SANDBOX_PORT": "9100"}))
    for name in ("mosru", "bankid"):
        config = settings.connectors[name]
        assert (config.connector, config.base_urls) == ("openid", {name: "http://localhost:9100/op"})
        assert config.options["CLIENT_SECRET"].startswith("demo-")
    assert settings.connectors["mosru"].options["CLIENT_SECRET"] != settings.connectors["bankid"].options["CLIENT_SECRET"]


@pytest.mark.parametrize("issuer", ["http://127.0.0.1:7000", "http://localhost:7000/op", "https://id.school17.ru"])
def test_in_the_demo_loopback_may_be_http(issuer: str) -> None:
    settings = load({"HUB_DEMO": "1"} | ONE | {"HUB_OIDC_SCHOOL_17_ISSUER": issuer})
    assert settings.connectors["school_17"].base_urls == {"school_17": issuer}
    assert {"mosru", "bankid", "school_17"} <= set(settings.connectors)


def test_in_the_demo_http_elsewhere_is_refused() -> None:
    for issuer in ("http://id.school17.ru", "http://10.0.0.7", "https://10.0.0.7"):
        (problem,) = problems({"HUB_DEMO": "1"} | ONE | {"HUB_OIDC_SCHOOL_17_ISSUER": issuer})
        assert problem == "HUB_OIDC_SCHOOL_17_ISSUER: must be https at a public address, or http on loopback"


def test_one_of_the_demos_own_may_be_moved_elsewhere_with_its_own_client() -> None:
    moved = {name.replace("SCHOOL_17", "MOSRU"): text for name, text in ONE.items()}
    assert load({"HUB_DEMO": "1"} | moved).connectors["mosru"].base_urls == {"mosru": "https://id.school17.ru/realms/main/"}
    del moved["HUB_OIDC_MOSRU_CLIENT_ID"]
    assert problems({"HUB_DEMO": "1"} | moved) == ["HUB_OIDC_MOSRU_CLIENT_ID: is required by «mosru»"]
