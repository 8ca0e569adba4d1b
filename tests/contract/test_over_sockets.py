"""The same connectors over real sockets: a sandbox process of its own; and, by a switch, against a real stand."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest

from connectors.kit.calls import FORCED
from connectors.kit.config import ConnectorConfig
from connectors.kit.diary import Datum
from connectors.kit.errors import AuthExpired, Unavailable
from connectors.kit.ports import Window
from connectors.kit.registry import connect
from connectors.kit.secret import Secret
from tests.contract.stand import Stand, manifest_of
from tests.nothing_skipped import not_applicable


async def test_a_family_signs_in_and_reads_its_week(over_sockets: Stand) -> None:
    family = (await over_sockets.families())[0]
    account = await over_sockets.open(family)
    week = await over_sockets.week()
    for person in family.children:
        page = await over_sockets.read(account.access, over_sockets.match(account, person), week)
        town = await over_sockets.diary(person, week)
        assert len(page.lessons or ()) == len(town["lessons"])
    await over_sockets.fault("auth_expired")
    with pytest.raises(AuthExpired):
        await over_sockets.port.account(account.access)
    await over_sockets.well()
    token = FORCED.set(True)
    await over_sockets.fault("drop")
    with pytest.raises(Unavailable):
        await over_sockets.port.account(account.access)
    FORCED.reset(token)


async def test_a_real_stand_when_it_is_switched_on(name: str) -> None:
    """`HUB_CONTRACT_REAL=<instance>` with `HUB_CONTRACT_<PREFIX>_BASE_URL` for each prefix, `HUB_CONTRACT_TOKEN` or the
    credentials as `HUB_CONTRACT_<NAME>`, settings as `HUB_CONTRACT_<SETTING>`. Off by default; it only reads."""
    if os.environ.get("HUB_CONTRACT_REAL") != name:
        not_applicable("HUB_CONTRACT_REAL does not name this system: no real stand is asked")
    manifest = manifest_of(name)

    def setting(key: str) -> str:
        return os.environ.get(f"HUB_CONTRACT_{key.upper().replace('-', '_')}", "")

    urls = {prefix: setting(f"{prefix}_BASE_URL") for prefix in manifest.instance(name).prefixes}
    options = {one.name: setting(one.name) or one.default for one in manifest.settings}
    names = ("token",) if setting("token") else manifest.credentials
    connected = connect([ConnectorConfig(instance=name, base_urls=urls, options=options)], now=lambda: datetime.now(UTC))
    try:
        port = connected.diaries[name]
        account = await port.sign_in({key: Secret(setting(key)) for key in names})
        assert account.children
        today = datetime.now(UTC).date()
        week = Window(start=today - timedelta(days=7), end=today)
        page = await port.read(account.access, account.children[0], manifest.data, week)
        assert all(getattr(page, datum) is not None for datum in manifest.data | {Datum.LESSONS})
    finally:
        await connected.close()
