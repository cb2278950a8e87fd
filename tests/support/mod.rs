//! Shared by all tests.
#![allow(dead_code, reason = "each test crate uses its own part")]

pub mod archive;
pub mod damage;
pub mod items;
pub mod library;
pub mod lines;
pub mod schema;
#[cfg(unix)]
pub mod terminal;
pub mod writer;

/// What is said with `'` around words of a shell, as it is said on this system.
pub fn in_quotes(said: &str) -> String {
    if cfg!(windows) { said.replace('\'', "\"") } else { said.into() }
}
