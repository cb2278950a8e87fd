//! What a diagnosis finds, and what it does not.

#[path = "../support/scene.rs"]
mod scene;

mod bounds;
mod chains;
mod properties;
mod rules;
mod sessions;
