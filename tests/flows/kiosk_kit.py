"""A kiosk in the hall of a school, that signs as `docs/wire/kiosk.md` says, and a family whose contract waits there."""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

from quart import Response

from connectors.kit.config import ConnectorConfig
from hub.flows.registers.carriers import put as put_card
from hub.flows.registers.devices import AskedDevice, put
from hub.flows.send_texts import send_due
from hub.ledger.model import Kind, Purpose
from hub.ledger.posting import Act, Own, imported
from hub.ledger.store import contracts, terms
from hub.ledger.store.contracts import ContractState, NewContract
from hub.ledger.store.writing import post
from hub.store.school import schools
from hub.store.school.carriers import CarrierKind
from hub.store.school.schools import SchoolCard
from identity.claims import Contact
from identity.store.tables import EdgeRow
from tests.flows.kit import START, Browser, Hub, parent
from tests.flows.money_kit import HELD, SCHOOL, ZONE
from tests.flows.text_kit import FakeGateway

NUMBER, PHONE, OTHER_PHONE = "0270390000", "+79131234567", "+79139998877"
OTHER_SCHOOL = "1023800000028"
_IDS = itertools.count(1)


@dataclass
class PlayedKiosk:
    """Signs by default; `password` is for the ones that only have Basic."""

    hub: Hub
    device: str
    secret: str
    password: bool = False
    client: Any = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.hub.app.test_client()

    def signed(self, body: bytes, *, id_: str | None = None, late_s: float = 0) -> dict[str, str]:
        if self.password:
            return {"Authorization": "Basic " + base64.b64encode(f"{self.device}:{self.secret}".encode()).decode()}
        id_, at = id_ or f"msg-{next(_IDS)}", str(int((self.hub.clock() - timedelta(seconds=late_s)).timestamp()))
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        made = base64.b64encode(hmac.digest(key, f"{id_}.{at}.".encode() + body, hashlib.sha256)).decode()
        return {"webhook-id": id_, "webhook-timestamp": at, "webhook-signature": f"v1,{made}"}

    async def send(self, name: str, body: bytes, headers: dict[str, str], *, device: str | None = None) -> Response:
        given = {"Host": "localhost:8000", "Content-Type": "application/json", **headers}
        path = f"/kiosk/v1/{name}?device={self.device if device is None else device}"
        answer: Response = await self.client.post(path, data=body, headers=given)
        return answer

    async def ask(self, name: str, **body: Any) -> Response:
        raw = json.dumps({"request": name, **body}).encode()
        return await self.send(name, raw, self.signed(raw))

    async def good(self, name: str, **body: Any) -> dict[str, Any]:
        answer = await self.ask(name, **body)
        assert answer.status_code < 300, await answer.get_data(as_text=True)
        assert answer.headers["Cache-Control"] == "no-store"
        found: dict[str, Any] = await answer.get_json()
        return found

    async def refused(self, name: str, **body: Any) -> tuple[int, str, dict[str, Any]]:
        return await told(await self.ask(name, **body))

    async def texts(self) -> tuple[str, str]:
        """The versions that the screens show."""
        return (await self.good("consent", contract=NUMBER))["version"], (await self.good("offer", contract=NUMBER))["version"]

    async def accept(self, phone: str = PHONE, **more: Any) -> Response:
        consent, offer = await self.texts()
        asked = {"contract": NUMBER, "consent_version": consent, "offer_version": offer, "agreed": True, "phone": phone, **more}
        return await self.ask("accept", **asked)


async def told(answer: Response) -> tuple[int, str, dict[str, Any]]:
    """Status, code and the whole body of a refusal."""
    body = await answer.get_json()
    assert answer.content_type == "application/problem+json", body
    assert body["status"] == answer.status_code and body["detail"] and body["now"]
    assert body["type"] == f"/problems/{body['code']}"
    return answer.status_code, body["code"], body


@dataclass
class Hall:
    """Anna (her phone is known to Gosuslugi), Pyotr, a draft of their contract, the school's kiosk, and a gateway for texts."""

    hub: Hub
    kiosk: PlayedKiosk
    anna: Browser
    child: str
    gate: FakeGateway

    async def pin(self) -> str:
        """What came to Anna's phone last."""
        await send_due(self.hub.deps)
        phone, text = self.gate.sent[-1]
        assert phone == PHONE
        return next(word.strip(".") for word in text.split() if word.strip(".").isdigit())

    async def accepted(self) -> tuple[str, dict[str, Any]]:
        """Through the whole story; the PIN, and what the kiosk heard last."""
        answer = await self.kiosk.accept()
        assert answer.status_code == 202, await answer.get_data(as_text=True)
        pin = await self.pin()
        return pin, await self.kiosk.good("confirm", acceptance=(await answer.get_json())["acceptance"], pin=pin)


async def pay(hub: Hub, terminal: dict[str, str], roubles: str, txn: str) -> str:
    """The kiosk's payment part takes cash; the code that it hears."""
    given = {"command": "pay", "txn_id": txn, "sum": roubles, "txn_date": "20261118120000", **terminal}
    answer = await hub.app.test_client().get(
        f"/pay/osmp?{urlencode(given)}", headers={"Host": "localhost:8000"}, scope_base={"client": ("127.0.0.1", 4000)}
    )
    return ET.fromstring(await answer.get_data(as_text=False)).findtext("result") or ""


async def end_edges(hub: Hub) -> None:
    """The right of every guardian ends this moment."""
    await hub.deps.db.write(lambda: EdgeRow.update(state="ended").execute())


async def kiosk_of(hub: Hub, school: str = SCHOOL, *, sign: str = "standard_webhooks", kind: str = "kiosk") -> PlayedKiosk:
    asked = AskedDevice(kind=kind, serial=f"k-{next(_IDS)}", sign=sign, place="холл")
    made = await hub.deps.db.write(lambda: put(hub.deps, school, asked, zone=ZONE, by="test"))
    return PlayedKiosk(hub, made.id, made.secret or "", password=sign == "basic")


async def open_contract(hub: Hub, child: str, number: str = NUMBER, *, state: ContractState = ContractState.DRAFT) -> None:
    new = NewContract(number=number, school=SCHOOL, class_name="6А", purposes=tuple(Purpose), child=child, state=state)
    await hub.deps.db.write(lambda: contracts.open_contract(hub.deps.keys, new, now=hub.clock()))


async def hall(hub: Hub, *, held: bool = True, **changes: Any) -> Hall:
    gate = FakeGateway()
    osmp = ConnectorConfig(instance="osmp", base_urls={}, demo=True)
    hub.change(texts={"smsc": gate}, settings=replace(hub.deps.settings, connectors={"osmp": osmp}))
    claims = parent(phones=(Contact(value=PHONE, verified=True),))
    hub.esia.claims["anna"] = replace(claims, **changes)
    now = hub.clock()

    def school() -> None:
        for ogrn in (SCHOOL, OTHER_SCHOOL):
            schools.put_school(SchoolCard(ogrn=ogrn, inn="3808000000", legal_name=f"МБОУ {ogrn}", short_name="Школа 5", zone=ZONE), now=now)
        for purpose in Purpose if held else ():
            terms.put_terms(SCHOOL, purpose, (START - timedelta(days=5000)).date(), HELD)

    await hub.deps.db.write(school)
    anna = hub.browser()
    await anna.sign_in()
    child = (await anna.me())["children"][0]["id"]
    await open_contract(hub, child)
    return Hall(hub, await kiosk_of(hub), anna, child, gate)


async def card(here: Hall, number: str = "04A1B2C3", child: str | None = None) -> str:
    deps, since = here.hub.deps, here.hub.clock()
    given = {"child": child or here.child, "school": SCHOOL, "number": number, "by": "test"}
    return await deps.db.write(lambda: put_card(deps, since=since, kind=CarrierKind.CARD, **given))


async def money(here: Hall, kop: int, purpose: Purpose = Purpose.SERVICES) -> None:
    found = await here.hub.deps.db.read(lambda: contracts.numbered(NUMBER))
    assert found is not None
    own = next(Own(id=one.id, purpose=one.purpose) for one in found.accounts if one.purpose is purpose)
    act = Act(scope="test", key=f"t{here.hub.clock()}{kop}", at=here.hub.clock(), actor="test")
    await here.hub.deps.db.write(lambda: post(imported(act, Kind.TOP_UP, own, amount_kop=kop, provider="osmp"), now=here.hub.clock()))


async def state(here: Hall) -> ContractState:
    found = await here.hub.deps.db.read(lambda: contracts.numbered(NUMBER))
    assert found is not None
    return found.state
