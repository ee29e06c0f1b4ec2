"""Push golden values back to the channels that should have them, once each, until all agree."""
