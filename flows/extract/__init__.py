"""What an extract looks like in counts, and how it differs from the last one that was accepted."""
