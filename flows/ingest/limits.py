"""Bounds that keep hostile or broken input from taking more time, memory or disk than honest input does."""

from __future__ import annotations

CHUNK = 4 << 20  # bytes read and parsed at a time: 8 MiB was no faster and doubled the memory of a block full of quotes
HEAD = 1 << 20  # bytes that format, encoding, delimiter and header are judged on
MAX_LINE = 1 << 20  # a longer line is no row of a register: quarantined as line_too_long
KEPT_OF_LONG_LINE = 4096  # bytes of such a line that the quarantine keeps
MAX_RUNAWAY = 64 << 20  # a line without an end for this long is no text file: refused
MAX_COLUMNS = 2000
HEADING_ROWS = 40  # rows among which the header of a file is looked for: the titles of offices take a dozen at most
FREE_INFLATION = 64 << 20  # decompressed bytes before the ratio below counts
FREE_ROWS = 1_000_000  # rows of a Parquet file that may take less than a byte each
MAX_RATIO = 200  # decompressed to compressed; register extracts reach 5 to 50, a bomb 1,000 and more
MAX_SHEET_CELLS = 60_000_000  # bounding box of a sheet: the reader allocates all of it, 24 bytes a cell
ROW_GROUP = 122_880  # rows; what DuckDB reads as one unit of parallel work
PART_ROWS = 2 * ROW_GROUP  # rows of one Parquet part; parts are written side by side
FEW_BAD_LINES = 20  # undecodable lines that any file may have before its encoding is doubted
BAD_LINE_SHARE = 0.01
