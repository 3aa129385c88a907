"""Sellers drawn by the product's own simulation, whose truth is known, and the report files they would hold."""
