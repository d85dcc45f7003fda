"""`doisoat bench`: how right and how fast names and addresses are read, measured on worlds that nobody developed with.

The seed is drawn anew unless one is given, so no figure can be had by learning a world by heart; it is printed, so every
figure can be had again. Counting is SQL over small tables (`judge_*`), apart from making cases and from parsing them.
"""
