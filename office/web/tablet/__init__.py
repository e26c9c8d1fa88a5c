"""Tablets that go on without the network: the shell they keep, what they send, and the officers' list."""
