"""The whole hub on one machine, from Python packages alone."""
