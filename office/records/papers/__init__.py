"""Papers: batches of scanned files from their arrival to drafts, report and archive. Every page is kept and
read exactly once, whichever process dies meanwhile.
"""
