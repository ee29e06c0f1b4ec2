"""The front door to people: the command `hub`."""

from customer_hub.cli.app import app, main

__all__ = ["app", "main"]
