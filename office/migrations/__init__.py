"""The steps that bring a database to the newest schema (Alembic; run by `office.database.upgrade`).

A new step: change the tables, then `python -m office.migrations "what changes"`, and read what was written.
"""
