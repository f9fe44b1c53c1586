//! The app in browsers, on real servers: see `tests/journeys/main.rs`.
