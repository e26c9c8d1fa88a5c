"""What can be true: names with readings, addresses, dates, telephone numbers, and what proves a text."""
