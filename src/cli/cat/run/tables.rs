//! All logs as tables.

use std::path::PathBuf;

use anyhow::Result;

use super::super::super::interrupt;
use super::super::super::sources::Sources;
use super::super::show::Show;
use super::super::tables::{TablePlan, Tables};
use super::{CatRun, Ended};
use crate::input::expand::FoundInput;
use crate::redact::Redactor;

impl CatRun<'_> {
    /// Writes `logs` as the tables that `plan` says, made of `sources`; and what could not be read, with why.
    pub fn tables(
        &self,
        plan: &TablePlan,
        sources: &Sources,
        (unread, logs): (&[(PathBuf, String)], &[FoundInput]),
        redactor: Option<Redactor>,
    ) -> Result<Ended> {
        plan.check(sources)?;
        if plan.makes_files() {
            interrupt::watch();
        }
        let mut tables = Tables::new(plan, sources, redactor).map_err(|error| Tables::cannot_write(plan, error))?;
        for (path, why) in unread {
            tables.unreadable(path, why).map_err(|error| Tables::cannot_write(plan, error))?;
        }
        self.one_by_one(logs, tables)
    }
}
