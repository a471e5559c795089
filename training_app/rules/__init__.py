"""The rules: facts in, verdict out.  No clock, no chance, no database, no request."""
