"""Root causes: mismatches that go back to one and the same thing, so that one decision may clear them all.

    kinds.py    what a cause may be, each with its words
    base.py     what all of them are looked for in: one row a linked record, one row a mismatch
    places.py   a street under another name, a street numbered anew, a commune that an office writes wrongly
    batches.py  one wrong batch: a file, a day, an office, a column of the partner's file
    people.py   one number, one holder, one household on many records
    letters.py  the same damage to the letters of names
    assign.py   each mismatch to one cause at most, the biggest first
    stage.py    all of it: the tables `causes` and `caused`

A cause is never found in mere chance: where an office or a batch is said to be wrong, what it has is held against what the rest
of the file lets expect (`base.SURPRISE`), and three different residents are the least.
"""
