"""The stages of reading a page: registration, then the fields on the straightened sheet."""
