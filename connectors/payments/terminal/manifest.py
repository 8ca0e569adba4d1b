"""What the terminals' dialects declare: they have no address of ours to ask, and are on when it is said who may call (RULES D4)."""

from __future__ import annotations

from connectors.kit.manifest import Instance, Kind, Manifest, Quality, Setting

DAY = r"20\d\d-((0[13578]|1[02])-(0[1-9]|[12]\d|3[01])|(0[469]|11)-(0[1-9]|[12]\d|30)|02-(0[1-9]|1\d|2[0-8]))"
"""29 February is no first day of anything."""

MANIFEST = Manifest(
    id="terminal",
    title="Терминалы и кассы банков",
    kind=Kind.TERMINAL,
    served=True,
    quality=Quality.NONE,
    documents=(
        "OSMP «provider protocol»: check and pay (facts/payments-and-ledger.md 1a)",
        "Sberbank, protocol 2, with its hash; the upper-case variant; the old variant (1a')",
    ),
    instances=(
        Instance(name="osmp", title="Платёжные терминалы города (ОСМП)", prefixes=("osmp",)),
        Instance(name="sber2", title="Сбербанк, протокол 2", prefixes=("sber2",)),
        Instance(name="sber_upper", title="Сбербанк, вариант с заглавными буквами", prefixes=("sber_upper",)),
        Instance(name="sber_old", title="Сбербанк, прежний вариант", prefixes=("sber_old",)),
    ),
    settings=(
        Setting(name="NETWORKS", doc="addresses or networks that may call, separated by commas; unset: off outside the demo"),
        Setting(name="USER", doc="the name for Basic"),
        Setting(name="PASSWORD", doc="the password for Basic", secret=True),
        Setting(
            name="CERTIFICATE",
            doc="SHA-256 (hex) of the client certificate that a trusted proxy vouches for",
            pattern=r"[0-9a-fA-F]{64}",
            form="64 hexadecimal digits without colons",
        ),
        Setting(name="SECRET", doc="the secret of the `hash` parameter (protocol 2); set: every request must carry it", secret=True),
        Setting(
            name="SINCE",
            doc="the first day on which it takes money: before it, payers read the day and every check is answered «later»; unset: always",
            pattern=DAY,
            form="a day as 2026-11-10",
        ),
    ),
    exempt={
        "sber_old cancel": "a payment is taken back by the office, with a reason; the command is answered as unsupported",
        "sber_old temporary": "the variant has no code for «later»: HTTP 503",
    },
)
