"""Accounts: officers and robots, what each may do, and signing in. Deny by default."""
