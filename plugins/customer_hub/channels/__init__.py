"""How each kind of system is read and written; found by folder, described by TOML."""
