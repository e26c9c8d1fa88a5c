"""The commands of `kakazu`, one module each: `NAME.py` holds the click command `command`, called NAME.

Commands of robots and cities come in through extensions.
"""
