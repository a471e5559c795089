"""Modules, lessons and the glossary: read from files, checked, and rendered.  Pure: no request, database or clock."""
