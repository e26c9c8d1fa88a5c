"""The platform: settings, database, accounts, audit journal, records and their operations,
calendar, jobs, clock, web application and command line. Knows no single robot.
"""
