"""Pairwise precision and recall."""

from local.demo.quality import Quality, evaluate


def test_pairs_are_counted_over_the_records_that_both_know() -> None:
    found = {"a": 1, "b": 1, "c": 1, "d": 2, "x": 1}
    truth = {"a": "t", "b": "t", "c": "u", "d": "u", "y": "t"}
    quality = evaluate(found, truth)
    assert quality == Quality(found_pairs=3, true_pairs=2, right_pairs=1)
    assert (round(quality.precision, 3), quality.recall) == (0.333, 0.5)


def test_nothing_found_is_precise_and_recalls_nothing() -> None:
    quality = evaluate({"a": 1, "b": 2}, {"a": "t", "b": "t"})
    assert (quality.precision, quality.recall) == (1.0, 0.0)
