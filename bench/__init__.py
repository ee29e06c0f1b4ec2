"""Measured work: the hub beside its peers, on the same machine, in the same run."""
