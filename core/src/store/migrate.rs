//! The schema's versions, kept in `PRAGMA user_version`. A new version is one more step in [`STEPS`]; the schema before it
//! goes into `migrate/` as a fixture, and the test there carries every one of them to the present.

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::{Result, StoreError};

/// What brings a database from the version of its place to the next one: the first makes an empty file version 1.
const STEPS: &[fn(&Transaction) -> rusqlite::Result<()>] = &[create, omemo, files, trust, receipts];

fn create(tx: &Transaction) -> rusqlite::Result<()> {
    tx.execute_batch(include_str!("schema.sql"))
}

fn omemo(tx: &Transaction) -> rusqlite::Result<()> {
    tx.execute_batch(include_str!("schema_2.sql"))
}

fn files(tx: &Transaction) -> rusqlite::Result<()> {
    tx.execute_batch(include_str!("schema_3.sql"))
}

fn trust(tx: &Transaction) -> rusqlite::Result<()> {
    tx.execute_batch(include_str!("schema_4.sql"))
}

fn receipts(tx: &Transaction) -> rusqlite::Result<()> {
    tx.execute_batch(include_str!("schema_5.sql"))
}

/// The version of the schema that this program has.
pub fn schema_version() -> u64 {
    STEPS.len() as u64
}

/// Looks before anything is written whether this is a database that we may touch.
pub(super) fn check(db: &Connection) -> Result<usize> {
    let version: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    match usize::try_from(version) {
        Ok(version) if version <= STEPS.len() => Ok(version),
        _ => Err(StoreError::TooNew),
    }
}

/// Brings the database to the present version, each step in a transaction of its own.
pub(super) fn run(db: &mut Connection) -> Result<()> {
    let from = check(db)?;
    for (done, step) in STEPS.iter().enumerate().skip(from) {
        let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        step(&tx)?;
        tx.pragma_update(None, "user_version", i64::try_from(done + 1).unwrap_or(i64::MAX))?;
        tx.commit()?;
    }
    Ok(())
}

#[cfg(test)]
mod migrate_tests;
