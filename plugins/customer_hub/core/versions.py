"""Versions of code whose output is stored. Part of the policy: another one is a full rebuild.

Each is raised whenever what it names gives another result for the same input.
"""

STANDARDISER_VERSION: int = 5
"""From a native payload to source rows: the systems' mappings, `values` and standardise."""

FEATURE_VERSION: int = 4
"""From source rows to what the matcher compares: match/features.py."""

MATCH_VERSION: int = 7
"""From features to keys, edges and clusters under the same rules and model: match, its engine."""

MERGE_VERSION: int = 3
"""From source rows to golden ones under the same survivorship rules: merge."""
