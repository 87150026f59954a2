"""The content-addressed store: steps, keys, objects, eviction, leases, receipts, doit's ledger."""
