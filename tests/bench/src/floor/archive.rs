//! Reading an archive (XEP-0313) page by page: the next is asked for as soon as the end of one has come.

use std::io;

use memchr::memmem;

use super::{Wire, last_between};

/// Reads everything after an archive id; the bytes that came.
pub fn fetch(wire: &mut Wire, after: &str, page: u32) -> io::Result<u64> {
    let mut after = after.to_owned();
    let mut bytes = 0;
    loop {
        let answer = ask(wire, &format!("<after>{after}</after>"), page)?;
        bytes += answer.len() as u64;
        match end(&answer) {
            End::More(last) => after = last,
            End::Complete => return Ok(bytes),
        }
    }
}

/// How many messages there are after an archive id.
pub fn count(wire: &mut Wire, after: &str) -> io::Result<usize> {
    let mut after = after.to_owned();
    let mut messages = 0;
    loop {
        let answer = ask(wire, &format!("<after>{after}</after>"), 250)?;
        messages += memmem::find_iter(&answer, "<forwarded").count();
        match end(&answer) {
            End::More(last) => after = last,
            End::Complete => return Ok(messages),
        }
    }
}

/// The newest message's archive id.
pub fn newest(wire: &mut Wire) -> io::Result<String> {
    let answer = ask(wire, "<before/>", 1)?;
    let last = last_between(&answer, "<last>", "</last>");
    last.map(str::to_owned).ok_or_else(|| io::Error::other("the archive is empty"))
}

enum End {
    More(String),
    Complete,
}

/// What follows from the end of a page.
fn end(answer: &[u8]) -> End {
    let tail = answer.get(answer.len().saturating_sub(1024)..).unwrap_or_default();
    let complete =
        ["complete='true'", "complete=\"true\""].iter().any(|text| memmem::rfind(tail, text.as_bytes()).is_some());
    match last_between(tail, "<last>", "</last>") {
        Some(last) if !complete => End::More(last.to_owned()),
        _ => End::Complete,
    }
}

fn ask(wire: &mut Wire, place: &str, page: u32) -> io::Result<Vec<u8>> {
    wire.write(&format!(
        "<iq type='set' id='page'><query xmlns='urn:xmpp:mam:2' queryid='page'>\
         <set xmlns='http://jabber.org/protocol/rsm'><max>{page}</max>{place}</set></query></iq>"
    ))?;
    wire.until("</fin></iq>")
}
