//! From records to answers: what went wrong, when, and what to do.
//!
//! ```text
//! record ──▶ event ──▶ story ──▶ session, finding ──▶ diagnosis
//!            what it   what follows                      sorted, summed up
//!            says      from what
//! ```
//!
//! - `recognized` asks what a record says; `patterns` is the table of what the generations of the SDK log: add a spelling
//!   there.
//! - `rules` is the table of findings, `codes.tsv` the one of error codes.
//! - `sessions` tells processes apart, `story` makes findings of events, `findings` lets them grow, and `causes` says which
//!   finding is the consequence of another.
//! - `error_groups` counts the errors that no rule knows.
//!
//! Everything is deterministic, and bounded in memory whatever the log holds. Nothing is guessed: what is not in the log
//! is not known. Text of the log stays as it was logged; whoever shows it makes it safe to show.

mod activity;
mod causes;
mod codes;
mod crash;
mod details;
mod diagnoser;
mod diagnosis;
mod error_groups;
mod event;
mod finding;
mod findings;
mod missing;
#[cfg(feature = "report")]
mod mood;
mod patterns;
#[cfg(feature = "tables")]
mod processes;
mod recognized;
mod record_at;
mod redacted;
mod rules;
mod session;
mod sessions;
mod start;
mod story;
mod words;

pub use activity::{Heartbeats, Login, LoginResult, Logins};
pub use codes::Code;
pub use details::{CodeSeen, Details, GapSeen, LogCondition, Nearby, Tally};
pub use diagnoser::Diagnoser;
pub use diagnosis::{Diagnosis, Harmless, LogSeen};
pub use error_groups::ErrorGroup;
pub use event::Event;
pub use finding::{Consequence, Evidence, Finding, Lack};
#[cfg(feature = "report")]
pub use mood::Mood;
#[cfg(feature = "tables")]
pub use processes::Processes;
pub use recognized::{Concern, concerns};
pub use rules::{NoRule, RULES, Rule, RuleId, Severity};
pub use session::{About, Change, Ending, Session, Track, TrackState};
#[cfg(feature = "cli")]
pub use start::about_in;
#[cfg(feature = "report")]
pub use words::{clock, clock_after, date_and_clock, length};
