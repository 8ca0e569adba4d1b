"""What a person asked for and has not finished: a form kept over a fresh sign-in, a merger of two records, an exchange of profiles."""

from __future__ import annotations

from hub.store.fields import SealedColumn
from hub.store.wishes.forms import KeptForm
from hub.store.wishes.mergers import MergeWish
from hub.store.wishes.swaps import SwapWish

TABLES = (KeptForm, MergeWish, SwapWish)
SEALED: tuple[SealedColumn, ...] = (SealedColumn(KeptForm, "fields"),)
