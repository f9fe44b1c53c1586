//! What a file is, by its first bytes; its name only decides where they leave it open.

use super::name;

/// How many bytes of the beginning are looked at; fewer are enough for a small file.
pub const BEGINNING: usize = 512;

/// What is said of a file that nothing is known of (RFC 2046 section 4.5.1).
pub const UNKNOWN: &str = "application/octet-stream";

/// Media types by extension; the first extension of a type is the one that it is given. Those that bytes tell are marked with
/// `true`: an extension alone makes no file one of them.
const TYPES: [(&str, &str, bool); 61] = [
    ("jpg", "image/jpeg", true),
    ("jpeg", "image/jpeg", true),
    ("png", "image/png", true),
    ("gif", "image/gif", true),
    ("webp", "image/webp", true),
    ("heic", "image/heic", true),
    ("heif", "image/heic", true),
    ("avif", "image/avif", true),
    ("jxl", "image/jxl", true),
    ("bmp", "image/bmp", true),
    ("tiff", "image/tiff", true),
    ("tif", "image/tiff", true),
    ("svg", "image/svg+xml", false),
    ("mp4", "video/mp4", true),
    ("mov", "video/quicktime", true),
    ("3gp", "video/3gpp", true),
    ("webm", "video/webm", true),
    ("weba", "audio/webm", true),
    ("mkv", "video/x-matroska", true),
    ("avi", "video/x-msvideo", true),
    ("ogv", "video/ogg", true),
    ("m4a", "audio/mp4", true),
    ("ogg", "audio/ogg", true),
    ("oga", "audio/ogg", true),
    ("opus", "audio/ogg", true),
    ("mp3", "audio/mpeg", true),
    ("aac", "audio/aac", true),
    ("amr", "audio/amr", true),
    ("flac", "audio/flac", true),
    ("wav", "audio/wav", true),
    ("pdf", "application/pdf", true),
    ("zip", "application/zip", true),
    ("gz", "application/gzip", true),
    ("tgz", "application/gzip", true),
    ("bz2", "application/x-bzip2", true),
    ("xz", "application/x-xz", true),
    ("7z", "application/x-7z-compressed", true),
    ("rar", "application/vnd.rar", true),
    ("epub", "application/epub+zip", false),
    ("apk", "application/vnd.android.package-archive", false),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", false),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", false),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", false),
    ("odt", "application/vnd.oasis.opendocument.text", false),
    ("ods", "application/vnd.oasis.opendocument.spreadsheet", false),
    ("odp", "application/vnd.oasis.opendocument.presentation", false),
    ("doc", "application/msword", false),
    ("xls", "application/vnd.ms-excel", false),
    ("ppt", "application/vnd.ms-powerpoint", false),
    ("txt", "text/plain", false),
    ("log", "text/plain", false),
    ("md", "text/markdown", false),
    ("csv", "text/csv", false),
    ("html", "text/html", false),
    ("htm", "text/html", false),
    ("json", "application/json", false),
    ("xml", "application/xml", false),
    ("vcf", "text/vcard", false),
    ("ics", "text/calendar", false),
    ("gpx", "application/gpx+xml", false),
    ("webxdc", "application/x-webxdc", false),
];

/// Beginnings that need nothing else to be looked at.
const MAGIC: [(&[u8], &str); 23] = [
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"\xff\x0a", "image/jxl"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "image/jxl"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf1", "audio/aac"),
    (b"\xff\xf9", "audio/aac"),
    (b"#!AMR", "audio/amr"),
    (b"fLaC", "audio/flac"),
    (b"%PDF-", "application/pdf"),
    (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\0", "application/x-xz"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
];

/// The media type of a file: its first bytes (up to [`BEGINNING`]) decide, and the extension of its name where they are a
/// container's or a text's. [`UNKNOWN`] if nothing is known, also where a name promises what the bytes are not.
pub fn media_type(beginning: &[u8], name: Option<&str>) -> &'static str {
    let by_name = name.and_then(name::extension).and_then(of_extension);
    match of_bytes(beginning) {
        // Many formats are a ZIP or an OLE file inside.
        Some(container @ ("application/zip" | "application/x-ole-storage")) => {
            by_name.filter(|(_, by_bytes)| !by_bytes).map_or(container, |(media_type, _)| media_type)
        }
        // A voice note whose tracks are told of at its end.
        Some("video/mp4") if by_name == Some(("audio/mp4", true)) => "audio/mp4",
        Some(media_type) => media_type,
        None => match by_name {
            Some((media_type, false)) if is_text(beginning) || !is_a_text_type(media_type) => media_type,
            _ if is_text(beginning) && !beginning.is_empty() => "text/plain",
            _ => UNKNOWN,
        },
    }
}

/// The media type that a name promises, where there are no bytes yet.
pub fn by_name(name: &str) -> Option<&'static str> {
    name::extension(name).and_then(of_extension).map(|(media_type, _)| media_type)
}

/// The extension that a media type is usually given, without its dot.
pub fn extension(media_type: &str) -> Option<&'static str> {
    TYPES.iter().find(|(_, known, _)| *known == media_type).map(|(extension, ..)| *extension)
}

fn of_extension(extension: &str) -> Option<(&'static str, bool)> {
    let found = TYPES.iter().find(|(known, ..)| known.eq_ignore_ascii_case(extension))?;
    Some((found.1, found.2))
}

fn is_a_text_type(media_type: &str) -> bool {
    media_type.starts_with("text/") || ["xml", "json"].iter().any(|word| media_type.ends_with(word))
}

fn of_bytes(bytes: &[u8]) -> Option<&'static str> {
    let at = |from: usize, what: &[u8]| bytes.get(from..).is_some_and(|rest| rest.starts_with(what));
    if at(0, b"RIFF") {
        let forms: [(&[u8], &str); 3] = [(b"WEBP", "image/webp"), (b"WAVE", "audio/wav"), (b"AVI ", "video/x-msvideo")];
        return forms.iter().find(|(form, _)| at(8, form)).map(|(_, media_type)| *media_type);
    }
    if at(4, b"ftyp") {
        return Some(match of_brand(bytes.get(8..12).unwrap_or_default()) {
            "video/mp4" if plays_sound_alone(bytes) => "audio/mp4",
            media_type => media_type,
        });
    }
    if at(0, b"OggS") {
        let video = bytes.windows(7).any(|word| word == b"\x80theora");
        return Some(if video { "video/ogg" } else { "audio/ogg" });
    }
    if at(0, b"\x1aE\xdf\xa3") {
        let webm = bytes.windows(4).take(64).any(|word| word == b"webm");
        let has = |codec: &[u8]| bytes.windows(codec.len()).any(|word| word == codec);
        let sound = (has(b"A_OPUS") || has(b"A_VORBIS")) && !has(b"V_VP") && !has(b"V_AV1");
        return Some(match (webm, sound) {
            (true, true) => "audio/webm",
            (true, false) => "video/webm",
            (false, _) => "video/x-matroska",
        });
    }
    if at(0, b"PK\x03\x04") {
        // EPUB and OpenDocument begin with a file that says what they are.
        let own = bytes.get(38..).and_then(|rest| rest.strip_prefix(b"application/"));
        let is = |known: &&(&str, &'static str, bool)| {
            let name = known.1.strip_prefix("application/").unwrap_or_default();
            !known.2
                && at(30, b"mimetype")
                && own.is_some_and(|own| !name.is_empty() && own.starts_with(name.as_bytes()))
        };
        return Some(TYPES.iter().find(is).map_or("application/zip", |(_, media_type, _)| *media_type));
    }
    MAGIC.iter().find(|(magic, _)| at(0, magic)).map(|(_, media_type)| *media_type)
}

/// Whether the tracks that the first bytes of a file of the ISO base media format tell of are sound: recorders of voice notes write
/// those first, under brands of films.
fn plays_sound_alone(bytes: &[u8]) -> bool {
    // A handler's box: its name, version and flags, an old field, and for what kind of track it is (ISO 14496-12 section 8.4.3).
    let handlers = bytes.windows(16).filter(|word| word.starts_with(b"hdlr")).map(|word| &word[12..]);
    let mut kinds = handlers.peekable();
    kinds.peek().is_some() && kinds.all(|kind| kind == b"soun")
}

/// The type of a file of the ISO base media format, by its major brand.
fn of_brand(brand: &[u8]) -> &'static str {
    match brand {
        b"heic" | b"heix" | b"heim" | b"heis" | b"mif1" | b"msf1" => "image/heic",
        b"avif" | b"avis" => "image/avif",
        b"M4A " | b"M4B " => "audio/mp4",
        b"qt  " => "video/quicktime",
        brand if brand.starts_with(b"3g") => "video/3gpp",
        _ => "video/mp4",
    }
}

/// Whether bytes are text: UTF-8, perhaps cut at the end, without control characters.
fn is_text(bytes: &[u8]) -> bool {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !text.chars().any(|c| c.is_control() && !"\t\n\r\u{c}".contains(c)) && (!text.is_empty() || bytes.is_empty())
}

#[cfg(test)]
mod kind_tests {
    use super::*;

    #[test]
    fn bytes_decide() {
        for (bytes, name, expected) in [
            (&b"\xff\xd8\xff\xe0"[..], "a.png", "image/jpeg"),
            (b"\x89PNG\r\n\x1a\n...", "a", "image/png"),
            (b"RIFF\0\0\0\0WEBPVP8 ", "a.exe", "image/webp"),
            (b"RIFF\0\0\0\0WAVEfmt ", "", "audio/wav"),
            (b"RIFF\0\0\0\0what", "a.webp", UNKNOWN),
            (b"\0\0\0\x20ftypM4A \0", "voice.mp4", "audio/mp4"),
            (b"\0\0\0\x20ftypisom", "a.m4a", "audio/mp4"),
            (b"\0\0\0\x20ftypisom", "a.mp3", "video/mp4"),
            (b"\0\0\0\x20ftypiso5....moov....hdlr\0\0\0\0\0\0\0\0soun....", "voice.mp4", "audio/mp4"),
            (b"\0\0\0\x20ftypiso5....hdlr\0\0\0\0\0\0\0\0soun....hdlr\0\0\0\0\0\0\0\0vide", "film.mp4", "video/mp4"),
            (b"\0\0\0\x18ftypheic", "a.jpg", "image/heic"),
            (b"OggS\0\x02........................OpusHead", "a.opus", "audio/ogg"),
            (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm", "a", "video/webm"),
            (b"\x1aE\xdf\xa3\x9fB\x82\x84webm....A_OPUS....", "a.webm", "audio/webm"),
            (b"\x1aE\xdf\xa3\x9fB\x82\x84webm....A_OPUS..V_VP8", "a.webm", "video/webm"),
            (b"%PDF-1.7", "a.txt", "application/pdf"),
            (b"PK\x03\x04........................\0\0mimetypeapplication/epub+zip", "a.zip", "application/epub+zip"),
            (b"PK\x03\x04..", "a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
            (b"PK\x03\x04..", "a.jpg", "application/zip"),
        ] {
            assert_eq!(media_type(bytes, Some(name)), expected, "{name}");
        }
    }

    #[test]
    fn a_name_decides_what_bytes_leave_open_and_promises_nothing() {
        assert_eq!(media_type(b"hello, world", Some("a.md")), "text/markdown");
        assert_eq!(media_type("grüße".as_bytes(), None), "text/plain");
        assert_eq!(media_type(&"grüße".as_bytes()[..4], None), "text/plain");
        assert_eq!(media_type(b"<svg xmlns=''/>", Some("a.SVG")), "image/svg+xml");
        assert_eq!(media_type(b"\0\x01\x02", Some("a.jpg")), UNKNOWN);
        assert_eq!(media_type(b"\0\x01\x02", Some("a.txt")), UNKNOWN);
        assert_eq!(media_type(b"MZ\x90\0", Some("a.mp3")), UNKNOWN);
        assert_eq!(media_type(b"", Some("a.txt")), "text/plain");
        assert_eq!(media_type(b"", None), UNKNOWN);
    }

    #[test]
    fn every_type_has_an_extension_that_leads_back() {
        for (_, media_type, _) in TYPES {
            assert_eq!(of_extension(extension(media_type).unwrap()).unwrap().0, media_type);
        }
        assert_eq!((extension("audio/ogg"), extension("x/y")), (Some("ogg"), None));
    }
}
