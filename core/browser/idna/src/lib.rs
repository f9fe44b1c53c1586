//! Internationalised domain names (UTS #46), asked of the browser: its reader of addresses has the tables that the crate `idna`
//! of the registry would bring, 40 kB by gzip. This takes that crate's place in the browser's build, with what `jid` and the
//! core call of it.

mod punycode;
pub mod uts46;

/// There can be no such domain.
#[derive(Debug, Default)]
pub struct Errors;

/// What may not be in the domain of an address, beside spaces and control characters.
const DENIED: &[u8] = b"%#/:<>?@[\\]^|";

/// A domain as people read it. With an error beside it, it is none.
pub fn domain_to_unicode(domain: &str) -> (String, Result<(), Errors>) {
    match ascii(domain.as_bytes()).and_then(|ascii| unicode(&ascii)) {
        Ok(domain) => (domain, Ok(())),
        Err(errors) => (domain.to_owned(), Err(errors)),
    }
}

fn ascii(domain: &[u8]) -> Result<String, Errors> {
    let domain = str::from_utf8(domain).map_err(|_| Errors)?;
    if domain.bytes().any(|byte| byte <= b' ' || byte == 0x7f || DENIED.contains(&byte)) {
        return Err(Errors);
    }
    let lower = domain.to_ascii_lowercase();
    if lower.is_ascii() && !lower.split('.').any(|label| label.starts_with("xn--")) {
        return Ok(lower);
    }
    let address = web_sys::Url::new(&format!("https://{domain}/")).map_err(|_| Errors)?;
    Ok(address.hostname())
}

fn unicode(ascii: &str) -> Result<String, Errors> {
    let read = |label: &str| match label.strip_prefix("xn--") {
        Some(code) => punycode::read(code).ok_or(Errors),
        None => Ok(label.to_owned()),
    };
    let labels: Vec<String> = ascii.split('.').map(read).collect::<Result<_, _>>()?;
    Ok(labels.join("."))
}
