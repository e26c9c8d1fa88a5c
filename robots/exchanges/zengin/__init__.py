"""Bank files of the Zengin standard (全銀協規定形式), 120 bytes a record: layouts as data, one reader and
one writer for all of them (record-layouts §1–3, §6–7).
"""
