//! `imlog man`: manual pages, made from the arguments and their help.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::{Context, Result, anyhow};
use clap::{Args as ClapArgs, Command, ValueHint};
use clap_mangen::Man;
use roff::{Roff, roman};

use super::printer::{Hint, Shown};
use super::status::Status;
use crate::output::atomic::{OutputFile, OutputPlace, Taken};

/// Examples, below the options.
pub const HELP: &str = "\
Examples:
  imlog man decode | man -l -                       read about a command
  imlog man --dir ~/.local/share/man/man1           install all pages";

/// Arguments of `man`.
#[derive(Debug, ClapArgs)]
pub struct ManArgs {
    /// Write the page of this command; without it, that of imlog
    #[arg(value_name = "COMMAND")]
    pub command: Option<String>,
    /// Write all pages to this folder, as imlog.1, imlog-decode.1 and so on
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, conflicts_with = "command")]
    pub dir: Option<PathBuf>,
}

/// Writes one page to standard output, or all of them to a folder.
pub fn run(args: ManArgs, command: Command) -> Result<Status> {
    let mut command = command.disable_help_subcommand(true);
    command.build();
    let Some(folder) = args.dir else {
        let page = match args.command {
            None => page(&command)?,
            Some(name) => {
                let hint = || Hint("`imlog help` lists the commands".into());
                let found = command.find_subcommand(&name);
                let unknown = || anyhow!("there is no command `{}`", Shown(name.as_ref())).context(hint());
                page(found.ok_or_else(unknown)?)?
            }
        };
        io::stdout().lock().write_all(&page).context("cannot write standard output")?;
        return Ok(Status::Intact);
    };
    fs::create_dir_all(&folder).with_context(|| format!("cannot make the folder `{}`", Shown(&folder)))?;
    for command in std::iter::once(&command).chain(command.get_subcommands().filter(|command| !command.is_hide_set())) {
        let path = folder.join(format!("{}.1", name(command)));
        let cannot = || format!("cannot write `{}`", Shown(&path));
        let mut file = OutputFile::new(OutputPlace::Named(&path), 0o666);
        file.write_all(&page(command)?).with_context(cannot)?;
        file.commit(None, &Taken::default()).with_context(cannot)?;
    }
    Ok(Status::Intact)
}

fn name(command: &Command) -> &str {
    command.get_display_name().unwrap_or(command.get_name())
}

/// The page of a command. In place of a date, which would differ from build to build, it has a blank.
fn page(command: &Command) -> io::Result<Vec<u8>> {
    let version = concat!("imlog ", env!("CARGO_PKG_VERSION"));
    let man = Man::new(command.clone()).title(name(command)).date(" ").source(version).manual("imlog manual");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    let help = command.get_after_long_help().or(command.get_after_help());
    sections(&help.map(ToString::to_string).unwrap_or_default()).to_writer(&mut page)?;
    Ok(page)
}

/// What stands below the options in the help: lines that end with a colon are headings.
fn sections(help: &str) -> Roff {
    let mut roff = Roff::new();
    for paragraph in help.split("\n\n") {
        let (heading, text) = match paragraph.split_once('\n') {
            Some((heading, text)) if heading.ends_with(':') && !heading.starts_with(' ') => (heading, text),
            _ => ("", paragraph),
        };
        match heading.trim_end_matches(':') {
            "" => roff.control("P", []),
            heading => roff.control("SH", [heading.to_uppercase().as_str()]),
        };
        let text = text.lines().map(|line| line.strip_prefix("  ").unwrap_or(line)).collect::<Vec<_>>();
        if text.iter().any(|line| is_set(line)) {
            // Nearly as wide as a terminal, so it starts further left than prose does.
            roff.control("nf", []).control("in", ["2n"]);
            text.iter().for_each(|line| {
                roff.text([roman(*line)]);
            });
            roff.control("in", []).control("fi", []);
        } else {
            roff.text([roman(text.join("\n"))]);
        }
    }
    roff
}

/// Whether a line is a command, or has columns, and has to stay as it is.
fn is_set(line: &str) -> bool {
    line.starts_with("imlog ") || line.contains("| imlog ") || line.trim_start().contains("  ") || line.starts_with(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_becomes_sections() {
        let help = "Examples:\n  imlog x -a    first\n  imlog y 'it\\s'\n\nRecords:\n  One line\n  more.\n\nThe end.";
        assert_eq!(
            sections(help).render().lines().skip_while(|line| !line.starts_with(".SH")).collect::<Vec<_>>(),
            [
                ".SH EXAMPLES",
                ".nf",
                ".in 2n",
                "imlog x \\-a    first",
                "imlog y \\*(Aqit\\\\s\\*(Aq",
                ".in",
                ".fi",
                ".SH RECORDS",
                "One line",
                "more.",
                ".P",
                "The end.",
            ]
        );
    }
}
