"""The hub of the fan-out bench: the product's app and connectors, its eight diaries played by `bench.upstreams`."""

from __future__ import annotations

import os
import pickle
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from bench import linking_hub
from connectors.kit.config import ConnectorConfig
from connectors.kit.registry import Connected, connect, manifests
from hub import wiring
from hub.app import create_app
from hub.cli.serving.collecting import spare_what_stays

Options = Mapping[str, Mapping[str, str]]
"""Settings of each system, by instance."""


def connected(port: int, systems: Options) -> Connected:
    prefixes = {instance.name: instance.prefixes for manifest in manifests().values() for instance in manifest.instances}
    configs = [
        ConnectorConfig(
            instance=name,
            base_urls={prefix: f"http://127.0.0.1:{port}/{prefix}" for prefix in prefixes[name]},
            options=options,
            demo=True,
        )
        for name, options in systems.items()
    ]
    return connect(configs, now=wiring.real_clock)


if "BENCH_UPSTREAM_PORT" in os.environ:
    systems: Options = pickle.loads(Path(os.environ["BENCH_SYSTEMS"]).read_bytes())
    made = linking_hub.deps(os.environ["BENCH_DATABASE"], os.environ["BENCH_MASTER_KEY"], int(os.environ["BENCH_PORT"]))
    spare_what_stays()
    app = create_app(replace(made, diaries=connected(int(os.environ["BENCH_UPSTREAM_PORT"]), systems).diaries))
