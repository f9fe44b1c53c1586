//! What a backup says of itself, and which names of files are taken from one.

use serde_json::{Value, json};

use super::BackupError;
use crate::model::Micros;

/// The version of what is inside.
const FORMAT: u64 = 1;

/// What a backup is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The version of the program that wrote it.
    pub app: String,
    /// When.
    pub time: Micros,
    /// The version of the database's schema.
    pub schema: u64,
    /// The addresses of the accounts in it.
    pub accounts: Vec<String>,
}

impl Manifest {
    /// How long a manifest may be, in bytes.
    pub const MOST: usize = 1 << 20;

    /// As it is written.
    pub fn to_bytes(&self) -> Vec<u8> {
        let Manifest { app, time, schema, accounts } = self;
        json!({"format": FORMAT, "app": app, "time": time, "schema": schema, "accounts": accounts})
            .to_string()
            .into_bytes()
    }

    /// As it was read. What is not known in it is passed over.
    ///
    /// # Errors
    /// `TooNew`, and `Damaged` if it is no manifest.
    pub fn from_bytes(bytes: &[u8]) -> Result<Manifest, BackupError> {
        let value: Value = serde_json::from_slice(bytes).map_err(|_| BackupError::Damaged)?;
        let number = |name: &str| value[name].as_u64().ok_or(BackupError::Damaged);
        if number("format")? > FORMAT {
            return Err(BackupError::TooNew);
        }
        let text = |value: &Value| value.as_str().map(str::to_owned).ok_or(BackupError::Damaged);
        let accounts = value["accounts"].as_array().ok_or(BackupError::Damaged)?;
        Ok(Manifest {
            app: text(&value["app"])?,
            time: value["time"].as_i64().ok_or(BackupError::Damaged)?,
            schema: number("schema")?,
            accounts: accounts.iter().map(text).collect::<Result<_, _>>()?,
        })
    }
}

/// Whether this names a file in a folder, and nothing outside of it on any system.
pub fn is_file_name(name: &str) -> bool {
    let is_dots = name.bytes().all(|byte| byte == b'.');
    let is_path = name.contains(['/', '\\', ':']) || name.chars().any(char::is_control);
    name.len() <= 255 && !is_dots && !is_path
}
