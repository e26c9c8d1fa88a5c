"""What a form is: definitions, kinds of field, Japanese values, conditions, the interview,
rendering (page, paper, PDF, record) and signing. Knows no web, no database, no jobs.
"""
