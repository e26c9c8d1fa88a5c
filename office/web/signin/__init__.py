"""Sign-in and sign-out of officers."""
