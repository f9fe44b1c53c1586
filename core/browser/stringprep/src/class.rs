//! What may be in a text, and how it is written.

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

/// The class of a character. All runs before it are passed: that costs a microsecond or two, and a table of where they begin would
/// cost more to load.
pub(crate) fn class(c: char) -> Class {
    let (mut end, mut number, mut shift) = (0, 0, 0);
    for byte in RUNS {
        number |= u32::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            end += number >> 2;
            if u32::from(c) < end {
                return [Class::Refused, Class::Left, Class::Right, Class::Other][(number & 3) as usize];
            }
            (number, shift) = (0, 0);
        }
    }
    Class::Refused
}
