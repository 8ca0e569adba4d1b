"""What is kept of an application: goes along when records are joined, leaves with its person, is in the own export (RULES A11, A14)."""

from __future__ import annotations

import pytest

from hub.store.joining import bundles
from hub.store.joining.records import NewBundle
from tests.flows.join_kit import Joining, open_joining, told
from tests.flows.kit import Hub
from tests.flows.office_kit import OGRN


@pytest.fixture
async def joining(hub: Hub) -> Joining:
    return await open_joining(hub)


@pytest.mark.rule("A14")
async def test_the_own_export_names_the_own_applications(joining: Joining) -> None:
    made = await joining.join()
    await told(await joining.reject(made["requests"][0]["id"]))
    mine = await told(await joining.anna.get("/export/mine.json"))
    (one,) = mine["joins"]
    assert (one["school"], one["state"], one["requests"]) == (
        f"Школа {OGRN}", "submitted", [["register_pupil", "rejected", "Нет мест."], ["attach_representative", "submitted", ""]],
    )  # fmt: skip


@pytest.mark.rule("A14")
async def test_an_erased_person_leaves_no_application(joining: Joining) -> None:
    await joining.join()
    assert (await joining.anna.send("POST", "/api/v1/me/leave", json={"confirm": "удалить"})).status_code in (200, 204)
    for table in ("join_bundle", "join_request", "join_event", "join_errand"):
        assert await joining.hub.rows(f"SELECT COUNT(*) FROM {table}") == [(0,)]


@pytest.mark.rule("A11")
async def test_joined_records_keep_both_chains(joining: Joining) -> None:
    """The same child under two records of the applicant: the moved one goes behind."""
    made = await joining.join()
    deps, now = joining.hub.deps, joining.hub.clock()

    def unit() -> tuple[int, ...]:
        bundle = bundles.find(deps.keys, made["id"])
        assert bundle is not None
        new = NewBundle(
            applicant="gone", child=bundle.child, school=bundle.school, school_year=bundle.school_year, role=bundle.role,
            class_name="6Б", legal_name="", inn="", age=12, evidence={}, submitted_at=now, expires_at=now,
        )  # fmt: skip
        assert bundles.add(deps.keys, new, previous=None, now=now) is not None
        bundles.rebind(former="gone", to=bundle.applicant)
        return tuple(sorted(one.attempt for one in bundles.of_applicant(deps.keys, bundle.applicant)))

    assert await deps.db.write(unit) == (1, 2)
