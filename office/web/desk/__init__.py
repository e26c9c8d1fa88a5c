"""The officer's screen itself: how it looks, hiding it, opening it again."""
