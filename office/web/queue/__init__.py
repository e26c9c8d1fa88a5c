"""The queue of the day: the board, the hall's display and number machine, the settings of counters."""
