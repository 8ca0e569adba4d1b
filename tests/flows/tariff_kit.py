"""A family that switches tariffs: short ways to choose, to pay in, to let days go by, and to see what was taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hub.flows.tariffs import charge_months
from hub.ledger.model import Purpose
from hub.ledger.store import contracts
from hub.ledger.store.tables import Subscription
from tests.flows.kit import START, Browser, Hub
from tests.flows.money_kit import Family, family
from tests.unit.ledger.kit import top_up


@dataclass
class Paying:
    """A family, its contract, and the worker's turns; `asked_at` is the browser's last sign-in."""

    family: Family
    contract: str
    asked_at: datetime = START

    @property
    def hub(self) -> Hub:
        return self.family.hub

    async def here(self) -> Browser:
        """The parent's browser, signed in again where days went by."""
        if self.hub.clock() - self.asked_at > timedelta(hours=1):
            await self.family.browser.sign_in()
            self.asked_at = self.hub.clock()
        return self.family.browser

    async def read(self) -> dict[str, Any]:
        answer = await (await self.here()).get(f"/api/v1/contracts/{self.contract}/tariff")
        assert answer.status_code == 200, await answer.get_data(as_text=True)
        found: dict[str, Any] = await answer.get_json()
        return found

    async def choose(self, tariff: str, price: int | None = None, *, status: int = 200, **more: Any) -> dict[str, Any]:
        body = {"tariff": tariff, **({"accepted_price_kop": price} if price is not None else {}), **more}
        answer = await (await self.here()).send("PUT", f"/api/v1/contracts/{self.contract}/tariff", json=body)
        assert answer.status_code == status, await answer.get_data(as_text=True)
        found: dict[str, Any] = await answer.get_json()
        return found

    async def fund(self, kop: int) -> None:
        await self.family.put(top_up(self.family.own[Purpose.NOTICES], kop, at=self.hub.clock()))

    async def on(self, year: int, month: int, day: int, hour: int = 6) -> None:
        """The worker's turn on that day."""
        self.hub.clock.at = datetime(year, month, day, hour, tzinfo=UTC)
        await charge_months(self.hub.deps)

    async def change(self, sql: str) -> None:
        await self.hub.deps.db.write(lambda: Subscription._meta.database.execute_sql(sql))

    async def taken(self) -> list[tuple[str, int]]:
        """Every row of the tariff's, its returns too."""
        sql = (
            "SELECT t.key, e.amount_kop FROM ledger_txn AS t JOIN ledger_entry AS e ON e.txn = t.id "
            "WHERE t.scope = 'tariff' AND e.number IS NOT NULL ORDER BY e.number"
        )
        return [(key.partition(":")[2], int(kop)) for key, kop in await self.hub.rows(sql)]

    async def told(self) -> list[tuple[str, str]]:
        answer = await (await self.here()).get("/api/v1/me/notices")
        items = (await answer.get_json())["items"]
        return [(one["kind"], one["text"].replace("\u00a0", " ")) for one in reversed(items) if one["kind"].startswith("tariff")]


async def paying(hub: Hub) -> Paying:
    """A family whose contract has every purpose, and the free tariff."""
    found = await family(hub)
    card = await hub.deps.db.read(lambda: contracts.numbered("0270390000"))
    assert card is not None
    return Paying(found, card.id)
