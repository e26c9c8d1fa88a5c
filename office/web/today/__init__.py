"""Today: what waits for this officer."""
