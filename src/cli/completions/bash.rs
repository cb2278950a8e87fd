//! The script for bash.

use std::fmt::Write;

use clap::{Arg, Command, ValueHint};

const START: &str = r#"# Completes the arguments of imlog in bash, from version 3.2 on.
_imlog() {
    local cur=${COMP_WORDS[COMP_CWORD]} last=$COMP_CWORD before=''
    local command='' options='' kind=words words='' only_paths='' i prev IFS=$' \t\n'
    # `+08:00` and `--level=warn` come as three words each.
    while [[ ${COMP_WORDS[last]} == : || ${COMP_WORDS[last - 1]} == : ]]; do
        ((last--))
        before=${COMP_WORDS[last]}$before
    done
    [[ $cur == : ]] && cur='' before=$before:
    prev=${COMP_WORDS[last - 1]}
    [[ ${COMP_WORDS[last]} == = ]] && cur=''
    [[ $prev == = ]] && prev=${COMP_WORDS[last - 2]}
"#;

const END: &str = r#"
    if [[ $cur == -* && -z $only_paths && $kind == *positional ]]; then
        kind=words words=$options
    fi
    COMPREPLY=()
    case ${kind%-positional} in
        words)
            COMPREPLY=($(compgen -W "$words" -- "$before$cur"))
            # Only what follows the last colon is replaced.
            COMPREPLY=("${COMPREPLY[@]#"$before"}")
            ;;
        files | folders)
            compopt -o filenames 2>/dev/null
            local action=-f
            [[ $kind == folders* ]] && action=-d
            # One name a line: they may have blanks.
            IFS=$'\n'
            set -f
            COMPREPLY=($(compgen "$action" -- "$cur"))
            set +f
            ;;
    esac
}
complete -F _imlog imlog
"#;

/// The script that completes `command`.
pub fn script(command: &mut Command) -> String {
    command.build();
    let commands: Vec<_> = command.get_subcommands().map(Command::get_name).collect();
    let mut script = START.to_owned();
    push_command(&mut script, &commands);
    script += "\n    case \"$command,$prev\" in\n";
    for subcommand in std::iter::once(&*command).chain(command.get_subcommands()) {
        let name = if subcommand.get_name() == command.get_name() { "" } else { subcommand.get_name() };
        // Options whose values are the same share a branch.
        let mut branches: Vec<((&str, String), Vec<String>)> = Vec::new();
        for option in options(subcommand).filter(|option| option.get_action().takes_values()) {
            let patterns = spellings(option).into_iter().map(|spelling| format!("{name},{spelling}"));
            let kind = kind(option);
            match branches.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, known)) => known.extend(patterns),
                None => branches.push((kind, patterns.collect())),
            }
        }
        for ((kind, words), patterns) in &branches {
            branch(&mut script, &patterns.join(" | "), kind, words, "");
        }
        let spelled: Vec<_> = options(subcommand).flat_map(spellings).collect();
        let (kind, words) = match name {
            "" | "help" => ("words", commands.join(" ")),
            _ => subcommand.get_positionals().next().map_or(("none", String::new()), kind),
        };
        branch(&mut script, &format!("{name},*"), &format!("{kind}-positional"), &words, &spelled.join(" "));
    }
    script += "    esac\n";
    script + END
}

/// Finds the command among the words, and whether `--` comes before the last.
fn push_command(script: &mut String, commands: &[&str]) {
    let _ = write!(
        script,
        r#"    for ((i = 1; i < COMP_CWORD; i++)); do
        case "$command,${{COMP_WORDS[i]}}" in
            ,--color) ((i++)) ;;
            *,--) only_paths=1 ;;
            ,{}) command=${{COMP_WORDS[i]}} ;;
        esac
    done
"#,
        commands.join(" | ,")
    );
}

fn branch(script: &mut String, pattern: &str, kind: &str, words: &str, options: &str) {
    let _ = write!(script, "        {pattern})\n            kind={kind}\n");
    for (name, value) in [("words", words), ("options", options)].into_iter().filter(|(_, value)| !value.is_empty()) {
        let _ = writeln!(script, "            {name}='{value}'");
    }
    script.push_str("            ;;\n");
}

fn options(command: &Command) -> impl Iterator<Item = &Arg> {
    command.get_arguments().filter(|arg| !arg.is_positional() && !arg.is_hide_set())
}

fn spellings(option: &Arg) -> Vec<String> {
    let short = option.get_short().map(|short| format!("-{short}"));
    short.into_iter().chain(option.get_long().map(|long| format!("--{long}"))).collect()
}

/// What completes a value: `words`, `files`, `folders` or `none`; and the words.
fn kind(arg: &Arg) -> (&'static str, String) {
    match arg.get_value_hint() {
        ValueHint::AnyPath | ValueHint::FilePath | ValueHint::ExecutablePath => ("files", String::new()),
        ValueHint::DirPath => ("folders", String::new()),
        _ => match names(arg).join(" ") {
            words if words.is_empty() => ("none", words),
            words => ("words", words),
        },
    }
}

fn names(arg: &Arg) -> Vec<String> {
    let values = arg.get_possible_values();
    values.iter().filter(|value| !value.is_hide_set()).map(|value| value.get_name().to_owned()).collect()
}

/// The values that an argument of a command may have.
pub fn values(command: &Command, subcommand: &str, arg: &str) -> Vec<String> {
    let subcommand = command.find_subcommand(subcommand);
    let arg = subcommand.and_then(|command| command.get_arguments().find(|known| known.get_id() == arg));
    arg.map(names).unwrap_or_default()
}
