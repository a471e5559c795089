"""What users do: each service gathers facts, asks a rule, appends facts.  They flush; only `db` commits."""
