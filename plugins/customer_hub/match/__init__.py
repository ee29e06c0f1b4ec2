"""Find which source records are the same customer or contact, and give each cluster its id."""
