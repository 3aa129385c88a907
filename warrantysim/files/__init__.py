"""Scenarios, policies, quotes and tables in files: YAML, CSV and workbooks in and out."""
