"""A school that sells lunches, its tutor, teacher, till and administrator, and a family whose child is in the tutor's class."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hub.ledger.model import Purpose
from hub.store.school import canteen, schools
from hub.store.school.schools import OfficerCard
from identity.store.school.tables import CardRow
from tests.flows.desk_kit import snils
from tests.flows.kit import Browser, Hub, parent
from tests.flows.money_kit import SCHOOL, Family, family
from tests.unit.ledger.kit import top_up

KLASS = "6А"
STAFF = (("tutor", 301, KLASS), ("teacher", 302, ""), ("till", 303, ""), ("school_admin", 304, ""), ("head", 305, ""))


@dataclass
class Canteen:
    """`browsers` by role, made when they are asked for."""

    hub: Hub
    family: Family
    browsers: dict[str, Browser]

    async def by(self, role: str) -> Browser:
        if role not in self.browsers:
            self.browsers[role] = self.hub.browser()
            await self.browsers[role].sign_in(role)
        return self.browsers[role]

    async def put(self, kop: int, purpose: Purpose = Purpose.MEAL) -> None:
        await self.family.put(top_up(self.family.own[purpose], kop, at=self.hub.clock()))

    async def left(self, purpose: Purpose = Purpose.MEAL) -> int:
        found = (await self.family.contracts())[0]["accounts"]
        return next(int(one["balance_kop"]) for one in found if one["purpose"] == purpose.value)

    async def ask(self, role: str, method: str, path: str, status: int = 200, **body: Any) -> Any:
        """JSON of an office address, or of the family's own (`role` family)."""
        browser = self.family.browser if role == "family" else await self.by(role)
        headers = body.pop("headers", {})
        full = path if role == "family" else f"/office{path}"
        if method == "GET":
            answer = await browser.get(f"/api/v1{full}")
        else:
            answer = await browser.send(method, f"/api/v1{full}", json=body, **headers)
        assert answer.status_code == status, (answer.status_code, await answer.get_data(as_text=True))
        return await answer.get_json() if (await answer.get_data()) else None

    async def lunch(self, role: str = "tutor", *, form: str = "f1", status: int = 200, item: str = "lunch") -> Any:
        present = [self.family.child]
        return await self.ask(role, "POST", "/debits/meals", status, **{"class": KLASS}, item=item, present=present, form=form)


async def canteen_of(hub: Hub, *, kop: int = 50_000) -> Canteen:
    home = await family(hub)
    now = hub.clock()
    numbers = {role: snils(199000000 + number) for role, number, _ in STAFF}

    def unit() -> None:
        CardRow.create(
            child=home.child, school=SCHOOL, klass=KLASS, number=None, state="active", entered_by="x", created_at=now, updated_at=now
        )
        cards = [
            OfficerCard(school=SCHOOL, role=role, snils=numbers[role].digits, names=("Ким", role.title(), ""), class_name=klass)
            for role, _, klass in STAFF
        ]
        schools.put_officers(hub.deps.keys, cards, now=now)
        since = (now - timedelta(days=60)).date()
        for item, title, price in (("lunch", "Обед", 9_000), ("breakfast", "Завтрак", 6_000)):
            canteen.put_price(SCHOOL, item, title, since, price, by="x", now=now)

    await hub.deps.db.write(unit)
    for role, _, _ in STAFF:
        hub.esia.claims[role] = parent(f"of {role}", last_name="Ким", first_name=role.title(), snils=numbers[role], children=())
    made = Canteen(hub, home, {})
    if kop:
        await made.put(kop)
    return made
