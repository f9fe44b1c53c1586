//! Dates and times as XMPP writes them (XEP-0082): `2026-11-25T03:40:54.5Z`, or with an offset.

use crate::model::Micros;

const DAY: i64 = 86_400;

/// Reads a date and time; None for what is not one, or lies outside the years 1 to 9999.
pub fn parse(text: &str) -> Option<Micros> {
    let text = text.trim();
    let (date, rest) = text.split_at_checked(10)?;
    let rest = rest.strip_prefix(['T', 't'])?;
    let (time, rest) = rest.split_at_checked(8)?;
    let [year, month, day] = parts(date, '-', [4, 2, 2])?;
    let [hour, minute, second] = parts(time, ':', [2, 2, 2])?;
    // A leap second (60) is written as one, but the epoch has no place for it.
    let in_range = year >= 1 && (1..=12).contains(&month) && day >= 1 && hour <= 24 && minute <= 59 && second <= 60;
    if !in_range || day > days_in_month(year, month) {
        return None;
    }
    let (fraction, zone) = match rest.strip_prefix('.') {
        Some(rest) => rest.split_at(rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())),
        None => ("", rest),
    };
    let micros = fraction.bytes().chain(std::iter::repeat(b'0')).take(6).fold(0, |n, b| n * 10 + i64::from(b - b'0'));
    let seconds = days(year, month, day) * DAY + hour * 3600 + minute * 60 + second - offset(zone)?;
    Some(seconds * 1_000_000 + micros)
}

/// Writes a date and time in UTC, with microseconds only where there are any. Times outside the years 1 to 9999 are
/// written as the nearest one inside.
pub fn format(time: Micros) -> String {
    let time = time.clamp(days(1, 1, 1) * DAY * 1_000_000, days(10_000, 1, 1) * DAY * 1_000_000 - 1);
    let (seconds, micros) = (time.div_euclid(1_000_000), time.rem_euclid(1_000_000));
    let (year, month, day) = date(seconds.div_euclid(DAY));
    let second = seconds.rem_euclid(DAY);
    let (h, m, s) = (second / 3600, second / 60 % 60, second % 60);
    let fraction = if micros == 0 { String::new() } else { format!(".{micros:06}") };
    format!("{year:04}-{month:02}-{day:02}T{h:02}:{m:02}:{s:02}{fraction}Z")
}

fn parts(text: &str, separator: char, widths: [usize; 3]) -> Option<[i64; 3]> {
    let mut found = [0; 3];
    let mut parts = text.split(separator);
    for (slot, width) in found.iter_mut().zip(widths) {
        let part = parts.next().filter(|part| part.len() == width && part.bytes().all(|b| b.is_ascii_digit()))?;
        *slot = part.parse().ok()?;
    }
    parts.next().is_none().then_some(found)
}

/// Seconds east of UTC.
fn offset(zone: &str) -> Option<i64> {
    if matches!(zone, "Z" | "z") {
        return Some(0);
    }
    let (sign, zone) = match zone.strip_prefix('+') {
        Some(zone) => (1, zone),
        None => (-1, zone.strip_prefix('-')?),
    };
    let [hours, minutes, _] = parts(&format!("{zone}:00"), ':', [2, 2, 2])?;
    (hours <= 14 && minutes <= 59).then_some(sign * (hours * 3600 + minutes * 60))
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days from 1970-01-01 in the Gregorian calendar; years counted from March make the leap day the last one.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (era, year) = (year.div_euclid(400), year.rem_euclid(400));
    era * 146_097 + year * 365 + year / 4 - year / 100 + (153 * month + 2) / 5 + day - 1 - 719_468
}

fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    if month < 10 { (era * 400 + year, month + 3, day) } else { (era * 400 + year + 1, month - 9, day) }
}

#[cfg(test)]
mod timestamp_tests {
    use super::*;

    #[test]
    fn times_are_read_with_fractions_and_offsets() {
        assert_eq!(parse("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(parse("2000-02-29T12:30:05.25Z"), Some(951_827_405_250_000));
        assert_eq!(parse("2026-11-25T03:40:54.123456789Z"), Some(1_795_578_054_123_456));
        assert_eq!(parse("2000-02-29T14:30:05.25+02:00"), parse("2000-02-29T12:30:05.25Z"));
        assert_eq!(parse("2000-02-29T12:00:05.25-00:30"), parse("2000-02-29T12:30:05.25Z"));
        assert_eq!(parse("1969-12-31T23:59:59.5Z"), Some(-500_000));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "now",
            "2026-11-25",
            "2026-13-01T00:00:00Z",
            "2026-02-29T00:00:00Z",
            "2026-01-01T25:00:00Z",
            "2026-01-01T00:00:00",
            "2026-01-01 00:00:00Z",
            "0000-01-01T00:00:00Z",
            "2026-01-01T00:00:00+99:00",
            "20260101T00:00:00",
            "2026-1-1T00:00:00Z",
            "2026-01-01T00:00:00.Zé",
            "éééééééééé",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn every_time_comes_back_as_it_was_written() {
        assert_eq!(format(0), "1970-01-01T00:00:00Z");
        assert_eq!(format(1_795_578_054_123_456), "2026-11-25T03:40:54.123456Z");
        for day in (-719_162..2_932_896).step_by(13) {
            let time = day * DAY * 1_000_000 + 86_399_000_001;
            assert_eq!(parse(&format(time)), Some(time));
        }
        assert_eq!(format(i64::MIN), "0001-01-01T00:00:00Z");
        assert_eq!(format(i64::MAX), "9999-12-31T23:59:59.999999Z");
    }
}
