//! What is said of keys: heard from envelopes, and from nowhere else.

use super::*;
use crate::model::message::Content;
use crate::model::trust::{Decision, Statement, Told};
use crate::sync::incoming;
use crate::xep::trust_message;

fn said_of(person: &Person, trusted: bool) -> Statement {
    let key = person.vault.identity().public(Version::Omemo2).ed25519().unwrap();
    Statement { owner: person.jid.clone(), key, trusted }
}

fn decided_on(person: &Person, trusted: bool) -> Decision {
    let fingerprint = person.vault.identity().public(Version::Legacy).fingerprint();
    Decision { owner: person.jid.clone(), fingerprint, trusted }
}

impl Person {
    /// An envelope for bob, in a stanza with this beside it.
    fn seals(&mut self, to: &[Target], content: Vec<Tag>, beside: Vec<Tag>) -> Message {
        let envelope = envelope::write(content, &self.jid, NOON - 5, "padding");
        let parts = Parts { body: Some("words"), envelope: Some(&envelope) };
        let chance = &mut self.chance;
        let elements = self.vault.seal(&self.store, to, parts, &mut |bytes| chance.fill(bytes)).unwrap();
        let stanza = Tag::new("message", "jabber:client").attr("from", self.jid.as_str()).attr("to", "bob@example.net");
        let stanza = stanza.children(elements.iter().map(Encrypted::tag)).children(beside);
        Message::parse(&stanza.to_string().parse::<Element>().unwrap()).unwrap()
    }

    fn receives(&mut self, message: Message) -> Content {
        let own = self.jid.clone();
        let mut opening = Opening::new(&mut self.vault, &self.store, NOON);
        let read = incoming::live(message, &own, NOON, &mut opening).unwrap();
        read.arrived.map_or(Content::Nothing, |arrived| arrived.content)
    }
}

#[test]
fn an_envelope_tells_of_keys_by_their_fingerprints_but_not_of_ours() {
    let [mut alice, mut bob] = both();
    let carol = person("carol@example.com", 3);
    let to_bob = [alice.begin(&bob, Version::Omemo2)];
    let tag = trust_message::tag(&[said_of(&carol, false), said_of(&alice, true), said_of(&bob, false)]);
    let message = alice.seals(&to_bob, vec![tag.clone()], Vec::new());
    let told = Told { decisions: vec![decided_on(&alice, true), decided_on(&carol, false)], time: NOON - 5 };
    assert!(bob.receives(message) == Content::Trust(told));
    // A key that is none is nobody's, and who says something says that.
    let none = Statement { key: [2; 32], ..said_of(&alice, true) };
    let message = alice.seals(&to_bob, vec![trust_message::tag(&[none])], Vec::new());
    assert!(bob.receives(message) == Content::Trust(Told { decisions: Vec::new(), time: NOON - 5 }));
    let words = Tag::new("body", "jabber:client").text("hello");
    let message = alice.seals(&to_bob, vec![words, tag], Vec::new());
    assert!(matches!(bob.receives(message), Content::Text { body, .. } if body == "hello"));
}

#[test]
fn what_stands_in_clear_beside_or_without_encryption_says_nothing_of_keys() {
    let [mut alice, mut bob] = both();
    let tag = trust_message::tag(&[said_of(&alice, true)]);
    for version in Version::ALL {
        let to_bob = [alice.begin(&bob, version)];
        let message = alice.seals(&to_bob, Vec::new(), vec![tag.clone()]);
        let heard = bob.receives(message);
        assert!(!matches!(heard, Content::Trust(_)), "{version:?}");
    }
    let message = alice.seals(&[], Vec::new(), vec![tag]);
    assert!(bob.receives(message) == Content::Nothing);
}
