//! What the tests share.
#![allow(dead_code, reason = "each test crate uses its own part")]

pub mod archive;
pub mod damage;
pub mod library;
pub mod lines;
pub mod schema;
pub mod writer;
