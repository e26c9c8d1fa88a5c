"""Applications: list, one application with its documents, acceptance and decision."""
