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
