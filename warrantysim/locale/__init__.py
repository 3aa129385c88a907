"""Texts in every language: gettext catalogues, and looking a text up in them."""
