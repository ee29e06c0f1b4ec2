"""The matching engine: columns in, clusters out. Pure: no database, no files, no clock.

Flow: `records` (columns) -> `blocking` (candidate pairs) -> `comparing` (levels of distinct value
pairs) -> `training` or a frozen `model` -> `scoring` (integers) -> `clustering`.
"""
