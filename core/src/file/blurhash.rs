//! Blurhash: a picture in some thirty characters, to be shown while the real one is not here. Written after the description of
//! the algorithm at blurha.sh: a few terms of a cosine transform, in linear light, in base 83.

use std::f32::consts::PI;

const DIGITS: &[u8; 83] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~";

/// The most terms in one direction.
const MOST: u32 = 9;
/// A larger picture is not drawn: it would be as blurred as a small one that is scaled.
const LARGEST: u32 = 256;

type Colour = [f32; 3];

/// The blurhash of a small picture (scale it to some 32 pixels before): its pixels, three bytes each, row by row. None if there
/// are not as many as its width and height say, or the numbers of terms are not 1 to 9.
pub fn encode(pixels: &[u8], width: u32, height: u32, across: u32, down: u32) -> Option<String> {
    let size = usize::try_from(u64::from(width) * u64::from(height) * 3).ok()?;
    let terms = 1..=MOST;
    if size == 0 || pixels.len() != size || !terms.contains(&across) || !terms.contains(&down) {
        return None;
    }
    let linear: Vec<Colour> = pixels.chunks_exact(3).map(|rgb| [rgb[0], rgb[1], rgb[2]].map(to_linear)).collect();
    let waves_across = waves(width, across);
    let waves_down = waves(height, down);
    let mut factors = Vec::with_capacity((across * down) as usize);
    for wave_down in &waves_down {
        for wave_across in &waves_across {
            factors.push(factor(&linear, wave_across, wave_down));
        }
    }
    let scale = 1.0 / (width as f32 * height as f32);
    factors.iter_mut().flatten().for_each(|value| *value *= 2.0 * scale);
    factors[0].iter_mut().for_each(|value| *value /= 2.0);

    let mut hash = String::new();
    digits(&mut hash, across - 1 + (down - 1) * MOST, 1);
    let (base, rest) = factors.split_first()?;
    let greatest = rest.iter().flatten().fold(0.0_f32, |greatest, value| greatest.max(value.abs()));
    let quantised = ((greatest * 166.0 - 0.5).floor().clamp(0.0, 82.0)) as u32;
    digits(&mut hash, if rest.is_empty() { 0 } else { quantised }, 1);
    let [red, green, blue] = base.map(|value| u32::from(from_linear(value)));
    digits(&mut hash, red << 16 | green << 8 | blue, 4);
    let greatest = (quantised + 1) as f32 / 166.0;
    for factor in rest {
        let [red, green, blue] = factor
            .map(|value| ((value / greatest).abs().sqrt().copysign(value) * 9.0 + 9.5).floor().clamp(0.0, 18.0) as u32);
        digits(&mut hash, (red * 19 + green) * 19 + blue, 2);
    }
    Some(hash)
}

/// The picture of a blurhash: pixels, three bytes each, row by row. None if it is malformed, or for a size of more than 256
/// pixels or of none.
pub fn decode(hash: &str, width: u32, height: u32) -> Option<Vec<u8>> {
    if !(1..=LARGEST).contains(&width) || !(1..=LARGEST).contains(&height) || !hash.is_ascii() {
        return None;
    }
    let terms = number(hash.get(..1)?)?;
    let (across, down) = (terms % MOST + 1, terms / MOST + 1);
    if down > MOST || hash.len() != 4 + 2 * (across * down) as usize {
        return None;
    }
    let greatest = (number(&hash[1..2])? + 1) as f32 / 166.0;
    let base = number(&hash[2..6])?;
    let mut factors = vec![[base >> 16, base >> 8, base].map(|value| to_linear((value & 255) as u8))];
    for at in (6..hash.len()).step_by(2) {
        let value = number(&hash[at..at + 2])?;
        let level = |value: u32| {
            let signed = (value as f32 - 9.0) / 9.0;
            (signed * signed).copysign(signed) * greatest
        };
        factors.push([value / (19 * 19), value / 19 % 19, value % 19].map(level));
    }
    let (columns, rows) = (turned(&waves(width, across)), turned(&waves(height, down)));
    let mut pixels = Vec::with_capacity((width * height * 3) as usize);
    for row in &rows {
        for column in &columns {
            let bases = row.iter().flat_map(|down| column.iter().map(move |across| down * across));
            let mut colour = Colour::default();
            for (factor, basis) in factors.iter().zip(bases) {
                colour.iter_mut().zip(factor).for_each(|(value, factor)| *value += factor * basis);
            }
            pixels.extend(colour.map(from_linear));
        }
    }
    Some(pixels)
}

/// How many terms suit a picture of this shape: across and down.
pub fn terms(width: u32, height: u32) -> (u32, u32) {
    match width.cmp(&height) {
        std::cmp::Ordering::Greater => (4, 3),
        std::cmp::Ordering::Equal => (4, 4),
        std::cmp::Ordering::Less => (3, 4),
    }
}

/// The values of each cosine along one side.
fn waves(side: u32, count: u32) -> Vec<Vec<f32>> {
    let wave = |n: u32| (0..side).map(|at| (PI * n as f32 * at as f32 / side as f32).cos()).collect();
    (0..count).map(wave).collect()
}

/// All waves at each place, instead of each wave at all places.
fn turned(waves: &[Vec<f32>]) -> Vec<Vec<f32>> {
    let places = waves.first().map_or(0, Vec::len);
    (0..places).map(|place| waves.iter().map(|wave| wave[place]).collect()).collect()
}

fn factor(linear: &[Colour], across: &[f32], down: &[f32]) -> Colour {
    let mut sum = Colour::default();
    for (row, wave) in linear.chunks_exact(across.len()).zip(down) {
        for (colour, basis) in row.iter().zip(across) {
            sum.iter_mut().zip(colour).for_each(|(sum, value)| *sum += value * basis * wave);
        }
    }
    sum
}

fn to_linear(value: u8) -> f32 {
    let value = f32::from(value) / 255.0;
    if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

fn from_linear(value: f32) -> u8 {
    let value = value.clamp(0.0, 1.0);
    let value = if value <= 0.003_130_8 { value * 12.92 } else { 1.055 * value.powf(1.0 / 2.4) - 0.055 };
    (value * 255.0 + 0.5) as u8
}

fn digits(out: &mut String, value: u32, count: u32) {
    for place in (0..count).rev() {
        out.push(char::from(DIGITS[(value / 83_u32.pow(place) % 83) as usize]));
    }
}

fn number(text: &str) -> Option<u32> {
    text.bytes().try_fold(0_u32, |number, byte| {
        let digit = DIGITS.iter().position(|digit| *digit == byte)?;
        number.checked_mul(83)?.checked_add(u32::try_from(digit).ok()?)
    })
}

#[cfg(test)]
mod blurhash_tests {
    use proptest::prelude::*;

    use super::*;

    /// A picture whose left half is red and whose right half is blue.
    fn halves() -> Vec<u8> {
        (0..32 * 24).flat_map(|at| if at % 32 < 16 { [200, 20, 30] } else { [10, 20, 220] }).collect()
    }

    #[test]
    fn a_picture_comes_back_blurred() {
        let hash = encode(&halves(), 32, 24, 4, 3).unwrap();
        assert_eq!(hash.len(), 4 + 2 * 12);
        let pixels = decode(&hash, 32, 24).unwrap();
        let (left, right) = (&pixels[(12 * 32 + 4) * 3..][..3], &pixels[(12 * 32 + 27) * 3..][..3]);
        assert!(left[0] > 150 && left[2] < 90, "{left:?}");
        assert!(right[2] > 150 && right[0] < 90, "{right:?}");
    }

    #[test]
    fn one_colour_is_itself() {
        let hash = encode(&[120, 130, 140].repeat(64), 8, 8, 1, 1).unwrap();
        assert_eq!(decode(&hash, 2, 2).unwrap(), [120, 130, 140].repeat(4));
        let black = encode(&[0; 8 * 8 * 3], 8, 8, 4, 4).unwrap();
        assert_eq!(decode(&black, 1, 1).unwrap(), [0, 0, 0]);
    }

    /// The hashes were computed with the Python package blurhash 1.1.5.
    #[test]
    fn others_write_the_same() {
        KNOWN.iter().for_each(|(width, height, across, down, hash)| {
            let pixels: Vec<u8> = (0..width * height)
                .flat_map(|at| {
                    [(at * 7 % 256) as u8, (at % width * 255 / width) as u8, (at / width * 255 / height) as u8]
                })
                .collect();
            assert_eq!(encode(&pixels, *width, *height, *across, *down).as_deref(), Some(*hash));
        });
    }

    const KNOWN: [(u32, u32, u32, u32, &str); 3] = [
        (32, 24, 4, 3, "LxHU|Pl}b?nmoUnioKa_fUfRfQfR"),
        (20, 30, 3, 4, "TwHLVkqSb?oUWBW:Wto2a|obWDW:"),
        (16, 16, 1, 1, "00HU;2"),
    ];

    #[test]
    fn what_is_malformed_is_none() {
        for odd in ["", "L", "LEHV6nWB2yk8pyo0adR*.7kCMdn", "~EHV6n", "00\u{e9}", "LEHV6nWB2yk8pyo0adR*.7kCMd  "] {
            assert_eq!(decode(odd, 8, 8), None, "{odd}");
        }
        assert_eq!(decode("L00000", 8, 8), None);
        assert_eq!(decode("000000", 0, 8), None);
        assert_eq!(decode("000000", 8, 100_000), None);
        assert_eq!(encode(&[0; 12], 2, 2, 0, 1), None);
        assert_eq!(encode(&[0; 11], 2, 2, 1, 1), None);
        assert_eq!(encode(&[], 0, 0, 1, 1), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn whatever_stands_there_is_answered(hash in "\\PC{0,40}", right in "[0-9A-Za-z#$%*+,.:;=?@_{|}~-]{28}") {
            let _ = decode(&hash, 4, 4);
            let drawn = decode(&format!("L{}", &right[1..]), 5, 3);
            prop_assert_eq!(drawn.map(|pixels| pixels.len()), Some(45));
        }
    }
}
