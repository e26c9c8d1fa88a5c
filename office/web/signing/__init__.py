"""The officer's part of signing on paper: print, take in, attach the scan."""
