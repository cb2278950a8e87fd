//! `--html`: the diagnosis as a page, which appears complete or not at all, and never in place of a log.

use std::fs;
use std::io::{Read, Write};
use std::path::Path;

use anyhow::{Context, Result, anyhow};

use super::super::interrupt;
use super::super::printer::{Hint, Shown};
use super::super::sources::Sources;
use super::super::stdout::json_or_styled;
use super::OUT;
use crate::folder::{FileId, Folder};
use crate::input::expand::FoundInput;
use crate::output::atomic::{OutputFile, OutputPlace, Taken};

/// How every page starts, in small letters.
const START: &[u8] = b"<!doctype html>";

/// Where the page goes.
pub struct HtmlFile<'a> {
    /// `None`: standard output.
    path: Option<&'a Path>,
    taken: Taken,
    mode: u32,
}

impl<'a> HtmlFile<'a> {
    /// The page at `path`, made of `logs` and of what else is read.
    ///
    /// # Errors
    /// If the page could not be written there. Nothing has been read then, which may take long.
    pub fn new(path: &'a Path, logs: &[FoundInput], others: &[&Path], has_keys: bool) -> Result<HtmlFile<'a>> {
        if path.as_os_str() == "-" {
            return Ok(HtmlFile { path: None, taken: Taken::default(), mode: 0 });
        }
        let Sources { taken, mode } = Sources::new(logs, others, has_keys);
        let file = HtmlFile { path: Some(path), taken, mode };
        file.check(path)?;
        Ok(file)
    }

    /// What can be known before anything is read.
    fn check(&self, path: &Path) -> Result<()> {
        if FileId::of_path(path).is_ok_and(|id| self.taken.contains(id)) {
            let hint = Hint("choose another place for the page".into());
            return Err(anyhow!("`{}` is being read; the page cannot replace it", Shown(path)).context(hint));
        }
        let cannot = || format!("cannot write `{}`", Shown(path));
        match fs::metadata(path) {
            Ok(earlier) if earlier.is_dir() => Err(anyhow!("it is a folder")).with_context(cannot),
            Ok(earlier) if earlier.is_file() => {
                replaceable(&mut fs::File::open(path).with_context(cannot)?).with_context(cannot)
            }
            Ok(_) => Ok(()),
            Err(_) => Folder::around(path).map(drop).with_context(cannot),
        }
    }

    /// Writes the page.
    ///
    /// # Errors
    /// Those of the file system. An earlier page stays as it was.
    pub fn write(&self, html: &str) -> Result<()> {
        let Some(path) = self.path else {
            let mut out = json_or_styled(false);
            return out.write_all(html.as_bytes()).and_then(|()| out.flush()).context(OUT);
        };
        interrupt::watch();
        let cannot = || format!("cannot write `{}`", Shown(path));
        let mut file = OutputFile::new(OutputPlace::Named(path), self.mode);
        if let Some(mut earlier) = file.earlier().with_context(cannot)? {
            replaceable(&mut earlier).with_context(cannot)?;
        }
        file.write_all(html.as_bytes()).with_context(cannot)?;
        file.commit(None, &self.taken).with_context(cannot)
    }
}

/// A page replaces an earlier one, or nothing: a log whose name was given by mistake is more than it is worth.
fn replaceable(earlier: &mut fs::File) -> Result<()> {
    let mut start = Vec::new();
    earlier.take(START.len() as u64).read_to_end(&mut start)?;
    let is_page = start.is_empty() || start.eq_ignore_ascii_case(START);
    if is_page { Ok(()) } else { Err(anyhow!("the existing file is not an HTML page, and was left as it is")) }
}
