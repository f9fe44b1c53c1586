use std::io::Cursor;

use proptest::prelude::*;

use super::*;

fn of(bytes: &[u8]) -> Option<u64> {
    duration(&mut Cursor::new(bytes)).unwrap()
}

/// A page of Ogg with one segment.
fn page(serial: u32, position: u64, body: &[u8]) -> Vec<u8> {
    let mut page = b"OggS\0\x02".to_vec();
    page.extend(position.to_le_bytes());
    page.extend(serial.to_le_bytes());
    page.extend([0; 8]);
    page.extend([1, u8::try_from(body.len()).unwrap()]);
    page.extend(body);
    page
}

fn opus_head() -> Vec<u8> {
    [b"OpusHead\x01\x01".to_vec(), 312_u16.to_le_bytes().to_vec(), vec![0; 7]].concat()
}

fn boxed(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    [&(u32::try_from(body.len()).unwrap() + 8).to_be_bytes()[..], name, body].concat()
}

fn movie_header(rate: u32, length: u32) -> Vec<u8> {
    boxed(b"mvhd", &[&[0; 12][..], &rate.to_be_bytes(), &length.to_be_bytes(), &[0; 80]].concat())
}

fn movie(inner: &[u8]) -> Vec<u8> {
    let data = boxed(b"mdat", &[7; 1000]);
    [boxed(b"ftyp", b"M4A \0\0\0\0"), data, boxed(b"moov", &[boxed(b"udta", b""), inner.to_vec()].concat())].concat()
}

#[test]
fn opus_plays_from_its_first_sample_to_its_last() {
    let file =
        [page(9, 0, &opus_head()), page(9, 24_000, &[1; 200]), page(9, 312 + 48_000 * 3 / 2, &[1; 200])].concat();
    assert_eq!(of(&file), Some(1500));
    let other_last = [file.clone(), page(8, 99_999_999, b"x"), page(9, u64::MAX, b"x")].concat();
    assert_eq!(of(&other_last), Some(1500));
    let vorbis = [b"\x01vorbis\0\0\0\0\x01".to_vec(), 44_100_u32.to_le_bytes().to_vec()].concat();
    assert_eq!(of(&[page(9, 0, &vorbis), page(9, 88_200, b"x")].concat()), Some(2000));
}

#[test]
fn a_movie_says_how_long_it_is() {
    assert_eq!(of(&movie(&movie_header(1000, 61_500))), Some(61_500));
    assert_eq!(of(&movie(&movie_header(48_000, 24_000))), Some(500));
    let wide = [&[1, 0, 0, 0][..], &[0; 16], &600_u32.to_be_bytes(), &1200_u64.to_be_bytes(), &[0; 80]].concat();
    assert_eq!(of(&movie(&boxed(b"mvhd", &wide))), Some(2000));
}

#[test]
fn one_in_fragments_says_it_elsewhere() {
    let extends = |length: u32| boxed(b"mvex", &boxed(b"mehd", &[&[0; 4][..], &length.to_be_bytes()].concat()));
    assert_eq!(of(&movie(&[movie_header(1000, 0), extends(2500)].concat())), Some(2500));
    assert_eq!(of(&movie(&[movie_header(1000, 0), boxed(b"mvex", b"")].concat())), None);
    assert_eq!(of(&movie(&movie_header(1000, 0))), Some(0));
}

fn words(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}

/// The beginning of a recording in fragments; of its track, the header that tells of 48,000 samples a second.
fn beginning(track_header: &[u8]) -> Vec<u8> {
    let media = boxed(b"mdia", &boxed(b"mdhd", track_header));
    let track = boxed(b"trak", &[boxed(b"tkhd", &[0; 84]), media].concat());
    let extends = boxed(b"mvex", &boxed(b"trex", &[0; 24]));
    movie(&[movie_header(1000, 0), track, extends].concat())
}

fn fragment(begins: &[u8], run: &[u8]) -> Vec<u8> {
    let track = [boxed(b"tfhd", &[0; 8]), boxed(b"tfdt", begins), boxed(b"trun", run)].concat();
    [boxed(b"moof", &[boxed(b"mfhd", &[0; 8]), boxed(b"traf", &track)].concat()), boxed(b"mdat", b"sound")].concat()
}

#[test]
fn a_recording_of_a_browsers_is_as_long_as_its_last_fragment_says() {
    let head = beginning(&words(&[0, 0, 0, 48_000, 0, 0]));
    let fragment = |begins: u32, flags: u32, samples: &[u32]| {
        let each = samples.iter().flat_map(|sample| words(&[*sample, 8]));
        let run: Vec<u8> = words(&[flags, samples.len() as u32, 99]).into_iter().chain(each).collect();
        fragment(&words(&[0, begins]), &run)
    };
    let first = fragment(0, 0x301, &[2880; 16]);
    let last = fragment(46_080, 0x301, &[2880, 2880, 960]);
    assert_eq!(of(&[&head[..], &first, &last].concat()), Some(1100));
    assert_eq!(of(&[&head[..], &first].concat()), Some(960));
    assert_eq!(of(&head), None);
    // What says too little, or is cut, says nothing.
    assert_eq!(of(&[&head[..], &fragment(0, 0x201, &[2880])].concat()), None);
    assert_eq!(of(&[&head[..], &first, &last[..last.len() - 20]].concat()), Some(960));
}

#[test]
fn fragments_in_wide_numbers_that_say_more_of_each_sample_are_read_too() {
    let head = beginning(&words(&[1 << 24, 0, 0, 0, 0, 48_000, 0, 0, 0]));
    let begins = words(&[1 << 24, 0, 46_080]);
    // Where its data is, the first one's flags, and of each: its length, its flags, and when it is shown.
    let run = |count: u32| words(&[0xd05, count, 99, 1, 2880, 2, 3, 2880, 2, 3, 960, 2, 3]);
    assert_eq!(of(&[&head[..], &fragment(&begins, &run(3))].concat()), Some(1100));
    // It says that there are more samples than there are.
    assert_eq!(of(&[&head[..], &fragment(&begins, &run(4))].concat()), None);
}

#[test]
fn a_large_box_before_the_header_is_passed_over_unread() {
    let mut file = boxed(b"ftyp", b"isom\0\0\0\0");
    file.extend(1_u32.to_be_bytes());
    file.extend(b"mdat");
    file.extend(1016_u64.to_be_bytes());
    file.extend([0; 1000]);
    file.extend(boxed(b"moov", &movie_header(1, 3)));
    assert_eq!(of(&file), Some(3000));
}

#[test]
fn what_is_damaged_or_absurd_says_nothing() {
    let good = movie(&movie_header(1000, 500));
    for length in 0..good.len() {
        assert_eq!(of(&good[..length]), None, "{length}");
    }
    assert_eq!(of(&movie(&movie_header(0, 500))), None);
    assert_eq!(of(&movie(&movie_header(1, u32::MAX - 1))), None);
    assert_eq!(of(&page(9, 5, &opus_head())), None);
    assert_eq!(of(b"RIFF....WAVEfmt "), None);
    let endless = [boxed(b"ftyp", b"isom\0\0\0\0"), boxed(b"free", b"").repeat(30_000)].concat();
    assert_eq!(of(&endless), None);
    let mut loops = boxed(b"ftyp", b"isom\0\0\0\0");
    loops.extend([0, 0, 0, 2, b'f', b'r', b'e', b'e', 0, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(of(&loops), None);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_stands_there_is_answered(flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..20), which in any::<bool>()) {
        let mut file = if which {
            movie(&[movie_header(1000, 0), boxed(b"mvex", &boxed(b"mehd", &[0; 8]))].concat())
        } else {
            [page(9, 0, &opus_head()), page(9, 24_000, &[1; 200])].concat()
        };
        for (at, byte) in flips {
            let at = at.index(file.len());
            file[at] = byte;
        }
        let _ = of(&file);
    }
}
