"""Verification of signed tokens: `verify` with its `Rules`, and the keys that it needs, from files or as a provider publishes them."""

from connectors.kit.jose.keys import ALGORITHMS, BadKey, Key, KeyFiles, keys_from, keys_of_set
from connectors.kit.jose.published import PublishedKeys, fitting
from connectors.kit.jose.verify import Rules, algorithm, key_id, unverified_claims, verify

__all__ = [
    "ALGORITHMS", "BadKey", "Key", "KeyFiles", "PublishedKeys", "Rules",
    "algorithm", "fitting", "key_id", "keys_from", "keys_of_set", "unverified_claims", "verify",
]  # fmt: skip
