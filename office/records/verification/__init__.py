"""Verifying what was read from paper: what is in doubt, who is asked, and what was decided by whom."""
