"""Splink's settings, one module a set: SETTINGS, DETERMINISTIC, RECALL, TRAINING."""
