"""The explorer: runs a target under schedulers until a verdict is reached, and explains what it found."""
