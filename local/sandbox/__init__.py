"""Four sandbox channels on loopback that speak the real systems' protocols."""
