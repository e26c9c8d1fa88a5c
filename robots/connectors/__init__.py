"""Connectors: how robots reach systems outside the suite."""
