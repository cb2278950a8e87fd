//! The result of decoding a file, in a form that can be compared.

use std::convert::Infallible;
use std::io::Cursor;

use imlog::internals::decode::{Decoder, Gap, Item, Report};

/// A block with its text, or a gap. How blocks were grouped into runs is left out, because that may differ.
#[derive(Debug, PartialEq, Eq)]
pub enum AccountItem {
    Block {
        offset: u64,
        fields: String,
        text: Vec<u8>,
    },
    /// Text of the block before, behind a gap in it.
    Rest(Vec<u8>),
    /// A line that is known in part, as it is shown.
    Partial(String),
    Gap(Gap),
}

/// Everything that was decoded from a file.
#[derive(Debug, PartialEq, Eq)]
pub struct Account {
    pub items: Vec<AccountItem>,
    pub report: Report,
}

impl Account {
    /// Decodes `bytes`.
    pub fn of(decoder: &Decoder, bytes: &[u8]) -> Account {
        Account::made(|show| decoder.decode(bytes, show).unwrap())
    }

    /// Decodes `bytes` step by step.
    pub fn of_steps(decoder: &Decoder, bytes: &[u8]) -> Account {
        Account::made(|show| {
            let mut steps = decoder.steps(bytes);
            while steps.step(|_, ()| {}, &mut (), |item, ()| show(item)).unwrap() {}
            steps.finish(show).unwrap()
        })
    }

    /// Reads only the headers of `bytes`.
    pub fn of_headers(decoder: &Decoder, bytes: &[u8]) -> Account {
        Account::made(|show| decoder.headers(Cursor::new(bytes), show).unwrap())
    }

    fn made(run: impl FnOnce(&mut (dyn FnMut(Item<'_>) -> Result<(), Infallible> + Send)) -> Report) -> Account {
        let mut items = Vec::new();
        let report = run(&mut |item| {
            match item {
                Item::Text(run) => {
                    let mut text = run.text;
                    items.extend(run.blocks.iter().map(|block| {
                        let (own, rest) = text.split_at(block.text_len() - block.text_behind_gap);
                        text = rest;
                        let fields = (&block.header, &block.client, block.fit, block.guest, block.unwanted);
                        let fields = format!("{fields:?} {}", block.checksum);
                        AccountItem::Block { offset: block.offset, fields, text: own.to_vec() }
                    }));
                    items.extend((!text.is_empty()).then(|| AccountItem::Rest(text.to_vec())));
                }
                Item::Partial(line) => {
                    items.push(AccountItem::Partial(String::from_utf8_lossy(&line.shown()).into_owned()));
                }
                Item::Gap(gap) => items.push(AccountItem::Gap(gap.clone())),
            }
            Ok(())
        });
        Account { items, report }
    }

    /// The text of all blocks.
    pub fn text(&self) -> Vec<u8> {
        let text = |item: &AccountItem| match item {
            AccountItem::Block { text, .. } | AccountItem::Rest(text) => text.clone(),
            AccountItem::Partial(_) | AccountItem::Gap(_) => Vec::new(),
        };
        self.items.iter().flat_map(text).collect()
    }

    pub fn gaps(&self) -> Vec<&Gap> {
        self.items.iter().filter_map(|item| if let AccountItem::Gap(gap) = item { Some(gap) } else { None }).collect()
    }

    /// Describes the first difference, if there is any.
    pub fn differs(&self, other: &Account) -> Option<String> {
        if self == other {
            return None;
        }
        let same = self.items.iter().zip(&other.items).take_while(|(one, other)| one == other).count();
        let show = |account: &Account| account.items.get(same).map_or("the end".into(), AccountItem::short);
        let reports = if self.report == other.report {
            String::new()
        } else {
            format!("\n{:?}\n{:?}", self.report, other.report)
        };
        Some(format!("item {same}:\n{}\n{}{reports}", show(self), show(other)))
    }
}

impl AccountItem {
    fn short(&self) -> String {
        match self {
            AccountItem::Block { offset, fields, text } => {
                format!("block at {offset}: {fields}, {} bytes of text", text.len())
            }
            AccountItem::Rest(text) => format!("{} bytes of text behind a gap", text.len()),
            AccountItem::Partial(line) => format!("partial: {line}"),
            AccountItem::Gap(gap) => format!("{gap:?}"),
        }
    }
}
