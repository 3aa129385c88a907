"""Texts of the app, a module a page; `ui.language` gathers them."""
