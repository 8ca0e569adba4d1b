"""Public clients' recorded requests (docs/compat.md) get the answers that let those clients finish their session."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.sandbox.mes.family import CHALLENGE, STATEMENT, VERIFIER, Family, paid
from tests.sandbox.stand import Replay, Stand, load, samples

SAMPLES = samples("mes")
PUPILS = ("schoolmospy", "dnevnik-mos-ru-api")


def values(stand: Stand, name: str) -> dict[str, str]:
    child, school = stand.child, stand.town.schools[stand.child.school or ""]
    own = stand.town.classes[child.class_id or ""]
    account = stand.account(child) if name.startswith(PUPILS) else stand.account()
    family = Family(stand)
    return {
        "login": str(account["login"]),
        "password": str(account["password"]),
        "token": str(account["token"]),
        "student": family.student,
        "guid": family.guid,
        "contract": family.contract,
        "profile": str(35_000_000 + stand.parent.number),
        "class_unit": str(600_000 + own.number),
        "school": str(1_900 + school.number),
        "organisation": str(20_000_000 + school.number),
        "curriculum": str(2_100_000 + own.parallel),
        "challenge": CHALLENGE,
        "verifier": VERIFIER,
        "statement": STATEMENT,
        "registration": "app",
    }


async def keep(replay: Replay, stand: Stand, answer: httpx.Response) -> None:
    """What no sample can hold: the work that was paid, the code in the SMS, in an address or in a cookie."""
    kept = replay.values
    if "proof" in kept:
        kept["paid"] = paid(kept.pop("proof"))
    if "client_secret" in kept:
        kept["basic"] = httpx.BasicAuth(kept["client_id"], kept["client_secret"])._auth_header.removeprefix("Basic ")
    letters = stand.app.sandbox.inbox.found()
    if letters:
        kept["sms"] = letters[0].code or ""
    if "code=" in answer.headers.get("location", ""):
        kept["code"] = answer.headers["location"].rpartition("=")[2]
    kept["token"] = answer.cookies.get("aupd_token") or kept["token"]


async def run(stand: Stand, path: Path) -> None:
    replay = Replay(stand.http, values(stand, path.stem))
    for sample in load(path)["requests"]:
        answer = await replay.send(sample)
        assert answer.status_code == sample["status"], (sample, answer.text[:300])
        await keep(replay, stand, answer)


@pytest.mark.parametrize("path", [it for it in SAMPLES if "region" not in it.stem], ids=lambda path: path.stem)
async def test_a_client_of_moscow_finishes_its_session(moscow: Stand, path: Path) -> None:
    await run(moscow, path)


@pytest.mark.parametrize("path", [it for it in SAMPLES if "region" in it.stem], ids=lambda path: path.stem)
async def test_a_client_of_the_region_finishes_its_session(region: Stand, path: Path) -> None:
    await run(region, path)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_names_its_client_and_holds_no_secret(moscow: Stand, path: Path) -> None:
    assert {"client", "version", "language", "date", "did"} <= set(load(path))
    text = path.read_text("utf-8")
    assert "***" not in text
    for node in ("mes", "mes-mo"):
        for who in moscow.town.people.values():
            account = who.accounts.get(node, {})
            assert not any(str(account[name]) in text for name in ("password", "token", "person_guid") if name in account)
