//! A picture's file without its metadata, and the picture itself untouched: everything is left out but what is needed to draw
//! it, and what stands behind its end as well (cameras put films there).

use super::Format;

/// What is left of a file.
pub(super) struct Stripped {
    pub bytes: Vec<u8>,
    /// Whether it is more than one picture.
    pub animated: bool,
}

/// Strips a file; None if it is not made as its format says.
pub(super) fn strip(format: Format, bytes: &[u8]) -> Option<Stripped> {
    match format {
        Format::Jpeg => jpeg(bytes),
        Format::Png => png(bytes),
        Format::Gif => gif(bytes),
        Format::WebP => webp(bytes),
    }
}

/// ITU T.81 annex B: markers with their segments, and coded data after the start of each scan.
fn jpeg(bytes: &[u8]) -> Option<Stripped> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes.strip_prefix(b"\xff\xd8")?;
    out.extend_from_slice(b"\xff\xd8");
    loop {
        rest = rest.strip_prefix(b"\xff")?;
        // Any number of fill bytes may stand before a marker.
        while let Some(after) = rest.strip_prefix(b"\xff") {
            rest = after;
        }
        let (marker, after) = rest.split_first()?;
        if *marker == 0xd9 {
            out.extend_from_slice(b"\xff\xd9");
            return Some(Stripped { bytes: out, animated: false });
        }
        let length = usize::from(u16::from_be_bytes([*after.first()?, *after.get(1)?]));
        let (segment, after) = after.split_at_checked(length).filter(|_| length >= 2)?;
        let content = &segment[2..];
        match marker {
            // JFIF, whose own small picture is left out.
            0xe0 if content.starts_with(b"JFIF\0") && content.len() >= 14 => {
                out.extend_from_slice(b"\xff\xe0\0\x10");
                out.extend_from_slice(&content[..12]);
                out.extend_from_slice(&[0, 0]);
            }
            // What the colours mean.
            0xe2 if content.starts_with(b"ICC_PROFILE\0") => put(&mut out, *marker, segment),
            0xee if content.starts_with(b"Adobe") => put(&mut out, *marker, segment),
            0xe0..=0xef | 0xfe => {}
            _ => put(&mut out, *marker, segment),
        }
        rest = after;
        if *marker == 0xda {
            let end = coded(rest)?;
            out.extend_from_slice(&rest[..end]);
            rest = &rest[end..];
        }
    }
}

fn put(out: &mut Vec<u8>, marker: u8, segment: &[u8]) {
    out.extend_from_slice(&[0xff, marker]);
    out.extend_from_slice(segment);
}

/// Where coded data end: at the next marker that is not one of those within.
fn coded(bytes: &[u8]) -> Option<usize> {
    let within = |byte: u8| matches!(byte, 0 | 0xd0..=0xd7);
    memchr::memchr_iter(0xff, bytes).find(|at| bytes.get(at + 1).is_some_and(|next| !within(*next) && *next != 0xff))
}

/// PNG (third edition) section 5: chunks with a length, a name and a check.
fn png(bytes: &[u8]) -> Option<Stripped> {
    const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
    const KEPT: [&[u8]; 16] = [
        b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"bKGD",
        b"pHYs", b"acTL", b"fcTL", b"fdAT",
    ];
    let mut out = SIGNATURE.to_vec();
    let mut rest = bytes.strip_prefix(SIGNATURE)?;
    let mut animated = false;
    loop {
        let length = u32::from_be_bytes(rest.get(..4)?.try_into().ok()?);
        let (chunk, after) = rest.split_at_checked(usize::try_from(length).ok()?.checked_add(12)?)?;
        let name = &chunk[4..8];
        animated |= name == b"acTL";
        if KEPT.contains(&name) {
            out.extend_from_slice(chunk);
        }
        if name == b"IEND" {
            return Some(Stripped { bytes: out, animated });
        }
        rest = after;
    }
}

/// GIF89a: blocks, each with sub-blocks of up to 255 bytes.
fn gif(bytes: &[u8]) -> Option<Stripped> {
    let (header, mut rest) = bytes.split_at_checked(13)?;
    let mut out = header.to_vec();
    take(&mut rest, colours(header[10]), &mut out)?;
    let mut pictures = 0;
    loop {
        let start = rest;
        let (kind, after) = rest.split_first()?;
        match kind {
            0x21 => {
                let label = *after.first()?;
                let end = sub_blocks(after.get(1..)?)?;
                let block = &start[..end + 2];
                let looping = block.get(3..14).is_some_and(|name| matches!(name, b"NETSCAPE2.0" | b"ANIMEXTS1.0"));
                // Those that say when a picture is shown, and how often all of them are.
                if label == 0xf9 || (label == 0xff && looping) {
                    out.extend_from_slice(block);
                }
                rest = &start[end + 2..];
            }
            0x2c => {
                pictures += 1;
                let descriptor = start.get(..10)?;
                take(&mut rest, 10 + colours(descriptor[9]) + 1, &mut out)?;
                let end = sub_blocks(rest)?;
                take(&mut rest, end, &mut out)?;
            }
            0x3b => {
                out.push(0x3b);
                return Some(Stripped { bytes: out, animated: pictures > 1 });
            }
            _ => return None,
        }
    }
}

/// The bytes of the table of colours that these flags announce.
fn colours(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

fn take(rest: &mut &[u8], length: usize, out: &mut Vec<u8>) -> Option<()> {
    let (taken, after) = rest.split_at_checked(length)?;
    out.extend_from_slice(taken);
    *rest = after;
    Some(())
}

/// Where a row of sub-blocks ends.
fn sub_blocks(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let length = usize::from(*bytes.get(at)?);
        at += length + 1;
        if length == 0 {
            return Some(at);
        }
    }
}

/// The WebP container (RFC 9649 section 2): RIFF's chunks, an extended header that says which there are.
fn webp(bytes: &[u8]) -> Option<Stripped> {
    const KEPT: [&[u8]; 7] = [b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"];
    /// Which of the extended header's flags say that there is EXIF or XMP.
    const METADATA: u8 = 0x0c;
    let body = bytes.strip_prefix(b"RIFF").filter(|rest| rest.get(4..8) == Some(b"WEBP"))?;
    let length = usize::try_from(u32::from_le_bytes(body.get(..4)?.try_into().ok()?)).ok()?;
    let mut rest = body.get(8..length.checked_add(4)?)?;
    let mut out = b"RIFF\0\0\0\0WEBP".to_vec();
    let mut animated = false;
    while rest.len() >= 8 {
        let length = usize::try_from(u32::from_le_bytes(rest[4..8].try_into().ok()?)).ok()?;
        let whole = length.checked_add(8)?.checked_next_multiple_of(2)?;
        // The last one may lack the byte that makes it even.
        let (chunk, after) = rest.split_at_checked(whole).or_else(|| rest.split_at_checked(length + 8))?;
        let at = out.len();
        if KEPT.contains(&&chunk[..4]) {
            out.extend_from_slice(chunk);
            out.resize(out.len().next_multiple_of(2), 0);
        }
        if &chunk[..4] == b"VP8X" {
            *out.get_mut(at + 8)? &= !METADATA;
        }
        animated |= &chunk[..4] == b"ANIM";
        rest = after;
    }
    let length = u32::try_from(out.len() - 8).ok()?;
    out[4..8].copy_from_slice(&length.to_le_bytes());
    (out.len() > 20).then_some(Stripped { bytes: out, animated })
}
