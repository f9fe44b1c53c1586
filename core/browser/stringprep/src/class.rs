//! What may be in a text, and how it is written.

use std::sync::LazyLock;

use crate::runs::RUNS;

/// What counts of a character in a text that is prepared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// It was unassigned in Unicode 3.2 (A.1), or none of the profiles has it (C, beyond ASCII).
    Refused,
    /// It is written from left to right (D.2).
    Left,
    /// It is written from right to left (D.1).
    Right,
    /// It is written like what stands around it.
    Other,
}

/// Where each run of one class begins, in order.
static BEGINNINGS: LazyLock<Vec<(u32, Class)>> = LazyLock::new(|| {
    let (mut beginnings, mut at, mut number, mut shift) = (Vec::new(), 0, 0, 0);
    for byte in RUNS {
        number |= u32::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            let class = [Class::Refused, Class::Left, Class::Right, Class::Other][(number & 3) as usize];
            beginnings.push((at, class));
            at += number >> 2;
            (number, shift) = (0, 0);
        }
    }
    beginnings
});

/// The class of a character.
pub(crate) fn class(c: char) -> Class {
    let after = BEGINNINGS.partition_point(|(beginning, _)| *beginning <= u32::from(c));
    BEGINNINGS[after - 1].1
}
