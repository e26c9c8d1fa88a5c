"""みほん市, the one invented city: residents, ledgers, scans and bank files made from a seed.
Tests and the demonstration read the same ones.
"""
