"""Sheets of any origin (CSV, XLSX, with HXL tags or without): tried on dry land first, then recorded row by row."""
