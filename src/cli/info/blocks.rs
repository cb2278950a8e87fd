//! One line per block and per gap.

use std::io::{self, Write};

use super::super::page::{Page, pad};
use crate::decode::{Block, Gap, GapCause};
use crate::info::{End, Row};
use crate::output::marker::{Count, Reason};
use crate::xlog::Layout;

/// Columns that the line of a block takes, without the name of its kind.
const FIXED: usize = 63;
/// The same without the hours.
const SIZES: usize = FIXED - 7;
/// Columns before the text of a gap.
const GAP: usize = 12;
/// Columns of the longest name of a kind.
const KIND: usize = 23;
/// A name that is shortened further says nothing.
const SHORTEST_KIND: usize = 7;

/// Writes rows as lines, under a heading.
#[derive(Debug)]
pub struct BlockLines<'a> {
    page: &'a Page,
    /// Columns for the name of the kind; 0: it is left out.
    kind: usize,
}

impl<'a> BlockLines<'a> {
    /// Lines for this page.
    pub fn new(page: &'a Page) -> BlockLines<'a> {
        let room = page.width.saturating_sub(FIXED).min(KIND);
        let kind = match page.seen {
            true if room < SHORTEST_KIND => 0,
            true => room,
            false => KIND,
        };
        BlockLines { page, kind }
    }

    /// The names of the columns.
    pub fn heading(&self) -> String {
        let kind = self.kind("kind");
        let rest = self.columns("seq", "hours", "body", "text");
        format!("{:>10}  magic{kind}{rest}  end\n", "offset")
    }

    /// The columns before the end, as many as there is room for.
    fn columns(&self, seq: &str, hours: &str, body: &str, text: &str) -> String {
        match self.page.width {
            _ if !self.page.seen => format!("  {seq:>5}  {hours:>5}  {body:>8}  {text:>8}"),
            FIXED.. => format!("  {seq:>5}  {hours:>5}  {body:>8}  {text:>8}"),
            SIZES.. => format!("  {seq:>5}  {body:>8}  {text:>8}"),
            _ => format!("  {seq:>5}"),
        }
    }

    /// Writes a block or a gap.
    pub fn row(&self, row: Row<'_>, out: &mut impl Write) -> io::Result<()> {
        match row {
            Row::Block(block, end) => self.block(block, end, out),
            Row::Gap(gap) => {
                let text = gap_text(gap);
                let room = self.page.width.saturating_sub(GAP);
                let lines = if self.page.seen { self.page.wrap(&text, room) } else { vec![text] };
                lines.iter().enumerate().try_for_each(|(index, line)| match index {
                    0 => writeln!(out, "{:>10}  {line}", gap.offset),
                    _ => writeln!(out, "{:GAP$}{line}", ""),
                })
            }
        }
    }

    fn block(&self, block: &Block, end: End, out: &mut impl Write) -> io::Result<()> {
        let header = &block.header;
        let (mut seq, mut hours) = (String::new(), String::new());
        if header.kind.layout != Layout::Bare {
            seq = header.seq.to_string();
            hours = format!("{:02}-{:02}", header.begin_hour, header.end_hour);
        }
        let text = if end == End::Unread { String::new() } else { block.text_len().to_string() };
        let kind = self.kind(header.kind.name);
        write!(out, "{:>10}   {:#04x}{kind}", block.offset, header.kind.magic)?;
        write!(out, "{}  {}", self.columns(&seq, &hours, &header.length.to_string(), &text), end.name())?;
        if let End::Repaired(field) = end {
            write!(out, " ({})", field.name())?;
        }
        writeln!(out, "{}", if block.guest { ", inside another" } else { "" })
    }

    fn kind(&self, name: &str) -> String {
        match self.kind {
            0 => String::new(),
            width => format!("  {}", pad(&self.page.shorten(name, width), width)),
        }
    }
}

fn gap_text(gap: &Gap) -> String {
    match &gap.cause {
        GapCause::Skip(missing) => format!("- seq {}-{} is missing", missing.start(), missing.end()),
        GapCause::Encrypted { tried: true, .. } => format!("- {} encrypted: no key fits", Count(gap.len, "byte")),
        GapCause::Encrypted { tried: false, .. } => format!("- {} encrypted: no key given", Count(gap.len, "byte")),
        cause => format!("- {} lost: {}", Count(gap.len, "byte"), Reason(cause)),
    }
}
