//! XEP-0444: somebody's reactions to a message, always all of them.

use unicode_segmentation::UnicodeSegmentation as _;

use super::xml::{self, Tag};
use super::{Element, ns};

/// Further reactions of one person to one message are not read.
pub const MOST: usize = 32;

/// A longer emoji is none, in bytes: families and flags take up to 35.
pub const LONGEST: usize = 64;

/// Somebody's reactions to a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reactions {
    /// The id of that message.
    pub id: String,
    /// Each emoji once, in the order given.
    pub emojis: Vec<String>,
}

impl Reactions {
    /// Reads `<reactions/>`; None without an id. What is not one visible character is left out.
    pub fn parse(element: &Element) -> Option<Reactions> {
        if !element.is("reactions", ns::REACTIONS) {
            return None;
        }
        let mut emojis = Vec::new();
        for reaction in element.children().filter(|child| child.is("reaction", ns::REACTIONS)) {
            let Some(emoji) = xml::line(reaction, LONGEST).filter(|text| is_emoji(text)) else { continue };
            if !emojis.contains(&emoji) {
                emojis.push(emoji);
            }
            if emojis.len() == MOST {
                break;
            }
        }
        Some(Reactions { id: xml::id(element, "id")?, emojis })
    }
}

/// Whether a text can be a reaction: one visible character (an extended grapheme cluster) of at most [`LONGEST`] bytes.
pub fn is_emoji(text: &str) -> bool {
    text.len() <= LONGEST
        && text.graphemes(true).count() == 1
        && !text.chars().next().is_some_and(|c| c.is_control() || c.is_whitespace())
}

/// All our reactions to the message with this id.
pub fn reactions(id: &str, emojis: &[String]) -> Tag {
    let each = emojis.iter().map(|emoji| Tag::new("reaction", ns::REACTIONS).text(emoji));
    Tag::new("reactions", ns::REACTIONS).attr("id", id).children(each)
}

#[cfg(test)]
mod reactions_tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    fn read(xml: &str) -> Option<Reactions> {
        Reactions::parse(&xml.parse::<Element>().unwrap())
    }

    #[test]
    fn reactions_are_read_as_they_are_written() {
        let emojis = ["👋🏽".to_owned(), "🏳️‍🌈".to_owned()];
        let xml = reactions("m1", &emojis).to_string();
        assert_eq!(
            xml,
            "<reactions xmlns='urn:xmpp:reactions:0' id='m1'><reaction>👋🏽</reaction><reaction>🏳️‍🌈</reaction></reactions>"
        );
        assert_eq!(read(&xml), Some(Reactions { id: "m1".to_owned(), emojis: emojis.to_vec() }));
        assert_eq!(reactions("m1", &[]).to_string(), "<reactions xmlns='urn:xmpp:reactions:0' id='m1'/>");
    }

    #[test]
    fn what_is_no_single_emoji_is_left_out() {
        let read = read(
            "<reactions xmlns='urn:xmpp:reactions:0' id='m1'><reaction> 🐢 </reaction><reaction>🐢</reaction><reaction/>\
             <reaction>two</reaction><reaction>👍👍</reaction><odd>🦊</odd><reaction>❤️</reaction></reactions>",
        );
        assert_eq!(read.unwrap().emojis, ["🐢", "❤️"]);
    }

    #[test]
    fn reactions_have_limits() {
        let zalgo = format!("a{}", "\u{301}".repeat(100));
        let many: String = ('a'..='z').chain('A'..='Z').map(|c| format!("<reaction>{c}</reaction>")).collect();
        let xml =
            format!("<reactions xmlns='urn:xmpp:reactions:0' id='m'><reaction>{zalgo}</reaction>{many}</reactions>");
        let read = read(&xml).unwrap();
        assert_eq!((read.emojis.len(), read.emojis[0].as_str()), (MOST, "a"));
        assert_eq!(super::Reactions::parse(&"<reactions xmlns='urn:xmpp:reactions:0'/>".parse().unwrap()), None);
    }
}
