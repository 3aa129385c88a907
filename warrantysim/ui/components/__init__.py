"""Pieces pages are made of."""
