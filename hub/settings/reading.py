"""From environment variables to `Settings`: every problem is collected, so that one start shows them all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from connectors.kit.secret import Secret
from hub.settings import values
from hub.settings.addresses import is_demo_url
from hub.settings.connectors import Chosen, choose
from hub.settings.record import Settings, SettingsError
from hub.settings.values import Values

DEMO_MARK = "demo-"
"""Every secret that the demo or the sandbox makes begins so; a hub outside the demo refuses them."""


def read(environ: Mapping[str, str], *, port: int | None) -> Settings:
    given = values.collect(environ)
    own_port = port if port is not None else given.number("HUB_PORT", 8000)
    if port is not None and not 1 <= port <= 65535:
        given.problem("--port", "must be a number from 1 to 65535")
        # One line for one mistake: an address with such a port would look wrong too.
        own_port = 8000
    public_url = given.public_url(f"http://localhost:{own_port}")
    data_dir = Path(given.text("HUB_DATA_DIR") or "var")
    sandbox_port = given.number("SANDBOX_PORT", 9000)
    demo = _decide_demo(given, public_url)
    chosen = Chosen(demo=demo, sandbox_url=f"http://localhost:{sandbox_port}", demo_dir=data_dir / "demo")
    settings = Settings(
        demo=demo,
        hosts=given.hosts(),
        port=own_port,
        public_url=public_url,
        data_dir=data_dir,
        database_url=given.address("HUB_DATABASE_URL", ("postgresql", "postgres")),
        master_key=Secret(given.text("HUB_MASTER_KEY")),
        master_keys_old=given.secrets("HUB_MASTER_KEYS_OLD"),
        trusted_proxies=given.networks("HUB_TRUSTED_PROXIES"),
        device_networks=given.networks("HUB_DEVICE_NETWORKS") or (values.THIS_MACHINE if demo else ()),
        mqtt_url=given.address("HUB_MQTT_URL", ("mqtt", "mqtts")),
        mqtt_topics_guarded=given.text("HUB_MQTT_TOPICS") == "guarded",
        log_format=_log_format(given),
        nats_url=given.addresses("HUB_NATS_URL", ("nats", "tls")),
        nats_replicas=int(given.text("HUB_NATS_REPLICAS")) if given.text("HUB_NATS_REPLICAS").isdigit() else 3,
        sandbox_port=sandbox_port,
        # In the demo nothing is asked unasked: a fault that is set for the next call would meet the wrong one.
        polls=(given.text("HUB_POLLING") or ("0" if demo else "1")) == "1",
        connectors=choose(given, chosen),
    )
    _check_keys(given, settings)
    if given.problems:
        raise SettingsError(tuple(given.problems))
    return settings


def _decide_demo(given: Values, public_url: str) -> bool:
    """The demo's rule: HUB_DEMO decides; unset, a hub with neither master key nor database URL, public on http loopback, is a demo."""
    local = is_demo_url(public_url)
    if given.text("HUB_DEMO") == "1":
        if not local:
            given.problem("HUB_DEMO", f"the demo runs only while HUB_PUBLIC_URL is http on loopback, not {public_url}")
        return True
    bare = not (given.text("HUB_MASTER_KEY") or given.text("HUB_DATABASE_URL"))
    return given.text("HUB_DEMO") != "0" and bare and local


def _log_format(given: Values) -> Literal["text", "json"]:
    return "json" if given.text("HUB_LOG_FORMAT") == "json" else "text"


def _check_keys(given: Values, settings: Settings) -> None:
    keys = [("HUB_MASTER_KEY", settings.master_key), *(("HUB_MASTER_KEYS_OLD", key) for key in settings.master_keys_old)]
    for name, key in keys:
        if key and len(key.reveal()) < values.KEY_LENGTH:
            given.problem(name, f"must be at least {values.KEY_LENGTH} characters long (openssl rand -base64 32)")
    if settings.demo:
        return
    if not settings.master_key:
        given.problem("HUB_MASTER_KEY", "is required outside the demo (or HUB_MASTER_KEY_FILE)")
    for name, key in keys:
        if key.reveal().startswith(DEMO_MARK):
            given.problem(name, "is a demo's key and is refused outside the demo")
    for name in ("HUB_MASTER_KEY", "HUB_MASTER_KEYS_OLD"):
        file = given.files.get(name)
        if file and file.resolve().is_relative_to(settings.data_dir.resolve()):
            given.problem(f"{name}_FILE", "the key must not lie in HUB_DATA_DIR, where backups would take it along")
