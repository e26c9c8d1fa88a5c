"""Pre-entry at home: the same questions, answered without an account; the result is a QR code."""
