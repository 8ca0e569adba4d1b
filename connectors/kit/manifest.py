"""What a connector declares about itself: names, settings, what it can, and how good it is (ARCHITECTURE 1.2, 9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum

from connectors.kit.credentials import CredentialForm, plain_form
from connectors.kit.diary import Datum


class Kind(StrEnum):
    SIGN_IN = "sign_in"
    DIARY = "diary"
    PAYMENT = "payment"
    NOTICE = "notice"
    """A gateway of text messages to phones."""
    CHANNEL = "channel"
    """Another way to reach a person: letters, pushes (`connectors.kit.channel`)."""
    CHAT = "chat"
    JOINING = "joining"
    TERMINAL = "terminal"
    """The payer's side calls us: terminals, a bank's counter."""


class Quality(IntEnum):
    """The levels of ARCHITECTURE 9."""

    NONE = 0
    BRONZE = 1
    SILVER = 2
    GOLD = 3
    PLATINUM = 4


class PayWay(StrEnum):
    """What the payer does. `MOBILE` needs the phone whose balance pays; `SHOP` takes one for messages about the code."""

    CARD = "card"
    SBP = "sbp"
    MOBILE = "mobile"
    SHOP = "shop"


@dataclass(frozen=True, slots=True, kw_only=True)
class PayMethod:
    """A way to pay at an acquirer. `fee_hundredths` of a per cent come on top (500 is 5 %), until a dated row of the hub says otherwise."""

    name: str
    title: str
    fee_hundredths: int = 0
    way: PayWay = PayWay.CARD


class LoginKind(StrEnum):
    """How a diary account is opened: in the browser, with named credentials, or with a ready token."""

    BROWSER = "browser"
    CREDENTIALS = "credentials"
    TOKEN = "token"


class ChatAbility(StrEnum):
    """What a carrier of class chats lets a school's account do (`connectors.kit.class_chat`)."""

    CREATE = "create"
    ADD = "add"
    """Members are added by the account, at least those who allowed it."""
    REMOVE = "remove"
    LIST = "list"
    """The members of a chat."""
    LIST_CHATS = "list_chats"
    INVITE_LINK = "invite_link"
    RESET_LINK = "reset_link"
    RENAME = "rename"
    SEND = "send"
    SENDS_ONCE = "sends_once"
    """A message sent twice with one key arrives once."""
    RIGHTS = "rights"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A setting `HUB_<PREFIX>_<NAME>`; a secret one is printed masked. Where a `pattern` is given, the whole text must match it;
    `form` completes the sentence «… must be» of the refusal."""

    name: str
    doc: str
    secret: bool = False
    required: bool = False
    default: str = ""
    choices: tuple[str, ...] = ()
    pattern: str = ""
    form: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One running system of this kind: `name` is `system` in every JSON, `prefixes` its sandbox prefixes, the first the API.

    `owner` and `country` (ISO 3166) say who runs it and where its data lies, where a setting tells.
    `logins`, where it is set, narrows the manifest's own: one platform may open differently in each place."""

    name: str
    title: str
    prefixes: tuple[str, ...]
    owner: str = ""
    country: str = ""
    logins: frozenset[LoginKind] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """`genitive` completes «дневник …» in Russian sentences; `fields` promises record fields per datum, checked by the contract suite;
    `error_codes` gives, by our error's snake_case word, the code that the system itself uses for it.

    `credentials` names the fields of the usual sign-in, the password last. `forms` draws it for people, the usual one first and then
    others, as a first time with a code; without `forms` the house draws one from `credentials`.

    `registration` are the forms by which a family without an account gets one (`connectors.kit.registration`), `recovery` the one that
    asks the system for its own letter about a forgotten password.

    `one_login_a_child`: the login belongs to the child's cabinet, and each guardian signs in with the same one.

    `parallel_calls`: of all families together, for a school day begins for all at once. No diary is known to limit them; what it limits is
    one account, and a family's questions are few.

    `served`: the system calls us and has no address of its own; it is on when its setting NETWORKS says who may call.

    `on_by`: it has no address of its own either, and is on when this setting is given; the addresses that it asks are told to it and
    guarded. `schemes`, where they are set, are those of an address that is not asked by HTTP.

    `channel`: beside its port it also is this way to reach a person (`connectors.kit.channel`), made by its module `channel`.

    `declared_as`: settings `HUB_<declared_as>_<NAME>_…` alone declare instances, each at the address in its setting ISSUER;
    `instances` are then those of the demo, which may share a prefix."""

    id: str
    title: str
    kind: Kind
    instances: tuple[Instance, ...]
    documents: tuple[str, ...]
    quality: Quality = Quality.NONE
    settings: tuple[Setting, ...] = ()
    data: frozenset[Datum] = frozenset()
    fields: Mapping[str, frozenset[str]] = field(default_factory=dict)
    logins: frozenset[LoginKind] = frozenset()
    credentials: tuple[str, ...] = ()
    forms: tuple[CredentialForm, ...] = ()
    registration: tuple[CredentialForm, ...] = ()
    recovery: CredentialForm | None = None
    one_login_a_child: bool = False
    fresh_for_s: int = 900
    calls_per_minute: int = 60
    parallel_calls: int = 64
    public_hosts: tuple[str, ...] = ()
    error_codes: Mapping[str, str] = field(default_factory=dict)
    exempt: Mapping[str, str] = field(default_factory=dict)
    declared_as: str = ""
    chat: frozenset[ChatAbility] = frozenset()
    methods: tuple[PayMethod, ...] = ()
    served: bool = False
    on_by: str = ""
    schemes: tuple[str, ...] = ()
    channel: str = ""

    @property
    def has_address(self) -> bool:
        """Whether `HUB_<PREFIX>_BASE_URL` says where it is."""
        return not self.served and not self.on_by

    @property
    def login_forms(self) -> tuple[CredentialForm, ...]:
        """The forms by which an account is opened with credentials; none where it is not."""
        if LoginKind.CREDENTIALS not in self.logins:
            return ()
        return self.forms or (plain_form(self.credentials),)

    def at(self, name: str) -> Manifest:
        """The manifest as it holds for one instance: what its port carries."""
        logins = self.instance(name).logins
        return self if logins is None else replace(self, logins=self.logins & logins)

    def instance(self, name: str) -> Instance:
        for instance in self.instances:
            if instance.name == name:
                return instance
        raise KeyError(name)
