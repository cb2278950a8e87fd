# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_imlog_global_optspecs
    string join \n color= q/quiet h/help V/version
end

function __fish_imlog_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_imlog_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_imlog_using_subcommand
    set -l cmd (__fish_imlog_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c imlog -n "__fish_imlog_needs_command" -l color -d 'Colour: on terminals, always, or never' -r -f -a "auto\t'On a terminal, when NO_COLOR is not set'
always\t'Also into files and pipes'
never\t'Never'"
complete -c imlog -n "__fish_imlog_needs_command" -s q -l quiet -d 'Show errors alone: no progress, warnings or summary'
complete -c imlog -n "__fish_imlog_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c imlog -n "__fish_imlog_needs_command" -s V -l version -d 'Print version'
complete -c imlog -n "__fish_imlog_needs_command" -f -a "decode" -d 'Decode .xlog files and cache files to text'
complete -c imlog -n "__fish_imlog_needs_command" -f -a "cat" -d 'Show logs and texts by record: by level, time, tag or pattern, in order of time, as JSON'
complete -c imlog -n "__fish_imlog_needs_command" -f -a "prune" -d 'Remove old logs and their texts, and nothing else'
complete -c imlog -n "__fish_imlog_needs_command" -f -a "info" -d 'Show what is in logs, and whether they are whole'
complete -c imlog -n "__fish_imlog_needs_command" -f -a "keygen" -d 'Make a key pair for an app\'s encrypted logs'
complete -c imlog -n "__fish_imlog_needs_command" -f -a "completions" -d 'Write the completion script of a shell to standard output'
complete -c imlog -n "__fish_imlog_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c imlog -n "__fish_imlog_using_subcommand decode" -s o -l output -d 'Write to FILE, or to standard output with -' -r -F
complete -c imlog -n "__fish_imlog_using_subcommand decode" -l output-dir -d 'Write into DIR, as a mirror of the folders that are read' -r -f -a "(__fish_complete_directories)"
complete -c imlog -n "__fish_imlog_using_subcommand decode" -l max-block-text -d 'Stop after this much text of one block, in MiB' -r
complete -c imlog -n "__fish_imlog_using_subcommand decode" -s j -l jobs -d 'How many threads to use; 0: one a core' -r
complete -c imlog -n "__fish_imlog_using_subcommand decode" -l key-file -d 'A file with the app\'s private key: 64 hex digits, one key a line. Repeat for more' -r -F
complete -c imlog -n "__fish_imlog_using_subcommand decode" -l key -d 'The app\'s private key itself. Other users of this machine can see it: prefer --key-file' -r
complete -c imlog -n "__fish_imlog_using_subcommand decode" -l max-members -d 'Read no more members of an archive' -r
complete -c imlog -n "__fish_imlog_using_subcommand decode" -l max-unpacked -d 'Unpack no more of an archive than this, in MiB' -r
complete -c imlog -n "__fish_imlog_using_subcommand decode" -l max-ratio -d 'Unpack no more than N times the size of an archive, after the first 64 MiB' -r
complete -c imlog -n "__fish_imlog_using_subcommand decode" -l max-spool -d 'Copy no more than this to temporary files, in MiB: zips from standard input, or compressed in an archive, and what is merged' -r
complete -c imlog -n "__fish_imlog_using_subcommand decode" -l max-window -d 'Give no zstd stream more memory than this, in MiB: `zstd --long` and `--ultra` ask for more' -r
complete -c imlog -n "__fish_imlog_using_subcommand decode" -l color -d 'Colour: on terminals, always, or never' -r -f -a "auto\t'On a terminal, when NO_COLOR is not set'
always\t'Also into files and pipes'
never\t'Never'"
complete -c imlog -n "__fish_imlog_using_subcommand decode" -l no-clobber -d 'Leave texts that are there as they are'
complete -c imlog -n "__fish_imlog_using_subcommand decode" -l force -d 'Replace a text even if it holds more than the log gives now, because of damage or a missing key'
complete -c imlog -n "__fish_imlog_using_subcommand decode" -s u -l update -d 'Skip logs that were not written to since their text was made, damaged or not; with a key, not those that lacked one'
complete -c imlog -n "__fish_imlog_using_subcommand decode" -l no-markers -d 'Leave no line in the text where something is missing'
complete -c imlog -n "__fish_imlog_using_subcommand decode" -s v -l verbose -d 'Say what is done with each file'
complete -c imlog -n "__fish_imlog_using_subcommand decode" -s q -l quiet -d 'Show errors alone: no progress, warnings or summary'
complete -c imlog -n "__fish_imlog_using_subcommand decode" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c imlog -n "__fish_imlog_using_subcommand cat" -s l -l level -d 'This level and graver ones: V, D, I, W, E, F, or their names' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l since -d 'From this time on: 2023-11-05, "2023-11-05 14:00", 14:00, RFC 3339, or 2h before the newest line' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l until -d 'Up to this time, itself included' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l zone -d 'The zone of lines that name none, as +08:00 [default: the first that their log names, or yours]' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -s t -l tag -d 'This tag; repeat for one of several' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l pid -d 'This process; repeat for one of several' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l tid -d 'This thread; repeat for one of several' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l source -d 'This place in the app\'s source; repeat for one of several' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -s e -l regexp -d 'A regular expression that the record matches, head and all its lines; repeat for one of several' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -s A -l after-context -d 'So many records behind each as well' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -s B -l before-context -d 'So many records before each as well' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -s C -l context -d 'So many before and behind' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -s m -l max-count -d 'Stop after N records in all' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l key-file -d 'A file with the app\'s private key: 64 hex digits, one key a line. Repeat for more' -r -F
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l key -d 'The app\'s private key itself. Other users of this machine can see it: prefer --key-file' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l max-members -d 'Read no more members of an archive' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l max-unpacked -d 'Unpack no more of an archive than this, in MiB' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l max-ratio -d 'Unpack no more than N times the size of an archive, after the first 64 MiB' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l max-spool -d 'Copy no more than this to temporary files, in MiB: zips from standard input, or compressed in an archive, and what is merged' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l max-window -d 'Give no zstd stream more memory than this, in MiB: `zstd --long` and `--ultra` ask for more' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l max-block-text -d 'Stop after this much text of one block, in MiB' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -s j -l jobs -d 'How many threads to use; 0: one a core' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l color -d 'Colour: on terminals, always, or never' -r -f -a "auto\t'On a terminal, when NO_COLOR is not set'
always\t'Also into files and pipes'
never\t'Never'"
complete -c imlog -n "__fish_imlog_using_subcommand cat" -s F -l fixed-strings -d 'Take patterns as they stand, not as regular expressions'
complete -c imlog -n "__fish_imlog_using_subcommand cat" -s i -l ignore-case -d 'Small and large letters are the same in patterns'
complete -c imlog -n "__fish_imlog_using_subcommand cat" -s v -l invert-match -d 'Records that match no pattern'
complete -c imlog -n "__fish_imlog_using_subcommand cat" -s c -l count -d 'Count the records of each file, and show none'
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l merge -d 'All files in one, in order of time'
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l json -d 'One JSON object a record, each on a line'
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l no-markers -d 'Leave no line where something is missing'
complete -c imlog -n "__fish_imlog_using_subcommand cat" -s H -l with-filename -d 'The file\'s name before each line [default: with several files]'
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l no-filename -d 'Never the file\'s name'
complete -c imlog -n "__fish_imlog_using_subcommand cat" -s q -l quiet -d 'Show errors alone: no progress, warnings or summary'
complete -c imlog -n "__fish_imlog_using_subcommand cat" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c imlog -n "__fish_imlog_using_subcommand prune" -l days -d 'Remove what is older than N days; 0: all up to yesterday' -r
complete -c imlog -n "__fish_imlog_using_subcommand prune" -l by -d 'What says how old a file is' -r -f -a "name\t'The day in its name; a file that has none stays'
mtime\t'When it was last written, as the SDK itself has it'
auto\t'The day in its name; if there is none, when it was last written'"
complete -c imlog -n "__fish_imlog_using_subcommand prune" -l max-depth -d 'Look no deeper than N folders; 1: in PATH itself' -r
complete -c imlog -n "__fish_imlog_using_subcommand prune" -l now -d 'What time it is, for tests' -r
complete -c imlog -n "__fish_imlog_using_subcommand prune" -l color -d 'Colour: on terminals, always, or never' -r -f -a "auto\t'On a terminal, when NO_COLOR is not set'
always\t'Also into files and pipes'
never\t'Never'"
complete -c imlog -n "__fish_imlog_using_subcommand prune" -s n -l dry-run -d 'Show what would go, one path a line, and remove nothing'
complete -c imlog -n "__fish_imlog_using_subcommand prune" -s 0 -l null -d 'End each path that is shown with NUL instead of a new line'
complete -c imlog -n "__fish_imlog_using_subcommand prune" -l json -d 'Show each file, also those that stay, as one JSON object a line'
complete -c imlog -n "__fish_imlog_using_subcommand prune" -l prune-empty-dirs -d 'Remove the folders too that have nothing left in them; never a PATH itself'
complete -c imlog -n "__fish_imlog_using_subcommand prune" -s v -l verbose -d 'Say what is done with each file'
complete -c imlog -n "__fish_imlog_using_subcommand prune" -s q -l quiet -d 'Show errors alone: no progress, warnings or summary'
complete -c imlog -n "__fish_imlog_using_subcommand prune" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c imlog -n "__fish_imlog_using_subcommand info" -l width -d 'Draw as on a terminal this wide, for tests' -r
complete -c imlog -n "__fish_imlog_using_subcommand info" -l max-block-text -d 'Stop after this much text of one block, in MiB' -r
complete -c imlog -n "__fish_imlog_using_subcommand info" -s j -l jobs -d 'How many threads to use; 0: one a core' -r
complete -c imlog -n "__fish_imlog_using_subcommand info" -l key-file -d 'A file with the app\'s private key: 64 hex digits, one key a line. Repeat for more' -r -F
complete -c imlog -n "__fish_imlog_using_subcommand info" -l key -d 'The app\'s private key itself. Other users of this machine can see it: prefer --key-file' -r
complete -c imlog -n "__fish_imlog_using_subcommand info" -l max-members -d 'Read no more members of an archive' -r
complete -c imlog -n "__fish_imlog_using_subcommand info" -l max-unpacked -d 'Unpack no more of an archive than this, in MiB' -r
complete -c imlog -n "__fish_imlog_using_subcommand info" -l max-ratio -d 'Unpack no more than N times the size of an archive, after the first 64 MiB' -r
complete -c imlog -n "__fish_imlog_using_subcommand info" -l max-spool -d 'Copy no more than this to temporary files, in MiB: zips from standard input, or compressed in an archive, and what is merged' -r
complete -c imlog -n "__fish_imlog_using_subcommand info" -l max-window -d 'Give no zstd stream more memory than this, in MiB: `zstd --long` and `--ultra` ask for more' -r
complete -c imlog -n "__fish_imlog_using_subcommand info" -l color -d 'Colour: on terminals, always, or never' -r -f -a "auto\t'On a terminal, when NO_COLOR is not set'
always\t'Also into files and pipes'
never\t'Never'"
complete -c imlog -n "__fish_imlog_using_subcommand info" -l blocks -d 'Show each block and each gap on a line of its own'
complete -c imlog -n "__fish_imlog_using_subcommand info" -l headers -d 'Read headers alone: at once, whatever the size, and without what only the text tells'
complete -c imlog -n "__fish_imlog_using_subcommand info" -l json -d 'One JSON object a line: a file each, or with --blocks, a block or gap each'
complete -c imlog -n "__fish_imlog_using_subcommand info" -l check -d 'Show nothing; name what is not whole on standard error, a line a file'
complete -c imlog -n "__fish_imlog_using_subcommand info" -l ascii -d 'Draw with ASCII characters alone'
complete -c imlog -n "__fish_imlog_using_subcommand info" -s q -l quiet -d 'Show errors alone: no progress, warnings or summary'
complete -c imlog -n "__fish_imlog_using_subcommand info" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c imlog -n "__fish_imlog_using_subcommand keygen" -l key-file -d 'A file with the app\'s private key: 64 hex digits, one key a line. Repeat for more' -r -F
complete -c imlog -n "__fish_imlog_using_subcommand keygen" -l key -d 'The app\'s private key itself. Other users of this machine can see it: prefer --key-file' -r
complete -c imlog -n "__fish_imlog_using_subcommand keygen" -l color -d 'Colour: on terminals, always, or never' -r -f -a "auto\t'On a terminal, when NO_COLOR is not set'
always\t'Also into files and pipes'
never\t'Never'"
complete -c imlog -n "__fish_imlog_using_subcommand keygen" -l public -d 'Make no key: show the public keys of private ones, one a line'
complete -c imlog -n "__fish_imlog_using_subcommand keygen" -s q -l quiet -d 'Show errors alone: no progress, warnings or summary'
complete -c imlog -n "__fish_imlog_using_subcommand keygen" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c imlog -n "__fish_imlog_using_subcommand completions" -l color -d 'Colour: on terminals, always, or never' -r -f -a "auto\t'On a terminal, when NO_COLOR is not set'
always\t'Also into files and pipes'
never\t'Never'"
complete -c imlog -n "__fish_imlog_using_subcommand completions" -s q -l quiet -d 'Show errors alone: no progress, warnings or summary'
complete -c imlog -n "__fish_imlog_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c imlog -n "__fish_imlog_using_subcommand help; and not __fish_seen_subcommand_from decode cat prune info keygen completions help" -f -a "decode" -d 'Decode .xlog files and cache files to text'
complete -c imlog -n "__fish_imlog_using_subcommand help; and not __fish_seen_subcommand_from decode cat prune info keygen completions help" -f -a "cat" -d 'Show logs and texts by record: by level, time, tag or pattern, in order of time, as JSON'
complete -c imlog -n "__fish_imlog_using_subcommand help; and not __fish_seen_subcommand_from decode cat prune info keygen completions help" -f -a "prune" -d 'Remove old logs and their texts, and nothing else'
complete -c imlog -n "__fish_imlog_using_subcommand help; and not __fish_seen_subcommand_from decode cat prune info keygen completions help" -f -a "info" -d 'Show what is in logs, and whether they are whole'
complete -c imlog -n "__fish_imlog_using_subcommand help; and not __fish_seen_subcommand_from decode cat prune info keygen completions help" -f -a "keygen" -d 'Make a key pair for an app\'s encrypted logs'
complete -c imlog -n "__fish_imlog_using_subcommand help; and not __fish_seen_subcommand_from decode cat prune info keygen completions help" -f -a "completions" -d 'Write the completion script of a shell to standard output'
complete -c imlog -n "__fish_imlog_using_subcommand help; and not __fish_seen_subcommand_from decode cat prune info keygen completions help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
