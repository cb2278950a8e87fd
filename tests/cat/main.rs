//! Reading by record: the program as a user calls it, on real and generated logs.

#[allow(dead_code)] // The tests of decode need more of it.
#[path = "../decode/program.rs"]
mod program;
#[path = "../support/mod.rs"]
mod support;

mod filters;
mod inputs;
mod order;
mod properties;
mod shown;
