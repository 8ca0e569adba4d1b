"""Tables around a contract: offers, who accepted, what it is known by, benefits, and what is to be paid out."""

from __future__ import annotations

import peewee

from hub.store.fields import InstantField


class Offer(peewee.Model):
    """An offer's text; once accepted by anybody it stands here as that person saw it, and nothing changes it."""

    version = peewee.TextField(primary_key=True)
    since = peewee.TextField()
    title = peewee.TextField()
    text = peewee.TextField()

    class Meta:
        table_name = "contract_offer"


class Acceptance(peewee.Model):
    """One person's word to one contract. `phone` and `inn` are sealed."""

    id = peewee.TextField(primary_key=True)
    contract = peewee.TextField()
    party = peewee.TextField()
    said_by = peewee.TextField()
    at = InstantField()
    channel = peewee.TextField()
    place = peewee.TextField(default="")
    offer = peewee.TextField()
    phone = peewee.TextField(null=True)
    inn = peewee.TextField(null=True)

    class Meta:
        table_name = "contract_acceptance"
        indexes = ((("contract", "party"), True),)


class Paper(peewee.Model):
    """What a contract is known by besides its number: the code without a name, and the keyed hash of the PIN.

    `ends` and `ended_by` say why it closes and who asked."""

    contract = peewee.TextField(primary_key=True)
    code = peewee.TextField(unique=True)
    pin_hash = peewee.TextField(null=True)
    pin_at = InstantField(null=True)
    ends = peewee.TextField(default="")
    ended_by = peewee.TextField(null=True)
    closed_at = InstantField(null=True)

    class Meta:
        table_name = "contract_paper"


class FirstPayment(peewee.Model):
    """The least that a first payment of a school's contract must be, from a day on; without a row any sum is enough."""

    id = peewee.TextField(primary_key=True)
    school = peewee.TextField()
    since = peewee.TextField()
    least_kop = peewee.BigIntegerField(constraints=[peewee.Check("least_kop >= 0")])

    class Meta:
        table_name = "first_payment"
        indexes = ((("school", "since"), True),)


class Benefit(peewee.Model):
    """An application for benefit meals and what the school decided. `basis` and `note` are sealed: they say why a family gets it."""

    id = peewee.TextField(primary_key=True)
    contract = peewee.TextField()
    child = peewee.TextField(null=True, index=True)
    school = peewee.TextField()
    state = peewee.TextField()
    basis = peewee.TextField(null=True)
    note = peewee.TextField(null=True)
    asked_by = peewee.TextField()
    asked_at = InstantField()
    decided_by = peewee.TextField(null=True)
    decided_at = InstantField(null=True)
    since = peewee.TextField(null=True)
    until = peewee.TextField(null=True)
    amount_kop = peewee.BigIntegerField(default=0)
    account = peewee.TextField(null=True)
    granted_at = InstantField(null=True)
    returned_at = InstantField(null=True)

    class Meta:
        table_name = "contract_benefit"
        indexes = ((("school", "state"), False),)


Benefit.add_index(
    Benefit.index(Benefit.contract, unique=True, where=peewee.SQL("state IN ('asked', 'granted')"), name="contract_benefit_one")
)


class Payout(peewee.Model):
    """What a closed contract left and whither it goes. `details` are the payer's requisites, sealed; `note` says how it ended, sealed."""

    id = peewee.TextField(primary_key=True)
    contract = peewee.TextField(index=True)
    school = peewee.TextField()
    child = peewee.TextField(null=True)
    payer = peewee.TextField(null=True, index=True)
    reason = peewee.TextField()
    state = peewee.TextField()
    way = peewee.TextField(default="")
    amount_kop = peewee.BigIntegerField(constraints=[peewee.Check("amount_kop > 0")])
    due_at = InstantField()
    created_at = InstantField()
    details = peewee.TextField(null=True)
    target = peewee.TextField(null=True)
    chosen_by = peewee.TextField(null=True)
    chosen_at = InstantField(null=True)
    signed_by = peewee.TextField(null=True)
    signed_at = InstantField(null=True)
    done_by = peewee.TextField(null=True)
    done_at = InstantField(null=True)
    note = peewee.TextField(null=True)
    warned = peewee.IntegerField(default=0)
    tries = peewee.IntegerField(default=0)
    ask_after = InstantField(null=True, index=True)

    class Meta:
        table_name = "payout"
        indexes = ((("school", "state"), False),)


class PayoutPart(peewee.Model):
    """What one account gave to a payout, by which transaction."""

    id = peewee.TextField(primary_key=True)
    payout = peewee.TextField(index=True)
    account = peewee.TextField()
    purpose = peewee.TextField()
    amount_kop = peewee.BigIntegerField()
    txn = peewee.TextField()

    class Meta:
        table_name = "payout_part"


class PayoutRefund(peewee.Model):
    """A part of a payout that goes back the way it was paid. `before_kop` is what of that payment had gone back earlier."""

    id = peewee.TextField(primary_key=True)
    payout = peewee.TextField(index=True)
    top_up = peewee.TextField()
    provider = peewee.TextField()
    provider_id = peewee.TextField()
    amount_kop = peewee.BigIntegerField()
    before_kop = peewee.BigIntegerField()
    state = peewee.TextField()
    txn = peewee.TextField(null=True)

    class Meta:
        table_name = "payout_refund"


class Ending(peewee.Model):
    """A school ends all its contracts at once: proposed by one, signed by another, then worked off; `document` is sealed."""

    id = peewee.TextField(primary_key=True)
    school = peewee.TextField(index=True)
    state = peewee.TextField()
    document = peewee.TextField()
    proposed_by = peewee.TextField()
    proposed_at = InstantField()
    signed_by = peewee.TextField(null=True)
    signed_at = InstantField(null=True)
    ended = peewee.IntegerField(default=0)
    done_at = InstantField(null=True)

    class Meta:
        table_name = "contract_ending"


Ending.add_index(Ending.index(Ending.school, unique=True, where=peewee.SQL("state IN ('proposed', 'signed')"), name="contract_ending_one"))
