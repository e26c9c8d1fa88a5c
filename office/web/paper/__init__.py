"""Scanned paper: upload, waiting pages, image and value side by side."""
