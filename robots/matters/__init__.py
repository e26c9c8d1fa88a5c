"""Matters: what one kind of application means for a ledger or a bank. No files, no database."""
