"""The officer's face of the counter: start, ask, show to the resident."""
