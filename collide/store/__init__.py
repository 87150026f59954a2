"""Content-addressed store: steps, keys, objects, eviction, leases, receipts, the doit ledger."""
