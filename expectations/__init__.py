"""What must hold: one Great Expectations suite for each table of a run."""
