//! `imlog prune`, the real program on real folders.

mod folder;
mod listing;
mod many;
mod paths;
mod rules;
mod safety;
