"""The cost of backups: written, sent again after a day, proven; see bench/README.md."""
