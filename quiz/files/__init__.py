"""Spreadsheets, CSV and archives from outside, and workbooks written. PURE."""
