"""Two well-known ways to write rows through HTTP, as their guides tell: the peers of the ingest bench, at the same durability.

FastAPI with SQLAlchemy core is the `app` here; datasette is started as it is, over a database made by `tables`."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

from fastapi import Body, FastAPI
from pydantic import BaseModel
from sqlalchemy import JSON, Boolean, Column, MetaData, String, Table, create_engine, event, insert

TABLE = "event"
metadata = MetaData()
events = Table(
    TABLE,
    metadata,
    Column("source", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("type", String),
    Column("time", String),
    Column("direction", String),
    Column("door", String),
    Column("card", String, index=True),
    Column("granted", Boolean),
    Column("data", JSON),
)


class Event(BaseModel):
    source: str
    id: str
    type: str
    time: str
    direction: str
    door: str
    card: str
    granted: bool
    data: dict[str, Any]


def tables(file: Path) -> None:
    """An empty database with the log of writes that the product has: synchronous FULL is SQLite's own default."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode = wal")
    metadata.create_all(create_engine(f"sqlite:///{file}"))


app = FastAPI()
if "PEER_DATABASE" in os.environ:
    engine = create_engine(f"sqlite:///{os.environ['PEER_DATABASE']}")

    @event.listens_for(engine, "connect")
    def durable(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA synchronous = full")

    @app.post("/events")
    def write(rows: Annotated[list[Event], Body()]) -> dict[str, int]:
        with engine.begin() as connection:
            connection.execute(insert(events), [row.model_dump() for row in rows])
        return {"stored": len(rows)}

    @app.get("/healthz")
    def healthy() -> dict[str, bool]:
        return {"ok": True}
