//! How the demo prints a conversation.

use serde_json::Value;

/// One message on one line, as the person reads it who is on this side.
pub fn line(row: &Value) -> String {
    let mut shown = said(row, "you", "echo");
    if row["outgoing"] == true {
        shown.push_str(match row["state"].as_str() {
            Some("queued") => "  …",
            Some("sent") => "  ✓",
            Some("delivered") => "  ✓✓",
            Some("displayed") => "  ✓✓ read",
            _ => "  ! not sent",
        });
    }
    shown
}

/// The same as echo sees it, without how far its own have come.
pub fn line_of_echo(row: &Value) -> String {
    said(row, "echo", "you")
}

fn said(row: &Value, here: &str, there: &str) -> String {
    let text = match row["retracted"] == true {
        true => "(deleted)",
        false => row["text"].as_str().unwrap_or_default(),
    };
    let file = match &row["files"][0] {
        file if file.is_object() => picture(file),
        _ => String::new(),
    };
    let who = if row["outgoing"] == true { here } else { there };
    let lock = if row["encryption"] == "none" { "  " } else { "🔒" };
    let mut shown = format!("{who:>6} {lock} │ {file}{text}");
    if row["edited"] == true {
        shown.push_str(" (edited)");
    }
    for reaction in row["reactions"].as_array().into_iter().flatten() {
        shown.push_str(&format!("  {}", reaction["emoji"].as_str().unwrap_or_default()));
    }
    shown
}

/// What is said of a file.
fn picture(file: &Value) -> String {
    let name = file["name"].as_str().unwrap_or_default();
    let size = file["size"].as_u64().unwrap_or(0).div_ceil(1024);
    match (file["width"].as_u64(), file["height"].as_u64()) {
        (Some(width), Some(height)) => format!("🖼  {name}, {width} × {height}, {size} KiB"),
        _ => format!("📎 {name}, {size} KiB"),
    }
}

/// A whole conversation.
pub fn conversation(rows: &[Value]) {
    for row in rows {
        println!("{}", line(row));
    }
}
