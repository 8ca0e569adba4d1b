"""Verification of signed tokens: `verify` with its `Rules`, and the keys that it needs."""

from connectors.kit.jose.keys import BadKey, Key, KeyFiles, keys_from
from connectors.kit.jose.verify import Rules, algorithm, unverified_claims, verify

__all__ = ["BadKey", "Key", "KeyFiles", "Rules", "algorithm", "keys_from", "unverified_claims", "verify"]
