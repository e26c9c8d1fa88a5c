"""Commands of `kakazu` that the robots bring: ledger, exchange, robots."""
