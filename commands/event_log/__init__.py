"""The log: recorder, mapper, schema, embedded server; the only place that knows the eventsourcing library."""
