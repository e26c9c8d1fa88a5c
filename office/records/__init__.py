"""The records of the city's back office and the operations on them.

Operations are plain functions `(session, actor, …)`: they hold the rules, write the audit entry and
never commit. Everything personal that is not needed for a search is sealed in the vault.
"""
