"""Goldenmatch's settings, one module a set: FIELDS, PASSES and, where they matter, MISSING and CUT."""

from __future__ import annotations

from goldenmatch.config.schemas import BlockingKeyConfig, MatchkeyField


def compare(field: str, scorer: str, *levels: float, rare: bool = False) -> MatchkeyField:
    """Return a comparison of a Fellegi-Sunter matchkey.

    Args:
        field: the column.
        scorer: goldenmatch's comparator.
        levels: the descending similarities that divide its levels; without any, agree or not.
        rare: whether agreement on a rare value counts for more.
    """
    if not levels:
        return MatchkeyField(field=field, scorer=scorer, tf_adjustment=rare)
    return MatchkeyField(
        field=field,
        scorer=scorer,
        levels=len(levels) + 1,
        level_thresholds=list(levels),
        tf_adjustment=rare,
    )


def block(*fields: str, **prefixes: int) -> BlockingKeyConfig:
    """Return a blocking pass on equal ``fields`` and on equal beginnings of those in ``prefixes``."""
    return BlockingKeyConfig(
        fields=[*fields, *prefixes],
        field_transforms={field: [f"substring:0:{end}"] for field, end in prefixes.items()},
        additive=True,
    )
