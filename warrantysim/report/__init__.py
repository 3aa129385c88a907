"""How people read it: tables of text, wording in English and Chinese, files for spreadsheets."""
