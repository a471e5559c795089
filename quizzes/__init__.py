"""Items, banks, papers and marks.  Pure: no request, database, clock or chance; the seed of a draw is an argument."""
