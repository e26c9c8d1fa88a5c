"""Procedures: the inventory, the determination matrix, and definitions being written."""
