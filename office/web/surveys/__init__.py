"""Web: surveys, for the officer who makes them and for everybody who answers."""
