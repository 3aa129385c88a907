"""The version every result is stamped with."""

__version__ = "0.1.0"
