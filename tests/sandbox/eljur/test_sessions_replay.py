"""Public clients' recorded requests (docs/compat.md) get the answers that let those clients finish their session."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sandbox.eljur.family import Family
from tests.sandbox.stand import Stand, load, samples

SAMPLES = samples("eljur")


@pytest.mark.parametrize("path", SAMPLES, ids=[path.stem for path in SAMPLES])
async def test_a_clients_session_runs_to_its_end(journal: Stand, path: Path) -> None:
    family = Family(journal)
    await family.sign_in()
    values = {
        "login": family.account["login"],
        "password": family.account["password"],
        "devkey": family.account["devkey"],
        "wrong": "wrong",
    }
    values |= {"student": family.student, "token": family.token, "message": (await family.get("getmessages"))["messages"][0]["id"]}
    values["receiver"] = (await family.get("getmessagereceivers"))["groups"][0]["users"][0]["name"]

    def filled(fields: dict[str, str]) -> dict[str, str]:
        return {key: values.get(value[1:-1], value) if value.startswith("{") else value for key, value in fields.items()}

    for sample in load(path)["requests"]:
        answer = await journal.http.request(
            sample["method"],
            f"https://{sample['host']}{sample['path']}",
            params=filled(sample.get("query", {})),
            data=filled(sample["form"]) if "form" in sample else None,
        )
        assert answer.status_code == sample["status"], sample


@pytest.mark.parametrize("path", SAMPLES, ids=[path.stem for path in SAMPLES])
def test_a_sample_names_its_client_and_holds_no_secret(journal: Stand, path: Path) -> None:
    assert {"client", "version", "language", "date", "did"} <= set(load(path))
    text = path.read_text("utf-8")
    assert "***" not in text
    for field in ("password", "login", "devkey"):
        assert str(journal.account()[field]) not in text
