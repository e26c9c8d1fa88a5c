"""The resident's face: choose a language, look at the documents, sign once."""
