"""The cost of a change: 1 % new and changed records beside a full build, and of one search."""
