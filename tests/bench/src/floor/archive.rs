//! Reading an archive (XEP-0313) page by page: the next is asked for as soon as the end of one has come.

use std::io;

use memchr::memmem;

use super::{Wire, last_between};

/// What was read of an archive.
pub struct Read {
    /// Bytes that came.
    pub bytes: u64,
    /// Messages.
    pub messages: usize,
}

/// Reads everything after an archive id, and acknowledges it (XEP-0198) page by page.
pub fn fetch(wire: &mut Wire, after: &str, page: u32) -> io::Result<Read> {
    let (mut after, mut handled) = (after.to_owned(), String::new());
    let mut read = Read { bytes: 0, messages: 0 };
    for pages in 1.. {
        let answer = ask(wire, &handled, &format!("<after>{after}</after>"), page)?;
        read.bytes += answer.len() as u64;
        read.messages += memmem::find_iter(&answer, "<forwarded").count();
        // The page's end is a stanza as well.
        handled = format!("<a xmlns='urn:xmpp:sm:3' h='{}'/>", read.messages + pages);
        match end(&answer) {
            End::More(last) => after = last,
            End::Complete => break,
        }
    }
    Ok(read)
}

/// The newest message's archive id.
pub fn newest(wire: &mut Wire) -> io::Result<String> {
    let answer = ask(wire, "", "<before/>", 1)?;
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

fn ask(wire: &mut Wire, before: &str, place: &str, page: u32) -> io::Result<Vec<u8>> {
    wire.write(&format!(
        "{before}<iq type='set' id='page'><query xmlns='urn:xmpp:mam:2' queryid='page'>\
         <set xmlns='http://jabber.org/protocol/rsm'><max>{page}</max>{place}</set></query></iq>"
    ))?;
    wire.until("</fin></iq>")
}
