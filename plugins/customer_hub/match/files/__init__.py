"""`hub match FILE`: the matching engine over any CSV or Parquet file, without the rest of the hub.

Flow: `reading` (a table of text) -> `roles` (what each column is) -> `standardising` (the engine's
columns) -> the engine -> `writing`, `quality`, `splink`.
"""
