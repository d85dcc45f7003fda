"""What takes minutes: run by `make soak`, `python -m pytest -q -s tests/soak`, and by nothing else (tests/conftest.py leaves it out)."""
