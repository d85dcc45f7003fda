"""How well and how fast the linkage is beside Splink, and on the classic FEBRL4 data: `make bench-linkage`."""
