"""Bookings by residents: public pages without an account."""
