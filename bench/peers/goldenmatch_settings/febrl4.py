"""Goldenmatch on FEBRL 4; the columns and errors are those of FEBRL 3."""

from bench.peers.goldenmatch_settings.febrl3 import FIELDS, PASSES

__all__ = ["FIELDS", "PASSES"]
