//! One SQLite file; one set of changes is one transaction.
