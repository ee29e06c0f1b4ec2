"""Splink on FEBRL 4: 10,000 records of 5,000 persons; the columns and errors are those of FEBRL 3."""

from bench.peers.splink_settings.febrl3 import DETERMINISTIC, RECALL, SETTINGS, TRAINING

__all__ = ["DETERMINISTIC", "RECALL", "SETTINGS", "TRAINING"]
