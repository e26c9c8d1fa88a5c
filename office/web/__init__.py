"""The web application: one folder per blueprint with its views, inputs and templates."""
