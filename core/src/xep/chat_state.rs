//! XEP-0085: whether somebody is typing.

use super::Element;
use super::ns;
use super::xml::Tag;

/// What somebody is doing in a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChatState {
    /// Looks at it.
    Active,
    /// Types.
    Composing,
    /// Has stopped typing.
    Paused,
    /// Has not looked for a while.
    Inactive,
    /// Has closed it.
    Gone,
}

impl ChatState {
    const ALL: [(ChatState, &'static str); 5] = [
        (ChatState::Active, "active"),
        (ChatState::Composing, "composing"),
        (ChatState::Paused, "paused"),
        (ChatState::Inactive, "inactive"),
        (ChatState::Gone, "gone"),
    ];

    /// Reads a chat state's element.
    pub fn parse(element: &Element) -> Option<ChatState> {
        ChatState::ALL.iter().find(|(_, name)| element.is(name, ns::CHAT_STATES)).map(|(state, _)| *state)
    }

    /// The element.
    pub fn tag(self) -> Tag {
        let name = ChatState::ALL.iter().find(|(state, _)| *state == self).map_or("active", |(_, name)| name);
        Tag::new(name, ns::CHAT_STATES)
    }
}

#[cfg(test)]
mod chat_state_tests {
    use super::*;

    #[test]
    fn every_state_is_read_as_it_is_written() {
        for (state, name) in ChatState::ALL {
            let xml = state.tag().to_string();
            assert_eq!(xml, format!("<{name} xmlns='http://jabber.org/protocol/chatstates'/>"));
            assert_eq!(ChatState::parse(&xml.parse::<Element>().unwrap()), Some(state));
        }
    }

    #[test]
    fn another_state_is_none() {
        let bored = "<bored xmlns='http://jabber.org/protocol/chatstates'/>".parse::<Element>().unwrap();
        assert_eq!(ChatState::parse(&bored), None);
    }
}
