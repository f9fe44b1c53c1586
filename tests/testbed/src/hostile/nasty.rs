//! The well-known nasty things that a server, or a contact through an honest one, can send.

use std::io::{self, Write};

/// One nasty thing, in a stream that is open. All but the last few are one stanza that an honest server would not have passed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nasty {
    /// An element nested 10,000 deep.
    Deep,
    /// A message of 100 MiB, in pieces.
    Huge,
    /// One element with two million attributes.
    Attributes,
    /// An element name of 10 MiB.
    LongName,
    /// A million empty children.
    Children,
    /// Entities that grow a thousand million times ("billion laughs").
    EntityBomb,
    /// An entity that names a file.
    ExternalEntity,
    /// A processing instruction (forbidden by RFC 6120, section 11.1).
    Instruction,
    /// A comment (forbidden as well).
    Comment,
    /// Bytes that are no UTF-8.
    InvalidUtf8,
    /// A character that XML cannot carry.
    ControlCharacter,
    /// A prefix that nobody declared.
    UnknownPrefix,
    /// Two attributes of one name.
    DuplicateAttribute,
    /// End tags that do not fit.
    Crossed,
    /// Half a tag, and nothing more.
    HalfTag,
    /// Text between stanzas.
    StrayText,
    /// The stream's end without an end of the connection.
    StreamEnd,
}

impl Nasty {
    /// All of them.
    pub const ALL: [Nasty; 17] = [
        Nasty::Deep,
        Nasty::Huge,
        Nasty::Attributes,
        Nasty::LongName,
        Nasty::Children,
        Nasty::EntityBomb,
        Nasty::ExternalEntity,
        Nasty::Instruction,
        Nasty::Comment,
        Nasty::InvalidUtf8,
        Nasty::ControlCharacter,
        Nasty::UnknownPrefix,
        Nasty::DuplicateAttribute,
        Nasty::Crossed,
        Nasty::HalfTag,
        Nasty::StrayText,
        Nasty::StreamEnd,
    ];

    /// Those that are XML in good form, and one element whose end can be found, only far too large for a reader.
    pub const TOO_LARGE: [Nasty; 5] = [Nasty::Deep, Nasty::Huge, Nasty::Attributes, Nasty::LongName, Nasty::Children];

    /// Writes it, in pieces where it is large.
    pub fn write_to(self, to: &mut impl Write) -> io::Result<()> {
        let begin = b"<message from='mallory@one.test' type='chat'><body>";
        match self {
            Nasty::Deep => {
                to.write_all(b"<message from='mallory@one.test'>")?;
                repeat(to, b"<a>", 10_000)?;
                repeat(to, b"</a>", 10_000)?;
                to.write_all(b"</message>")
            }
            Nasty::Huge => {
                to.write_all(begin)?;
                repeat(to, &[b'x'; 64 * 1024], 100 * 16)?;
                to.write_all(b"</body></message>")
            }
            Nasty::Attributes => {
                // A TLS record for each would take for ever.
                let mut to = io::BufWriter::with_capacity(64 * 1024, to);
                to.write_all(b"<message from='mallory@one.test'")?;
                for number in 0..2_000_000 {
                    write!(to, " a{number}=''")?;
                }
                to.write_all(b"/>")?;
                to.flush()
            }
            Nasty::LongName => {
                to.write_all(b"<")?;
                repeat(to, &[b'n'; 64 * 1024], 10 * 16)?;
                to.write_all(b"/>")
            }
            Nasty::Children => {
                to.write_all(b"<message from='mallory@one.test'>")?;
                repeat(to, b"<a/>", 1_000_000)?;
                to.write_all(b"</message>")
            }
            Nasty::EntityBomb => to.write_all(entity_bomb().as_bytes()),
            small => to.write_all(small.bytes()),
        }
    }

    fn bytes(self) -> &'static [u8] {
        match self {
            Nasty::ExternalEntity => {
                b"<!DOCTYPE m [<!ENTITY f SYSTEM 'file:///etc/hostname'>]><message><body>&f;</body></message>"
            }
            Nasty::Instruction => b"<?nasty do='it'?>",
            Nasty::Comment => b"<!-- nothing to see --><message/>",
            Nasty::InvalidUtf8 => b"<message><body>\xc3\x28 \xff\xfe \xed\xa0\x80</body></message>",
            Nasty::ControlCharacter => b"<message><body>\x01&#1;\x00</body></message>",
            Nasty::UnknownPrefix => b"<message><nobody:knows/></message>",
            Nasty::DuplicateAttribute => b"<message id='1' id='2'/>",
            Nasty::Crossed => b"<message><a><b></a></b></message>",
            Nasty::HalfTag => b"<message from='mall",
            Nasty::StrayText => b"hello there",
            Nasty::StreamEnd => b"</stream:stream>",
            Nasty::Deep | Nasty::Huge | Nasty::Attributes | Nasty::LongName | Nasty::Children | Nasty::EntityBomb => {
                b""
            }
        }
    }
}

fn repeat(to: &mut impl Write, piece: &[u8], times: usize) -> io::Result<()> {
    // Small pieces are put together first: a TLS record for each would take for ever.
    let together = (64 * 1024 / piece.len()).clamp(1, times.max(1));
    let block = piece.repeat(together);
    for _ in 0..times / together {
        to.write_all(&block)?;
    }
    to.write_all(&piece.repeat(times % together))
}

fn entity_bomb() -> String {
    let mut bomb = String::from("<!DOCTYPE lolz [<!ENTITY l0 'lol'>");
    for level in 1..=9 {
        let inner = format!("&l{};", level - 1).repeat(10);
        bomb.push_str(&format!("<!ENTITY l{level} '{inner}'>"));
    }
    bomb + "]><message><body>&l9;</body></message>"
}

#[cfg(test)]
mod nasty_tests {
    use super::{Nasty, repeat};

    #[test]
    fn a_repeated_piece_comes_exactly_so_often() {
        for times in [0, 1, 7, 100_000] {
            let mut bytes = Vec::new();
            repeat(&mut bytes, b"<a>", times).unwrap();
            assert_eq!(bytes.len(), 3 * times);
        }
    }

    #[test]
    fn each_nasty_thing_has_its_bytes() {
        for nasty in Nasty::ALL {
            let mut bytes = Vec::new();
            nasty.write_to(&mut bytes).unwrap();
            let least = if nasty == Nasty::Huge { 100 * 1024 * 1024 } else { 5 };
            assert!(bytes.len() > least, "{nasty:?}");
        }
    }
}
