"""Japanese values as people write them, parsed once into immutable ones: dates, kana, names, addresses,
telephones, numbers with check digits, bank accounts. Full-width writing and usual separators are taken;
a value that cannot be right is refused in Japanese (`forms.errors.InvalidValue`).
"""
