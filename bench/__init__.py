"""How fast the product answers, measured over HTTP: ``python -m bench``; see `docs/performance.md`."""
