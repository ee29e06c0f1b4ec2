"""What the words of a lineage mean, for people."""

from collections.abc import Mapping

WHY: Mapping[str, str] = {
    "validated": "its record passed every rule of the gate, the others only with warnings",
    "formal": "the fullest form of the name",
    "trust": "its channel is trusted most for this field, age and warnings counted",
    "frequency": "most records say so",
    "recency": "the newest record",
    "completeness": "the record that says most",
    "longest": "the longest value, or an explicit clear",
    "source_key": "all else was equal: the smallest source key",
    "only": "nobody else has a value",
    "agreed": "all say the same",
    "follows": "it comes with the field that it belongs to",
    "default": "nobody has a value; the policy's own",
    "all_deleted": "every record was deleted by its channel",
    "pin": "a steward's word",
    "sum": "the sum of the records named",
    "max": "the greatest of the records named",
    "min": "the smallest of the records named",
    "union": "what the records named say, each once",
}
"""Rule of a cell -> why its value stands."""
