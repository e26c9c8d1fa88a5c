"""The audit journal as auditors see it."""
