"""Taking one resident out of every kept run: who he is in the files (person), which rows name him (rows), the runs (erase)."""

from flows.erase.erase import Erased, erase

__all__ = ["Erased", "erase"]
