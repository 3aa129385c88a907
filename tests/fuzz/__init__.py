"""Broken inputs made by a seed: each is read, or refused at its place; nothing else may happen."""
