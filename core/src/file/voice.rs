//! How long a voice note plays, by the headers of its file: Ogg (Opus, Vorbis) and the ISO base media format (m4a, mp4).
//!
//! Only a few small parts of the file are read, wherever its headers send the reader.

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

/// A page of Ogg has at most this many bytes (RFC 3533 section 6).
const LARGEST_PAGE: u64 = 65_307;
/// More boxes beside each other are not looked at. A recording has five; one in fragments has two a fragment.
const MOST_BOXES: u32 = 20_000;
/// A run of samples that is larger, in bytes, is none of a recording's: they write one a second.
const LARGEST_RUN: usize = 64 << 10;
/// Nobody records longer: what says so is not believed. 30 days in milliseconds.
const LONGEST: u64 = 30 * 24 * 3600 * 1000;

/// How long a file plays, in milliseconds. None for other formats, for one that does not say, and for a damaged one.
///
/// # Errors
/// When the file cannot be read.
pub fn duration(file: &mut (impl Read + Seek)) -> io::Result<Option<u64>> {
    let mut head = [0; 12];
    file.seek(SeekFrom::Start(0))?;
    let length = fill(file, &mut head)?;
    let found = if head.starts_with(b"OggS") {
        ogg(file)?
    } else if length == head.len() && &head[4..8] == b"ftyp" {
        iso(file)?
    } else {
        None
    };
    Ok(found.filter(|milliseconds| *milliseconds <= LONGEST))
}

/// The position that the last page of the first stream names, in the samples that its first page tells of.
fn ogg(file: &mut (impl Read + Seek)) -> io::Result<Option<u64>> {
    let mut first = [0; 256];
    file.seek(SeekFrom::Start(0))?;
    let length = fill(file, &mut first)?;
    let first = &first[..length];
    let Some(header) = first.get(26).and_then(|segments| first.get(27 + usize::from(*segments)..)) else {
        return Ok(None);
    };
    // RFC 7845 section 5.1, and the Vorbis I specification, section 4.2.2.
    let (rate, skipped) = if header.starts_with(b"OpusHead") {
        (48_000, number(header, 10, 2, Order::LittleEnd).unwrap_or(0))
    } else if header.starts_with(b"\x01vorbis") {
        (number(header, 12, 4, Order::LittleEnd).unwrap_or(0), 0)
    } else {
        return Ok(None);
    };
    let serial = &first[14..18];
    let end = file.seek(SeekFrom::End(0))?;
    // The last page may belong to another stream, or hold nothing that ends in it: the one before is in reach as well.
    let from = end.saturating_sub(2 * LARGEST_PAGE);
    file.seek(SeekFrom::Start(from))?;
    let mut last = Vec::new();
    file.take(2 * LARGEST_PAGE).read_to_end(&mut last)?;
    let pages = (0..last.len()).rev().filter(|at| last[*at..].starts_with(b"OggS\0"));
    let ours = pages.filter(|at| last.get(at + 14..at + 18) == Some(serial));
    let mut positions = ours.filter_map(|at| number(&last, at + 6, 8, Order::LittleEnd));
    let position = positions.find(|position| *position != u64::MAX);
    Ok(position.and_then(|position| milliseconds(position.checked_sub(skipped)?, rate)))
}

/// What the movie header says (ISO/IEC 14496-12 section 8.2.2), or, of one in fragments, its extends header (8.8.2).
fn iso(file: &mut (impl Read + Seek)) -> io::Result<Option<u64>> {
    let end = file.seek(SeekFrom::End(0))?;
    let Some(movie) = find(file, b"moov", 0..end)? else { return Ok(None) };
    let Some(header) = find(file, b"mvhd", movie.clone())? else { return Ok(None) };
    let Some((version, body)) = versioned(file, &header)? else { return Ok(None) };
    let wide = version == 1;
    let at = if wide { 16 } else { 8 };
    let rate = number(&body, at, 4, Order::BigEnd).unwrap_or(0);
    let length = number(&body, at + 4, if wide { 8 } else { 4 }, Order::BigEnd);
    let unknown = |length: u64| length == 0 || length == if wide { u64::MAX } else { u64::from(u32::MAX) };
    if let Some(length) = length.filter(|length| !unknown(*length)) {
        return Ok(milliseconds(length, rate));
    }
    let Some(extends) = find(file, b"mvex", movie.clone())? else {
        return Ok(length.and_then(|_| milliseconds(0, rate)));
    };
    let Some(header) = find(file, b"mehd", extends)? else { return fragments(file, movie, end) };
    let Some((version, body)) = versioned(file, &header)? else { return Ok(None) };
    let length = number(&body, 0, if version == 1 { 8 } else { 4 }, Order::BigEnd);
    Ok(length.and_then(|length| milliseconds(length, rate)))
}

/// What the last fragment says: when it begins (8.8.12), and how long its samples are (8.8.8), as recorders in browsers write them.
fn fragments(file: &mut (impl Read + Seek), movie: Range<u64>, end: u64) -> io::Result<Option<u64>> {
    let Some(media) = within(file, &[b"trak", b"mdia", b"mdhd"], movie.clone())? else { return Ok(None) };
    let Some((version, body)) = versioned(file, &media)? else { return Ok(None) };
    let rate = number(&body, if version == 1 { 16 } else { 8 }, 4, Order::BigEnd).unwrap_or(0);
    let mut last = None;
    let mut from = movie.end;
    while let Some(fragment) = find(file, b"moof", from..end)? {
        from = fragment.end;
        last = Some(fragment);
    }
    let Some(track) = last.map(|last| find(file, b"traf", last)).transpose()?.flatten() else { return Ok(None) };
    let Some(begins) = find(file, b"tfdt", track.clone())? else { return Ok(None) };
    let Some((version, body)) = versioned(file, &begins)? else { return Ok(None) };
    let begins = number(&body, 0, if version == 1 { 8 } else { 4 }, Order::BigEnd);
    let Some(run) = find(file, b"trun", track)? else { return Ok(None) };
    let lasts = lengths(file, &run)?;
    Ok(begins.zip(lasts).and_then(|(begins, lasts)| milliseconds(begins.checked_add(lasts)?, rate)))
}

/// How long the samples of a run are together; None if it does not say.
fn lengths(file: &mut (impl Read + Seek), run: &Range<u64>) -> io::Result<Option<u64>> {
    let mut body = vec![0; usize::try_from(run.end - run.start).unwrap_or(usize::MAX).min(LARGEST_RUN)];
    file.seek(SeekFrom::Start(run.start))?;
    let read = fill(file, &mut body)?;
    let word = |at: usize| number(&body[..read], at, 4, Order::BigEnd);
    let (Some(flags), Some(count)) = (word(0), word(4)) else { return Ok(None) };
    let has = |flag: u64| flags & flag != 0;
    if !has(0x100) {
        return Ok(None);
    }
    let first = 8 + if has(1) { 4 } else { 0 } + if has(4) { 4 } else { 0 };
    let each = 4 * [0x100, 0x200, 0x400, 0x800].iter().filter(|flag| has(**flag)).count();
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let lengths = (0..count).map_while(|sample| word(first + sample.checked_mul(each)?));
    let (known, sum) = lengths.fold((0, 0_u64), |(known, sum), length| (known + 1, sum.saturating_add(length)));
    Ok((known == count).then_some(sum))
}

/// The body of the box at the end of this path within a range of the file.
fn within(file: &mut (impl Read + Seek), path: &[&[u8; 4]], range: Range<u64>) -> io::Result<Option<Range<u64>>> {
    let mut found = Some(range);
    for name in path {
        found = found.map(|range| find(file, name, range)).transpose()?.flatten();
    }
    Ok(found)
}

/// The body of the first box of this name within a range of the file.
fn find(file: &mut (impl Read + Seek), name: &[u8; 4], mut range: Range<u64>) -> io::Result<Option<Range<u64>>> {
    for _ in 0..MOST_BOXES {
        let mut header = [0; 16];
        if range.end.saturating_sub(range.start) < 8 {
            break;
        }
        file.seek(SeekFrom::Start(range.start))?;
        let read = fill(file, &mut header)?;
        let short = number(&header[..read], 0, 4, Order::BigEnd).unwrap_or(0);
        let (size, body) = match short {
            0 => (range.end - range.start, 8),
            1 => (number(&header[..read], 8, 8, Order::BigEnd).unwrap_or(0), 16),
            size => (size, 8),
        };
        let Some(end) = range.start.checked_add(size).filter(|end| *end <= range.end && size >= body) else { break };
        if &header[4..8] == name {
            return Ok(Some(range.start + body..end));
        }
        range.start = end;
    }
    Ok(None)
}

/// The version of a full box, and the beginning of its body after its version and flags.
fn versioned(file: &mut (impl Read + Seek), range: &Range<u64>) -> io::Result<Option<(u8, Vec<u8>)>> {
    let mut body = [0; 36];
    file.seek(SeekFrom::Start(range.start))?;
    let most = usize::try_from(range.end - range.start).unwrap_or(usize::MAX).min(body.len());
    let read = fill(file, &mut body[..most])?;
    Ok((read >= 4).then(|| (body[0], body[4..read].to_vec())))
}

fn milliseconds(samples: u64, rate: u64) -> Option<u64> {
    if rate == 0 {
        return None;
    }
    u64::try_from(u128::from(samples) * 1000 / u128::from(rate)).ok()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    BigEnd,
    LittleEnd,
}

/// A number of so many bytes at this place.
fn number(bytes: &[u8], at: usize, length: usize, order: Order) -> Option<u64> {
    let bytes = bytes.get(at..at.checked_add(length)?)?;
    let add = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
    Some(if order == Order::BigEnd { bytes.iter().fold(0, add) } else { bytes.iter().rev().fold(0, add) })
}

/// Reads until a buffer is full or the file ends; how many bytes it was.
fn fill(file: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod voice_tests;
