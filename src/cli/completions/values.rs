//! What the values of options may be, for those that take more than a list could say.

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, Command, ValueHint};

use super::super::explain;
use crate::record::Level;

/// The offsets from UTC that are in use. Source: the tz database, 2025b.
const ZONES: &str = "Z +01:00 +02:00 +03:00 +03:30 +04:00 +04:30 +05:00 +05:30 +05:45 +06:00 +06:30 +07:00 +08:00 \
    +08:45 +09:00 +09:30 +10:00 +10:30 +11:00 +12:00 +12:45 +13:00 +14:00 -01:00 -02:00 -02:30 -03:00 -03:30 -04:00 \
    -05:00 -06:00 -07:00 -08:00 -09:00 -09:30 -10:00 -11:00 -12:00";

/// Some of the times that can be given.
const TIMES: &str = "today yesterday 10m 30m 1h 2h 1d";

/// The command with values for the options that shells can complete, and a note that nothing can be said of the others:
/// shells offer files otherwise.
pub fn added(command: Command) -> Command {
    let commands: Vec<_> = command.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    commands
        .iter()
        .fold(command, |command, name| command.mut_subcommand(name, |subcommand| subcommand.mut_args(with_values)))
}

fn with_values(arg: Arg) -> Arg {
    let values = |values: Vec<String>| PossibleValuesParser::new(values.into_iter().map(PossibleValue::new));
    let words = |words: &str| values(words.split_ascii_whitespace().map(str::to_owned).collect());
    match arg.get_id().as_str() {
        "level" => arg.value_parser(values(Level::ALL.map(|level| level.name().to_owned()).into())),
        "zone" => arg.value_parser(words(ZONES)),
        "since" | "until" => arg.value_parser(words(TIMES)),
        "code" => arg.value_parser(values(explain::codes().collect())),
        "subjects" => arg.value_parser(values(explain::subjects().collect())),
        _ if is_unsaid(&arg) => arg.value_hint(ValueHint::Other),
        _ => arg,
    }
}

fn is_unsaid(arg: &Arg) -> bool {
    arg.get_action().takes_values()
        && arg.get_value_hint() == ValueHint::Unknown
        && arg.get_possible_values().is_empty()
}
