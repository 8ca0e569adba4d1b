"""The hub of the ledger bench: the product's own app over a prepared database, with a terminal allowed from this machine."""

from __future__ import annotations

import os
from dataclasses import replace

from bench import linking_hub
from connectors.kit.config import ConnectorConfig
from hub.app import create_app
from hub.deps import Deps


def deps(database_url: str, master_key: str, port: int) -> Deps:
    found = linking_hub.deps(database_url, master_key, port)
    osmp = ConnectorConfig(instance="osmp", base_urls={}, demo=True)
    return replace(found, settings=replace(found.settings, connectors={"osmp": osmp}))


if "LEDGER_DATABASE" in os.environ:
    app = create_app(deps(os.environ["LEDGER_DATABASE"], os.environ["LEDGER_MASTER_KEY"], int(os.environ["LEDGER_PORT"])))
