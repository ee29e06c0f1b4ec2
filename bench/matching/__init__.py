"""The judge of matching: sets with a known truth, contenders, figures (see bench/README.md)."""
