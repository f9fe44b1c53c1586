//! What is fresh in a conversation: a long one is not told anew with each word of it.

use std::mem;

use larimar::view::MessageRow;

/// The rows of a conversation as they were told last.
#[derive(Default)]
pub struct Told(Vec<MessageRow>);

impl Told {
    /// From now on these are the rows. Those stay that were not told yet, or have changed or moved since; the ids of all are
    /// returned in their order.
    pub fn keep_fresh(&mut self, rows: &mut Vec<MessageRow>) -> Vec<i64> {
        let before = mem::replace(&mut self.0, mem::take(rows));
        let mut rest = &before[..];
        for row in &self.0 {
            let place = rest.iter().position(|told| told.id == row.id);
            match place.and_then(|place| rest[place..].split_first()) {
                Some((told, later)) => {
                    rest = later;
                    if told != row {
                        rows.push(row.clone());
                    }
                }
                None => rows.push(row.clone()),
            }
        }
        self.0.iter().map(|row| row.id).collect()
    }
}

#[cfg(test)]
mod fresh_tests;
