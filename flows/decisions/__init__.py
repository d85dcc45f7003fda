"""What reviewers decided: read from the files they drop, held against today's evidence, kept in an append-only log.

    sheet.py      a file as rows of cells, however a spreadsheet saved it
    rows.py       rows to statements, or the reason why a row is refused
    evidence.py   a hash of what a mismatch or a review rests on
    known.py      what the published runs say of an id
    log.py        the log; what a run adds to it
    settle.py     what several statements on one finding come to
    read.py       all of it, in the order of a run
"""
