"""The declarative driver: a system behind HTTP and JSON, described by TOML alone."""

from customer_hub.channels.rest.system import DescribedSystem, read_system

__all__ = ["DescribedSystem", "read_system"]
