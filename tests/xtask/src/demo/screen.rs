//! How the demo prints a conversation.

use serde_json::Value;

/// One message on one line, as a person reads it.
pub fn line(row: &Value) -> String {
    let text = match row["retracted"] == true {
        true => "(deleted)",
        false => row["text"].as_str().unwrap_or_default(),
    };
    let who = if row["outgoing"] == true { "you" } else { "echo" };
    let lock = if row["encryption"] == "none" { "  " } else { "🔒" };
    let mut shown = format!("{who:>6} {lock} │ {text}");
    if row["edited"] == true {
        shown.push_str(" (edited)");
    }
    for reaction in row["reactions"].as_array().into_iter().flatten() {
        shown.push_str(&format!("  {}", reaction["emoji"].as_str().unwrap_or_default()));
    }
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

/// A whole conversation.
pub fn conversation(rows: &[Value]) {
    for row in rows {
        println!("{}", line(row));
    }
}
