"""Fixed texts of the resident's face, one TOML file per page family, every text in every language."""
