//! What was measured, as tables: on the screen as they come, and in RESULTS.md.

use std::fmt::Write as _;
use std::time::Duration;

/// A table in Markdown.
pub struct Table {
    title: String,
    about: String,
    columns: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty table.
    pub fn new(title: &str, about: &str, columns: &[&'static str]) -> Table {
        Table { title: title.to_owned(), about: about.to_owned(), columns: columns.to_vec(), rows: Vec::new() }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// As Markdown.
    pub fn markdown(&self) -> String {
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        let columns: Vec<String> = self.columns.iter().map(|column| (*column).to_owned()).collect();
        let mut out = format!("## {}\n\n{}\n\n{}", self.title, self.about, line(&columns));
        let _ = writeln!(out, "|{}", "---|".repeat(columns.len()));
        for row in &self.rows {
            out.push_str(&line(row));
        }
        out
    }
}

/// Milliseconds with as many digits as matter.
pub fn ms(time: Duration) -> String {
    let ms = time.as_secs_f64() * 1_000.0;
    if ms >= 100.0 { format!("{ms:.0} ms") } else { format!("{ms:.1} ms") }
}

/// Microseconds with as many digits as matter.
pub fn us(time: Duration) -> String {
    let us = time.as_secs_f64() * 1e6;
    if us >= 100.0 { format!("{us:.0} us") } else { format!("{us:.1} us") }
}

/// Whether a goal is met, and by how much it is missed.
pub fn verdict(value: f64, goal: f64, unit: &str) -> String {
    if value <= goal { "met".to_owned() } else { format!("missed by {:.2}{unit}", value - goal) }
}

/// A time of the floor's, or of somebody else's, and ours right before or after it.
#[derive(Clone, Copy)]
pub struct Pair {
    /// The bare socket's, or theirs.
    pub floor: Duration,
    /// Larimar's.
    pub ours: Duration,
}

/// The cells of a row that compares with the floor: both times, the ratio, the goal, the verdict. The ratio is the middle one
/// of all pairs': a server's speed changes from second to second, but less within a pair.
pub fn against_floor(pairs: &[Pair], goal: f64) -> Vec<String> {
    against(pairs, goal, ms)
}

/// The same, with times shown so.
pub fn against(pairs: &[Pair], goal: f64, show: fn(Duration) -> String) -> Vec<String> {
    let floor = median(pairs.iter().map(|pair| pair.floor).collect());
    let ours = median(pairs.iter().map(|pair| pair.ours).collect());
    let mut ratios: Vec<f64> = pairs.iter().map(|pair| pair.ours.as_secs_f64() / pair.floor.as_secs_f64()).collect();
    ratios.sort_by(f64::total_cmp);
    let ratio = ratios.get(ratios.len() / 2).copied().unwrap_or_default();
    vec![show(floor), show(ours), format!("{ratio:.2}x"), format!("{goal:.2}x"), verdict(ratio, goal, "x")]
}

/// The middle one.
pub fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// The slowest but one in a hundred.
pub fn p99(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get((times.len() * 99 / 100).min(times.len().saturating_sub(1))).copied().unwrap_or_default()
}

#[cfg(test)]
mod report_tests {
    use super::*;

    #[test]
    fn a_missed_goal_says_by_how_much() {
        let pair = |floor, ours| Pair { floor: Duration::from_millis(floor), ours: Duration::from_millis(ours) };
        let cells = against_floor(&[pair(200, 300), pair(100, 400), pair(400, 300)], 1.25);
        assert_eq!(cells, ["200 ms", "300 ms", "1.50x", "1.25x", "missed by 0.25x"]);
        assert_eq!(verdict(1.0, 1.0, "x"), "met");
        assert_eq!(against(&[pair(2, 1)], 0.5, us), ["2000 us", "1000 us", "0.50x", "0.50x", "met"]);
    }

    #[test]
    fn of_a_hundred_the_slowest_but_one_counts() {
        let times: Vec<Duration> = (0..100).rev().map(Duration::from_millis).collect();
        assert_eq!(p99(times.clone()), Duration::from_millis(99));
        assert_eq!(median(times), Duration::from_millis(50));
        assert_eq!(p99(Vec::new()), Duration::ZERO);
    }

    #[test]
    fn a_table_is_markdown() {
        let mut table = Table::new("Speed", "Of light.", &["what", "how fast"]);
        table.row(vec!["light".into(), "very".into()]);
        assert_eq!(table.markdown(), "## Speed\n\nOf light.\n\n| what | how fast |\n|---|---|\n| light | very |\n");
    }
}
