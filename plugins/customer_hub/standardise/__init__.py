"""Accepted versions to current source rows: mapped, standardised, sealed, queued for match."""
