"""Web: contract papers of a purchase."""
