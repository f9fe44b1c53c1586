//! What answers say of pieces, and of what they are pieces of.

/// The version of what lies on the web: a strong entity tag, else the time of the last change (RFC 9110 section 13.1.5).
pub(super) fn version(tag: Option<String>, changed: Option<String>) -> Option<String> {
    let tag = tag.filter(|tag| tag.starts_with('"'));
    tag.or(changed).filter(|version| !version.is_empty())
}

/// Where a range begins, and of how many bytes it is one (RFC 9110 section 14.4); `*` stands for either.
pub(super) fn content_range(text: &str) -> Option<(Option<u64>, Option<u64>)> {
    let (range, total) = text.strip_prefix("bytes ")?.trim().split_once('/')?;
    let start = range.split_once('-').and_then(|(start, _)| start.trim().parse().ok());
    Some((start, total.trim().parse().ok()))
}
