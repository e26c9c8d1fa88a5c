"""Officers: the administrator's list of accounts."""
