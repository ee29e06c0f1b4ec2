"""How long a change in a channel takes until the golden record has it, through the scheduler."""
