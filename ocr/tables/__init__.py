"""Ledgers and lists on paper: pages without our marks to rows of typed cells, every doubt kept."""
