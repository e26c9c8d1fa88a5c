"""Exchanges: records of files that go to, or come from, other bodies."""
