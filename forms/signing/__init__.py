"""Signing: the resident's hand on the tablet, the city's seal over it, and the check of both.

Here: the city's keys and its local timestamp authority, the evidence of a signature, the ink drawn
from its strokes, the seal (one incremental update over the very bytes shown) and the verification
that needs no database. Never here: who may sign what, where files are kept, web pages.
"""
