"""Excel ledgers: read without believing them, changed by patching the sheet's XML inside the zip.

Every part of the workbook that need not change is copied byte for byte: phonetic guides, shapes,
validation and whatever else another library would lose stay as they were (robots.md §6).
"""
