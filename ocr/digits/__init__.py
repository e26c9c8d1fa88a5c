"""Digits written one to a box: the picture made alike, and what their check digits allow."""
