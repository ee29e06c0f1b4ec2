"""The gate between landing and the rest: suites, quarantine, held windows, pages."""
