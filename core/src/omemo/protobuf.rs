//! Protocol buffers, as far as OMEMO's messages and our own records need them: numbers and bytes, read strictly and without
//! copying, unknown fields skipped, so that both can get new fields later.

use zeroize::Zeroizing;

use super::error::OmemoError;

const VARINT: u64 = 0;
const FIXED_64: u64 = 1;
const BYTES: u64 = 2;
const FIXED_32: u64 = 5;

/// Collects fields. What it outgrows is wiped, because records hold secrets.
pub(super) struct Writer(Zeroizing<Vec<u8>>);

impl Writer {
    /// One with room for so many bytes: growing costs more than room, because what is left behind is wiped.
    pub fn with_room(bytes: usize) -> Writer {
        Writer(Zeroizing::new(Vec::with_capacity(bytes)))
    }

    /// A number.
    pub fn number(&mut self, field: u32, value: impl Into<u64>) -> &mut Writer {
        self.varint(u64::from(field) << 3 | VARINT);
        self.varint(value.into());
        self
    }

    /// A number that may be missing.
    pub fn maybe_number(&mut self, field: u32, value: Option<u32>) -> &mut Writer {
        if let Some(value) = value {
            self.number(field, value);
        }
        self
    }

    /// A string of bytes, or a message in it.
    pub fn bytes(&mut self, field: u32, value: &[u8]) -> &mut Writer {
        self.varint(u64::from(field) << 3 | BYTES);
        self.varint(value.len() as u64);
        self.append(value);
        self
    }

    /// A message in it, written where it will stand: only then is its length known, which goes before it.
    pub fn message(&mut self, field: u32, write: impl FnOnce(&mut Writer)) -> &mut Writer {
        self.varint(u64::from(field) << 3 | BYTES);
        let start = self.0.len();
        write(self);
        let end = self.0.len();
        self.varint((end - start) as u64);
        let length = self.0.len() - end;
        self.0[start..].rotate_right(length);
        self
    }

    /// Bytes that are no field.
    pub fn append(&mut self, bytes: &[u8]) {
        self.make_room(bytes.len());
        self.0.extend_from_slice(bytes);
    }

    /// What was written.
    pub fn finish(self) -> Zeroizing<Vec<u8>> {
        self.0
    }

    /// The same of what everybody may see, and what need not be wiped.
    pub fn finish_public(mut self) -> Vec<u8> {
        std::mem::take(&mut *self.0)
    }

    fn push(&mut self, byte: u8) {
        self.make_room(1);
        self.0.push(byte);
    }

    #[inline]
    fn make_room(&mut self, more: usize) {
        if more > self.0.capacity() - self.0.len() {
            self.grow(more);
        }
    }

    #[cold]
    fn grow(&mut self, more: usize) {
        let mut larger = Vec::with_capacity((self.0.len() + more).max(self.0.capacity() * 2));
        larger.extend_from_slice(&self.0);
        self.0 = Zeroizing::new(larger);
    }

    #[inline]
    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.push(value as u8);
    }
}

/// One field's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

impl<'a> Value<'a> {
    /// As a number of 32 bits.
    pub fn number(self) -> Result<u32, OmemoError> {
        self.long().and_then(|value| u32::try_from(value).map_err(|_| OmemoError::Malformed("a number is too large")))
    }

    /// As a number of 64 bits.
    pub fn long(self) -> Result<u64, OmemoError> {
        match self {
            Value::Number(value) => Ok(value),
            Value::Bytes(_) => Err(OmemoError::Malformed("bytes stand for a number")),
        }
    }

    /// As bytes.
    pub fn bytes(self) -> Result<&'a [u8], OmemoError> {
        match self {
            Value::Bytes(bytes) => Ok(bytes),
            Value::Number(_) => Err(OmemoError::Malformed("a number stands for bytes")),
        }
    }

    /// As a key of this length.
    pub fn array<const N: usize>(self) -> Result<[u8; N], OmemoError> {
        self.bytes()?.try_into().map_err(|_| OmemoError::Malformed("a key has the wrong length"))
    }
}

/// Reads one field after the other: its number and value. It ends after the first error.
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader(bytes)
    }

    #[inline]
    fn varint(&mut self) -> Result<u64, OmemoError> {
        // Nearly all are this short.
        match self.0.split_first() {
            Some((byte @ 0..0x80, rest)) => {
                self.0 = rest;
                Ok(u64::from(*byte))
            }
            _ => self.long_varint(),
        }
    }

    fn long_varint(&mut self) -> Result<u64, OmemoError> {
        let mut value = 0;
        for (at, byte) in self.0.iter().take(10).enumerate() {
            // The tenth byte has room for one bit.
            if at == 9 && *byte > 1 {
                break;
            }
            value |= u64::from(byte & 0x7f) << (7 * at);
            if byte & 0x80 == 0 {
                self.0 = &self.0[at + 1..];
                return Ok(value);
            }
        }
        Err(OmemoError::Malformed("a number does not end"))
    }

    #[inline]
    fn take(&mut self, length: u64) -> Result<&'a [u8], OmemoError> {
        let split = usize::try_from(length).ok().and_then(|length| self.0.split_at_checked(length));
        let (taken, rest) = split.ok_or(OmemoError::Malformed("a field is cut off"))?;
        self.0 = rest;
        Ok(taken)
    }

    #[inline]
    fn field(&mut self) -> Result<(u64, Value<'a>), OmemoError> {
        let tag = self.varint()?;
        let value = match tag & 7 {
            VARINT => Value::Number(self.varint()?),
            BYTES => {
                let length = self.varint()?;
                Value::Bytes(self.take(length)?)
            }
            FIXED_64 => Value::Bytes(self.take(8)?),
            FIXED_32 => Value::Bytes(self.take(4)?),
            _ => return Err(OmemoError::Malformed("a field is of no known type")),
        };
        if tag >> 3 == 0 {
            return Err(OmemoError::Malformed("a field has no number"));
        }
        Ok((tag >> 3, value))
    }
}

impl<'a> Iterator for Reader<'a> {
    type Item = Result<(u64, Value<'a>), OmemoError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_err() {
            self.0 = &[];
        }
        Some(field)
    }
}

#[cfg(test)]
mod protobuf_tests {
    use proptest::prelude::*;

    use super::*;

    fn read(bytes: &[u8]) -> Result<Vec<(u64, Value<'_>)>, OmemoError> {
        Reader::new(bytes).collect()
    }

    #[test]
    fn the_examples_of_the_format_s_description_are_read_and_written() {
        let mut writer = Writer::with_room(0);
        writer.number(1, 150_u32).maybe_number(3, None).bytes(2, b"testing");
        let bytes = writer.finish();
        assert_eq!(*bytes, *b"\x08\x96\x01\x12\x07testing");
        assert_eq!(read(&bytes).unwrap(), [(1, Value::Number(150)), (2, Value::Bytes(b"testing"))]);
    }

    #[test]
    fn what_is_cut_off_or_senseless_is_refused() {
        let refused: [&[u8]; 8] = [
            b"\x08",
            b"\x08\x96",
            b"\x12\x07testin",
            b"\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01x",
            b"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02",
            b"\x00\x01",
            b"\x0b",
            b"\x0d\0\0\0",
        ];
        for bytes in refused {
            assert!(read(bytes).is_err(), "{bytes:?}");
        }
        assert!(Value::Number(1 << 32).number().is_err() && Value::Number(1).bytes().is_err());
        assert!(Value::Bytes(b"x").number().is_err() && Value::Bytes(b"x").array::<2>().is_err());
    }

    #[test]
    fn a_message_of_any_length_stands_in_another() {
        for length in [0, 1, 125, 126, 127, 128, 16_380, 16_381, 16_384] {
            let text = vec![7; length];
            let mut inner = Writer::with_room(0);
            inner.bytes(1, &text).message(2, |deeper| {
                deeper.number(9, 300_u32);
            });
            let mut writer = Writer::with_room(0);
            writer.number(4, 1_u32).message(5, |inside| {
                inside.bytes(1, &text).message(2, |deeper| {
                    deeper.number(9, 300_u32);
                });
            });
            writer.number(6, 2_u32);
            let (inner, bytes) = (inner.finish(), writer.finish_public());
            let expected = [(4, Value::Number(1)), (5, Value::Bytes(&inner)), (6, Value::Number(2))];
            assert_eq!(read(&bytes).unwrap(), expected);
            assert!(inner.ends_with(b"\x12\x03\x48\xac\x02"));
        }
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(numbers in prop::collection::vec(any::<u64>(), 0..20), text in any::<Vec<u8>>()) {
            let mut writer = Writer::with_room(0);
            for number in &numbers {
                writer.number(7, *number);
                writer.bytes(500, &text);
            }
            let bytes = writer.finish();
            let expected = numbers.iter().flat_map(|n| [(7, Value::Number(*n)), (500, Value::Bytes(&text))]);
            prop_assert_eq!(read(&bytes).unwrap(), expected.collect::<Vec<_>>());
        }

        #[test]
        fn any_bytes_are_read_to_an_end(bytes in any::<Vec<u8>>()) {
            prop_assert!(Reader::new(&bytes).count() <= bytes.len());
        }
    }
}
