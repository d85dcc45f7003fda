"""An extract held against its gates alone, without a run: for whoever makes or takes it, by hand or in CI."""
