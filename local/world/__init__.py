"""The seeded synthetic world: customers, what four channels know of them, and the truth."""

from local.world.events import generate
from local.world.files import write_world
from local.world.journal import Event

__all__ = ["Event", "generate", "write_world"]
