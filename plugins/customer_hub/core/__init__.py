"""The floor: settings, database, statements, sealing, errors. It knows nothing of customers."""
