"""The hub of the ingest bench: the product's own app over a prepared database with one turnstile."""

from __future__ import annotations

import os

from bench import linking_hub
from hub.app import create_app
from hub.cli.serving.collecting import spare_what_stays

if "INGEST_DATABASE" in os.environ:
    app = create_app(linking_hub.deps(os.environ["INGEST_DATABASE"], os.environ["INGEST_MASTER_KEY"], int(os.environ["INGEST_PORT"])))
    spare_what_stays()
