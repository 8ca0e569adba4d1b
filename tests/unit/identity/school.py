"""A school's office and what it does, for the tests of identity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from identity.invitations import Slip
from identity.model import PersonId
from identity.snils import Snils
from identity.store import (
    PupilCard,
    Redemption,
    RestrictionEffect,
    children_of,
    issue_code,
    propose_restriction,
    put_card_guardian,
    put_pupil,
    redeem_code,
    sign_card_guardian,
    sign_restriction,
    view_right,
)

OFFICER, SECOND = PersonId("officer-1"), PersonId("officer-2")
OGRN = "1022402000001"


@dataclass
class School:
    """Each call is one unit of work at the desk's clock."""

    desk: Any

    def pupil(
        self,
        last: str = "Сидоров",
        first: str = "Олег",
        born: date = date(2015, 4, 4),
        snils: Snils | None = None,
        number: str | None = None,
    ) -> PersonId:
        card = PupilCard(last_name=last, first_name=first, birth_date=born, snils=snils, klass="5А", number=number)
        found: PersonId = self._run(put_pupil, school=OGRN, card=card, officer=OFFICER, zone="Europe/Moscow")[0]
        return found

    def code(self, child: PersonId) -> str:
        slip: Slip = self._run(issue_code, school=OGRN, child=child, officer=OFFICER)
        return slip.code

    def redeem(self, person: PersonId, code: str, last: str = "Сидоров", first: str = "Олег", address: str = "203.0.113.7") -> Redemption:
        answer: Redemption = self._run(redeem_code, person, last_name=last, first_name=first, code=code, address=address)
        return answer

    def restrict(self, child: PersonId, **who: Any) -> RestrictionEffect:
        id_ = self._run(propose_restriction, school=OGRN, child=child, officer=OFFICER, document="решение суда", **who)
        effect: RestrictionEffect = self._run(sign_restriction, id_, SECOND)
        return effect

    def guardian(self, child: PersonId, snils: Snils, last: str, first: str, *, signed: bool = True) -> Any:
        entry = self._run(put_card_guardian, school=OGRN, child=child, snils=snils, last_name=last, first_name=first, officer=OFFICER)
        if signed and entry.state == "second_officer":
            self.desk.run(lambda: sign_card_guardian(entry.id, SECOND, now=self.desk.now))
        return entry

    def sees(self, person: PersonId, child: PersonId) -> bool:
        right = self._run(view_right, person, child)
        shown = {view.person.id for view in self._run(children_of, person)}
        assert right.allowed == (child in shown), "one question, one answer"
        return bool(right.allowed)

    def _run(self, function: Any, *positional: Any, **named: Any) -> Any:
        return self.desk.run(lambda: function(self.desk.keys, *positional, now=self.desk.now, **named))
