"""What ships for each market: its law, customs, parcels, platform, freight and customers, each figure with its source.

``common.yaml`` holds what is usual everywhere, ``XX.yaml`` what a market adds, ``tables`` one file a table for all
markets, ``sources.csv`` what the source codes stand for.
"""

from pathlib import Path

FOLDER = Path(__file__).parent
"""Where they are."""
CODES = ("US", "CA", "MX", "DE", "FR", "IT", "ES", "NL", "BE", "PL", "SE", "UK", "JP", "AU")
"""The markets there are packs of."""
