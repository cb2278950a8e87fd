//! Decoding: real files, the program as users run it, and damage of every kind.

#[path = "../support/mod.rs"]
mod support;

mod bad_input;
mod borders;
mod damage;
mod encrypted;
mod invented;
mod outputs;
mod program;
mod properties;
mod real_files;
mod safety;
mod sequence;
mod terminal;
mod windows;
