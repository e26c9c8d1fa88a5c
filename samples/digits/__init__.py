"""How the digit reader is trained: digits from many sources, written into boxes and scanned."""
