"""What is decided: plain functions over named tables. No Prefect, no Great Expectations, no clock, no network."""
