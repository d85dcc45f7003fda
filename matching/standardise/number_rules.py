"""What a personal number can be: its places, its years (Decree 137/2015/NĐ-CP, Art. 13; Circular 07/2016/TT-BCA, Art. 7).

Apart from the reading of numbers, so that declarations which name these rules load nothing heavy.
"""

from __future__ import annotations

from matching.standardise.tables import rows

# The 63 provinces of before July 2025 with a zero before the statistics office's code; the numbers stay as they are.
BIRTH_PLACES = frozenset(code for code, _ in rows("birth_places"))
# People born abroad bear a country's code, above the provinces' (the list is an annex of Circular 07/2016).
FIRST_COUNTRY, LAST_COUNTRY = 100, 399
# The register has nobody born later; of the 2100s there is nobody yet, so G is 0 to 3.
LATEST_BIRTH_YEAR = 2039
# Digits in a row, typed to get past a form.
RUNS = ("01234567890123", "98765432109876", "12345678901234")
# The repair of what a spreadsheet left of a number that it took for a large one: "1.23E+11".
DIGITS_CUT = "digits_cut"
