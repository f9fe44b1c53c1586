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
    pub fn new() -> Writer {
        Writer(Zeroizing::new(Vec::with_capacity(256)))
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

    /// Bytes that are no field.
    pub fn append(&mut self, bytes: &[u8]) {
        let needed = self.0.len() + bytes.len();
        if needed > self.0.capacity() {
            let mut larger = Vec::with_capacity(needed.max(self.0.capacity() * 2));
            larger.extend_from_slice(&self.0);
            self.0 = Zeroizing::new(larger);
        }
        self.0.extend_from_slice(bytes);
    }

    /// What was written.
    pub fn finish(self) -> Zeroizing<Vec<u8>> {
        self.0
    }

    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.append(&[value as u8 | 0x80]);
            value >>= 7;
        }
        self.append(&[value as u8]);
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

    fn varint(&mut self) -> Result<u64, OmemoError> {
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

    fn take(&mut self, length: u64) -> Result<&'a [u8], OmemoError> {
        let split = usize::try_from(length).ok().and_then(|length| self.0.split_at_checked(length));
        let (taken, rest) = split.ok_or(OmemoError::Malformed("a field is cut off"))?;
        self.0 = rest;
        Ok(taken)
    }

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
        let mut writer = Writer::new();
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

    proptest! {
        #[test]
        fn what_was_written_is_read(numbers in prop::collection::vec(any::<u64>(), 0..20), text in any::<Vec<u8>>()) {
            let mut writer = Writer::new();
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
