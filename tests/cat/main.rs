//! `imlog cat`: the program as a user runs it, on real logs and generated ones.

#[allow(dead_code)] // The tests of decode need more of it.
#[path = "../decode/program.rs"]
mod program;
#[path = "../support/mod.rs"]
mod support;

mod filters;
mod inputs;
mod live;
#[cfg(unix)]
mod looks;
mod order;
mod own_forms;
mod properties;
mod shown;
#[cfg(feature = "tables")]
mod tables;
mod tail;
mod time;
