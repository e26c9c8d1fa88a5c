"""Rendering: from a definition and its answers to paper, PDF and record.

`sheet` says in mm where everything stands on the printed form; `paper` draws it and the OCR reads by it.
`application` makes the PDF/A document of one application, `record` the structured data inside it.
Knows no signing: the place for the resident's ink is only left free here.
"""
