"""The workers: one file per robot in the catalogue, connectors, exchange layouts, the job
console. Has no tables of its own.
"""
