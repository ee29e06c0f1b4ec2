"""Gather: what the channels show lands sealed, each version once, in windows."""
