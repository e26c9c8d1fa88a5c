"""The audit journal: an RFC 6962 tree written in the transaction of the act it records.

Says who did what to which record and when; holds no personal data. Knows nothing of the records.
"""
