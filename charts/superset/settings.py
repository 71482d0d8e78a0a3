"""Settings come from the environment."""

import os


def setting(name: str) -> str:
    """The value of a setting that must be there."""
    if value := os.environ.get(name):
        return value
    raise SystemExit(f"wrong settings: {name} is missing")
