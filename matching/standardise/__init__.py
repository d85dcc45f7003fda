"""Raw text -> comparable columns, never losing the raw value."""
