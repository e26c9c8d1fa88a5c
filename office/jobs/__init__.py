"""Jobs: durable runs of named steps, their clock, and the tables that say what ran. DBOS is the only
executor, behind `engine`; our own rows are what console, audit and statistics read. Knows no single robot.
"""
