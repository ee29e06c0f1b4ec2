"""Gathering, landing and publishing, beside the least that each could cost."""
