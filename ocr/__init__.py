"""Paper to candidate values with the doubt kept: registration, engines behind a protocol,
confidence. Knows no web and no database.
"""
