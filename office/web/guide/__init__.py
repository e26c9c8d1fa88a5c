"""The guide: plain words lead to a life event or a procedure."""
