"""What reviewers decided: read from the files they drop, held against the evidence, kept in an append-only log.

files.py      which files of the decisions folder are read
sheet.py      a file as rows of cells, however a spreadsheet saved it
rows.py       rows to statements, or the reason why a row is refused
when.py       whether the day of a decision can be
notes.py      what reviewers wrote beside a decision, where it stands
evidence.py   a hash of what a mismatch or a review rests on, and what of it has changed
known.py      what the published runs, and this one, say of an id
hold.py       each row held against the case that it was decided on
settle.py     what several statements on one finding come to
standing.py   how all questions stand
pairs.py      what was said of a record and a resident, kept from run to run
log.py        the log, and what a run adds to it
read.py       all of it, in the order of a run
check_view.py the same for one file, without applying it
"""
