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

complete -c imlog -n "__fish_imlog_needs_command" -l color -d 'When to use color' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Even in files and pipes'
never\t'Never'"
complete -c imlog -n "__fish_imlog_needs_command" -s q -l quiet -d 'Show only errors: no progress, warnings or summary'
complete -c imlog -n "__fish_imlog_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c imlog -n "__fish_imlog_needs_command" -s V -l version -d 'Print version'
complete -c imlog -n "__fish_imlog_needs_command" -f -a "decode" -d 'Decode .xlog files and cache files to text'
complete -c imlog -n "__fish_imlog_needs_command" -f -a "cat" -d 'Show records of logs and texts: by level, time, tag or pattern, merged, or as JSON'
complete -c imlog -n "__fish_imlog_needs_command" -f -a "prune" -d 'Remove old logs and their texts, and nothing else'
complete -c imlog -n "__fish_imlog_needs_command" -f -a "info" -d 'Show what is in logs, and whether they are intact'
complete -c imlog -n "__fish_imlog_needs_command" -f -a "diagnose" -d 'Say what went wrong, when, and what to do'
complete -c imlog -n "__fish_imlog_needs_command" -f -a "keygen" -d 'Make a key pair for an app\'s encrypted logs'
complete -c imlog -n "__fish_imlog_needs_command" -f -a "completions" -d 'Write a shell\'s completion script to standard output'
complete -c imlog -n "__fish_imlog_needs_command" -f -a "explain" -d 'Explain error codes of the IM SDK and rules of `diagnose`'
complete -c imlog -n "__fish_imlog_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c imlog -n "__fish_imlog_using_subcommand decode" -s o -l output -d 'Write to FILE; - for standard output' -r -F
complete -c imlog -n "__fish_imlog_using_subcommand decode" -l output-dir -d 'Write into DIR, mirroring the folders that are read' -r -f -a "(__fish_complete_directories)"
complete -c imlog -n "__fish_imlog_using_subcommand decode" -l redact-map -d 'Write what each pseudonym stands for to FILE, which must not exist yet; only you may read it' -r -F
complete -c imlog -n "__fish_imlog_using_subcommand decode" -l max-block-text -d 'Limit the text of one block, in MiB' -r
complete -c imlog -n "__fish_imlog_using_subcommand decode" -s j -l jobs -d 'Number of threads; 0: one per core' -r
complete -c imlog -n "__fish_imlog_using_subcommand decode" -s g -l glob -d 'In folders and archives, take only what matches GLOB; with `!` before it, leave that out. May be repeated' -r
complete -c imlog -n "__fish_imlog_using_subcommand decode" -l key-file -d 'A file with the app\'s private key: 64 hex digits, one key per line. May be repeated' -r -F
complete -c imlog -n "__fish_imlog_using_subcommand decode" -l key -d 'The app\'s private key itself. Other users of this machine can see it: prefer --key-file' -r
complete -c imlog -n "__fish_imlog_using_subcommand decode" -l max-members -d 'Read at most N members of an archive' -r
complete -c imlog -n "__fish_imlog_using_subcommand decode" -l max-unpacked -d 'Unpack at most this much of an archive, in MiB' -r
complete -c imlog -n "__fish_imlog_using_subcommand decode" -l max-ratio -d 'Unpack at most N times the size of an archive, after the first 64 MiB, or of a log, after the first GiB' -r
complete -c imlog -n "__fish_imlog_using_subcommand decode" -l max-spool -d 'Limit temporary copies, in MiB: zips from standard input or compressed in an archive, and what is merged' -r
complete -c imlog -n "__fish_imlog_using_subcommand decode" -l max-window -d 'Limit the memory for one zstd stream, in MiB: `zstd --long` and `--ultra` need more' -r
complete -c imlog -n "__fish_imlog_using_subcommand decode" -l color -d 'When to use color' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Even in files and pipes'
never\t'Never'"
complete -c imlog -n "__fish_imlog_using_subcommand decode" -l no-clobber -d 'Keep existing texts'
complete -c imlog -n "__fish_imlog_using_subcommand decode" -l force -d 'Replace a text even if it has lines that the log lacks now'
complete -c imlog -n "__fish_imlog_using_subcommand decode" -s u -l update -d 'Skip logs that have not changed since their text was written; with a key, still decode those that lacked one'
complete -c imlog -n "__fish_imlog_using_subcommand decode" -l no-markers -d 'Do not mark in the text where something is missing'
complete -c imlog -n "__fish_imlog_using_subcommand decode" -s v -l verbose -d 'Report what is done with each file'
complete -c imlog -n "__fish_imlog_using_subcommand decode" -l redact -d 'Show pseudonyms (user-1, ip-2) for ids, names, addresses and tokens; texts of messages stay as they are'
complete -c imlog -n "__fish_imlog_using_subcommand decode" -s q -l quiet -d 'Show only errors: no progress, warnings or summary'
complete -c imlog -n "__fish_imlog_using_subcommand decode" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c imlog -n "__fish_imlog_using_subcommand cat" -s l -l level -d 'This level and above (V, D, I, W, E, F, or their names); of a list, as in warn,error: exactly these' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l since -d 'From this time on: 2023-11-05, "2023-11-05 14:00", 14:00, RFC 3339, or 2h (before the newest line)' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l until -d 'Up to and including this time' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l zone -d 'Zone for lines that name none, such as +08:00 [default: the first one that their log names, else yours]' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -s t -l tag -d 'Only this tag, in any case if it is all lower case; may be repeated' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l pid -d 'Only this process; may be repeated' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l tid -d 'Only this thread; may be repeated' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l source -d 'Only this place in the app\'s source; may be repeated' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l code -d 'Only these error codes: 6013, 70000-79999, -10001, or a list with commas; may be repeated' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -s e -l regexp -d 'Only records that match this regular expression, in any line; may be repeated' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -s A -l after-context -d 'Also show N records after each match' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -s B -l before-context -d 'Also show N records before each match' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -s C -l context -d 'Also show N records before and after each match' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -s m -l max-count -d 'Stop after N records in total' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l redact-map -d 'Write what each pseudonym stands for to FILE, which must not exist yet; only you may read it' -r -F
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l form -d 'A regular expression for lines that imlog does not know, with groups named time, level, tag …; or a format file of lnav (*.json). May be repeated' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l max-block-text -d 'Limit the text of one block, in MiB' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -s j -l jobs -d 'Number of threads; 0: one per core' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -s g -l glob -d 'In folders and archives, take only what matches GLOB; with `!` before it, leave that out. May be repeated' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l key-file -d 'A file with the app\'s private key: 64 hex digits, one key per line. May be repeated' -r -F
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l key -d 'The app\'s private key itself. Other users of this machine can see it: prefer --key-file' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l max-members -d 'Read at most N members of an archive' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l max-unpacked -d 'Unpack at most this much of an archive, in MiB' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l max-ratio -d 'Unpack at most N times the size of an archive, after the first 64 MiB, or of a log, after the first GiB' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l max-spool -d 'Limit temporary copies, in MiB: zips from standard input or compressed in an archive, and what is merged' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l max-window -d 'Limit the memory for one zstd stream, in MiB: `zstd --long` and `--ultra` need more' -r
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l color -d 'When to use color' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Even in files and pipes'
never\t'Never'"
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l and -d 'Show records that match all patterns, each in any line, not just one of them'
complete -c imlog -n "__fish_imlog_using_subcommand cat" -s F -l fixed-strings -d 'Patterns are plain text, not regular expressions'
complete -c imlog -n "__fish_imlog_using_subcommand cat" -s i -l ignore-case -d 'Ignore case in patterns'
complete -c imlog -n "__fish_imlog_using_subcommand cat" -s v -l invert-match -d 'Show records that match no pattern'
complete -c imlog -n "__fish_imlog_using_subcommand cat" -s o -l only-matching -d 'Show only what the patterns match, each match on a line'
complete -c imlog -n "__fish_imlog_using_subcommand cat" -s c -l count -d 'Show only the number of records per file'
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l merge -d 'Merge all files in order of time'
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l json -d 'Write one JSON object per line'
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l no-markers -d 'Do not mark where something is missing'
complete -c imlog -n "__fish_imlog_using_subcommand cat" -s H -l with-filename -d 'Show the names of files [default with several files]'
complete -c imlog -n "__fish_imlog_using_subcommand cat" -s I -l no-filename -d 'Never show the names of files'
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l heading -d 'Show the name of a file above its records [default on a terminal]'
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l no-heading -d 'Show the name of a file before each line [default elsewhere]'
complete -c imlog -n "__fish_imlog_using_subcommand cat" -l redact -d 'Show pseudonyms (user-1, ip-2) for ids, names, addresses and tokens; texts of messages stay as they are'
complete -c imlog -n "__fish_imlog_using_subcommand cat" -s q -l quiet -d 'Show only errors: no progress, warnings or summary'
complete -c imlog -n "__fish_imlog_using_subcommand cat" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c imlog -n "__fish_imlog_using_subcommand prune" -l days -d 'Remove what is older than N days; 0: everything up to yesterday, but nothing that was written today' -r
complete -c imlog -n "__fish_imlog_using_subcommand prune" -l by -d 'What decides how old a file is' -r -f -a "name\t'The day in its name; a file without one stays'
mtime\t'The time of its last write, as in the SDK'
auto\t'The day in its name; without one, the time of its last write'"
complete -c imlog -n "__fish_imlog_using_subcommand prune" -l max-depth -d 'Search at most N levels deep; 1: only what is directly in PATH' -r
complete -c imlog -n "__fish_imlog_using_subcommand prune" -l now -d 'What time it is, for tests' -r
complete -c imlog -n "__fish_imlog_using_subcommand prune" -l color -d 'When to use color' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Even in files and pipes'
never\t'Never'"
complete -c imlog -n "__fish_imlog_using_subcommand prune" -s n -l dry-run -d 'List what would be removed, one path per line, and remove nothing'
complete -c imlog -n "__fish_imlog_using_subcommand prune" -s 0 -l null -d 'End each path with NUL instead of a newline'
complete -c imlog -n "__fish_imlog_using_subcommand prune" -l json -d 'Write one JSON object per line for each file, including those that stay'
complete -c imlog -n "__fish_imlog_using_subcommand prune" -l prune-empty-dirs -d 'Also remove folders that this run emptied; never a PATH itself'
complete -c imlog -n "__fish_imlog_using_subcommand prune" -s v -l verbose -d 'Report what is done with each file'
complete -c imlog -n "__fish_imlog_using_subcommand prune" -s q -l quiet -d 'Show only errors: no progress, warnings or summary'
complete -c imlog -n "__fish_imlog_using_subcommand prune" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c imlog -n "__fish_imlog_using_subcommand info" -l width -d 'Draw as on a terminal this wide, for tests' -r
complete -c imlog -n "__fish_imlog_using_subcommand info" -l form -d 'A regular expression for lines that imlog does not know, with groups named time, level, tag …; or a format file of lnav (*.json). May be repeated' -r
complete -c imlog -n "__fish_imlog_using_subcommand info" -l max-block-text -d 'Limit the text of one block, in MiB' -r
complete -c imlog -n "__fish_imlog_using_subcommand info" -s j -l jobs -d 'Number of threads; 0: one per core' -r
complete -c imlog -n "__fish_imlog_using_subcommand info" -s g -l glob -d 'In folders and archives, take only what matches GLOB; with `!` before it, leave that out. May be repeated' -r
complete -c imlog -n "__fish_imlog_using_subcommand info" -l key-file -d 'A file with the app\'s private key: 64 hex digits, one key per line. May be repeated' -r -F
complete -c imlog -n "__fish_imlog_using_subcommand info" -l key -d 'The app\'s private key itself. Other users of this machine can see it: prefer --key-file' -r
complete -c imlog -n "__fish_imlog_using_subcommand info" -l max-members -d 'Read at most N members of an archive' -r
complete -c imlog -n "__fish_imlog_using_subcommand info" -l max-unpacked -d 'Unpack at most this much of an archive, in MiB' -r
complete -c imlog -n "__fish_imlog_using_subcommand info" -l max-ratio -d 'Unpack at most N times the size of an archive, after the first 64 MiB, or of a log, after the first GiB' -r
complete -c imlog -n "__fish_imlog_using_subcommand info" -l max-spool -d 'Limit temporary copies, in MiB: zips from standard input or compressed in an archive, and what is merged' -r
complete -c imlog -n "__fish_imlog_using_subcommand info" -l max-window -d 'Limit the memory for one zstd stream, in MiB: `zstd --long` and `--ultra` need more' -r
complete -c imlog -n "__fish_imlog_using_subcommand info" -l color -d 'When to use color' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Even in files and pipes'
never\t'Never'"
complete -c imlog -n "__fish_imlog_using_subcommand info" -l blocks -d 'Show each block and each gap on a line of its own'
complete -c imlog -n "__fish_imlog_using_subcommand info" -l headers -d 'Read only headers: fast whatever the size, but without what only the text shows'
complete -c imlog -n "__fish_imlog_using_subcommand info" -l json -d 'Write one JSON object per line: one per file, or with --blocks, per block and gap'
complete -c imlog -n "__fish_imlog_using_subcommand info" -l check -d 'Show only what is not intact: one line per file, on standard error; with --json, one object on standard output'
complete -c imlog -n "__fish_imlog_using_subcommand info" -l ascii -d 'Draw with ASCII characters only'
complete -c imlog -n "__fish_imlog_using_subcommand info" -s q -l quiet -d 'Show only errors: no progress, warnings or summary'
complete -c imlog -n "__fish_imlog_using_subcommand info" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c imlog -n "__fish_imlog_using_subcommand diagnose" -l since -d 'Only what went on after this time: 2023-11-05, "2023-11-05 14:00", 14:00, RFC 3339, or 2h (before the newest line)' -r
complete -c imlog -n "__fish_imlog_using_subcommand diagnose" -l until -d 'Only what began up to and including this time' -r
complete -c imlog -n "__fish_imlog_using_subcommand diagnose" -l user -d 'Only sessions in which this user logged in, and what was found in them' -r
complete -c imlog -n "__fish_imlog_using_subcommand diagnose" -l rule -d 'Only findings of this rule; may be repeated' -r -f -a "not-initialized\t''
not-logged-in\t''
usersig-loop\t''
usersig-expired\t''
usersig-invalid\t''
kicked-offline\t''
connect-failed\t''
login-failed\t''
plan-missing\t''
send-failed\t''
rate-limited\t''
push-token-failed\t''
unclean-exit\t''
login-slow\t''
clock-skew\t''
log-level\t''
log-incomplete\t''
heartbeat-gap\t''"
complete -c imlog -n "__fish_imlog_using_subcommand diagnose" -l min-severity -d 'Only findings at least this severe' -r -f -a "info\t'Everything'
warn\t'Not what is only good to know'
error\t'Only what users will have noticed'"
complete -c imlog -n "__fish_imlog_using_subcommand diagnose" -l baseline -d 'Leave out what is also in this log, which is known to be good' -r -F
complete -c imlog -n "__fish_imlog_using_subcommand diagnose" -l html -d 'Write a self-contained HTML page instead, to read and pass on; - for standard output' -r -F
complete -c imlog -n "__fish_imlog_using_subcommand diagnose" -l redact-map -d 'Write what each pseudonym stands for to FILE, which must not exist yet; only you may read it' -r -F
complete -c imlog -n "__fish_imlog_using_subcommand diagnose" -l width -d 'Draw as on a terminal this wide, for tests' -r
complete -c imlog -n "__fish_imlog_using_subcommand diagnose" -l form -d 'A regular expression for lines that imlog does not know, with groups named time, level, tag …; or a format file of lnav (*.json). May be repeated' -r
complete -c imlog -n "__fish_imlog_using_subcommand diagnose" -l max-block-text -d 'Limit the text of one block, in MiB' -r
complete -c imlog -n "__fish_imlog_using_subcommand diagnose" -s j -l jobs -d 'Number of threads; 0: one per core' -r
complete -c imlog -n "__fish_imlog_using_subcommand diagnose" -s g -l glob -d 'In folders and archives, take only what matches GLOB; with `!` before it, leave that out. May be repeated' -r
complete -c imlog -n "__fish_imlog_using_subcommand diagnose" -l key-file -d 'A file with the app\'s private key: 64 hex digits, one key per line. May be repeated' -r -F
complete -c imlog -n "__fish_imlog_using_subcommand diagnose" -l key -d 'The app\'s private key itself. Other users of this machine can see it: prefer --key-file' -r
complete -c imlog -n "__fish_imlog_using_subcommand diagnose" -l max-members -d 'Read at most N members of an archive' -r
complete -c imlog -n "__fish_imlog_using_subcommand diagnose" -l max-unpacked -d 'Unpack at most this much of an archive, in MiB' -r
complete -c imlog -n "__fish_imlog_using_subcommand diagnose" -l max-ratio -d 'Unpack at most N times the size of an archive, after the first 64 MiB, or of a log, after the first GiB' -r
complete -c imlog -n "__fish_imlog_using_subcommand diagnose" -l max-spool -d 'Limit temporary copies, in MiB: zips from standard input or compressed in an archive, and what is merged' -r
complete -c imlog -n "__fish_imlog_using_subcommand diagnose" -l max-window -d 'Limit the memory for one zstd stream, in MiB: `zstd --long` and `--ultra` need more' -r
complete -c imlog -n "__fish_imlog_using_subcommand diagnose" -l color -d 'When to use color' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Even in files and pipes'
never\t'Never'"
complete -c imlog -n "__fish_imlog_using_subcommand diagnose" -l evidence -d 'Show the records that prove each finding'
complete -c imlog -n "__fish_imlog_using_subcommand diagnose" -l json -d 'Write one JSON object per line'
complete -c imlog -n "__fish_imlog_using_subcommand diagnose" -l redact -d 'Show pseudonyms (user-1, ip-2) for ids, names, addresses and tokens; texts of messages stay as they are'
complete -c imlog -n "__fish_imlog_using_subcommand diagnose" -l no-redact -d 'Do not mask personal data in the page'
complete -c imlog -n "__fish_imlog_using_subcommand diagnose" -l ascii -d 'Draw with ASCII characters only'
complete -c imlog -n "__fish_imlog_using_subcommand diagnose" -s q -l quiet -d 'Show only errors: no progress, warnings or summary'
complete -c imlog -n "__fish_imlog_using_subcommand diagnose" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c imlog -n "__fish_imlog_using_subcommand keygen" -l key-file -d 'A file with the app\'s private key: 64 hex digits, one key per line. May be repeated' -r -F
complete -c imlog -n "__fish_imlog_using_subcommand keygen" -l key -d 'The app\'s private key itself. Other users of this machine can see it: prefer --key-file' -r
complete -c imlog -n "__fish_imlog_using_subcommand keygen" -l color -d 'When to use color' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Even in files and pipes'
never\t'Never'"
complete -c imlog -n "__fish_imlog_using_subcommand keygen" -l public -d 'Make no key; show the public keys of private ones, one per line'
complete -c imlog -n "__fish_imlog_using_subcommand keygen" -s q -l quiet -d 'Show only errors: no progress, warnings or summary'
complete -c imlog -n "__fish_imlog_using_subcommand keygen" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c imlog -n "__fish_imlog_using_subcommand completions" -l color -d 'When to use color' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Even in files and pipes'
never\t'Never'"
complete -c imlog -n "__fish_imlog_using_subcommand completions" -s q -l quiet -d 'Show only errors: no progress, warnings or summary'
complete -c imlog -n "__fish_imlog_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c imlog -n "__fish_imlog_using_subcommand explain" -l width -d 'Write as on a terminal this wide, for tests' -r
complete -c imlog -n "__fish_imlog_using_subcommand explain" -l color -d 'When to use color' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Even in files and pipes'
never\t'Never'"
complete -c imlog -n "__fish_imlog_using_subcommand explain" -l list -d 'List all codes and rules'
complete -c imlog -n "__fish_imlog_using_subcommand explain" -l json -d 'Write one JSON object per line'
complete -c imlog -n "__fish_imlog_using_subcommand explain" -l ascii -d 'Write ASCII characters only'
complete -c imlog -n "__fish_imlog_using_subcommand explain" -s q -l quiet -d 'Show only errors: no progress, warnings or summary'
complete -c imlog -n "__fish_imlog_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c imlog -n "__fish_imlog_using_subcommand help; and not __fish_seen_subcommand_from decode cat prune info diagnose keygen completions explain help" -f -a "decode" -d 'Decode .xlog files and cache files to text'
complete -c imlog -n "__fish_imlog_using_subcommand help; and not __fish_seen_subcommand_from decode cat prune info diagnose keygen completions explain help" -f -a "cat" -d 'Show records of logs and texts: by level, time, tag or pattern, merged, or as JSON'
complete -c imlog -n "__fish_imlog_using_subcommand help; and not __fish_seen_subcommand_from decode cat prune info diagnose keygen completions explain help" -f -a "prune" -d 'Remove old logs and their texts, and nothing else'
complete -c imlog -n "__fish_imlog_using_subcommand help; and not __fish_seen_subcommand_from decode cat prune info diagnose keygen completions explain help" -f -a "info" -d 'Show what is in logs, and whether they are intact'
complete -c imlog -n "__fish_imlog_using_subcommand help; and not __fish_seen_subcommand_from decode cat prune info diagnose keygen completions explain help" -f -a "diagnose" -d 'Say what went wrong, when, and what to do'
complete -c imlog -n "__fish_imlog_using_subcommand help; and not __fish_seen_subcommand_from decode cat prune info diagnose keygen completions explain help" -f -a "keygen" -d 'Make a key pair for an app\'s encrypted logs'
complete -c imlog -n "__fish_imlog_using_subcommand help; and not __fish_seen_subcommand_from decode cat prune info diagnose keygen completions explain help" -f -a "completions" -d 'Write a shell\'s completion script to standard output'
complete -c imlog -n "__fish_imlog_using_subcommand help; and not __fish_seen_subcommand_from decode cat prune info diagnose keygen completions explain help" -f -a "explain" -d 'Explain error codes of the IM SDK and rules of `diagnose`'
complete -c imlog -n "__fish_imlog_using_subcommand help; and not __fish_seen_subcommand_from decode cat prune info diagnose keygen completions explain help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c imlog -n "__fish_imlog_using_subcommand explain" -f -a "not-initialized not-logged-in usersig-loop usersig-expired usersig-invalid kicked-offline connect-failed login-failed plan-missing send-failed rate-limited push-token-failed unclean-exit login-slow clock-skew log-level log-incomplete heartbeat-gap -20009 -10114 -10113 -10112 -10111 -10110 -10109 -10108 -10107 -10106 -10105 -10104 -10103 -10102 -10101 -10009 -10008 -10007 -10006 -10005 -10004 -10003 -10001 -10000 -302 -203 -202 -201 -200 -199 -198 -197 -196 -195 0 1001 1002 1003 1004 1005 4001 4002 4003 4004 4005 6001 6002 6003 6004 6005 6006 6007 6008 6009 6010 6011 6012 6013 6014 6015 6016 6017 6018 6019 6020 6021 6022 6023 6024 6025 6026 6027 6028 6029 6031 6032 6100 6101 6102 6103 6104 6105 6106 6107 6120 6121 6122 6123 6124 6125 6126 6127 6128 6129 6130 6131 6150 6151 6152 6153 6160 6161 6162 6200 6201 6205 6206 6207 6208 6209 6210 6211 6212 6213 6214 6215 6216 6217 6218 6219 6220 6221 6222 6223 6224 6226 6250 6251 6252 6253 6254 6255 6256 6257 6258 6300 6707 7001 7002 7003 7004 7005 7006 7007 7008 7009 7010 7011 7012 7013 7014 7015 7501 7502 7503 7504 7505 7506 7507 7508 8001 8002 8003 8004 8005 8006 8010 8011 8012 8020 8021 8501 8502 8503 8504 8505 8506 8507 8508 8509 8510 8511 8512 8513 8514 8515 9001 9002 9003 9004 9005 9006 9501 9502 9503 9504 9505 9506 9507 9508 9509 9510 9511 9512 9513 9514 9515 9516 9517 9518 9519 9520 9521 9522 9523 9524 9525 10002 10003 10004 10005 10006 10007 10008 10009 10010 10011 10012 10013 10014 10015 10016 10017 10018 10019 10021 10023 10024 10025 10026 10030 10031 10032 10033 10034 10035 10036 10037 10038 10041 10044 10045 10046 10047 10048 10049 10050 10051 10052 10053 10054 10056 10058 10059 10060 10061 10062 10063 10070 10071 11000 20001 20002 20003 20004 20005 20006 20007 20008 20009 20010 20011 20012 20016 20018 20022 20023 20028 21005 22001 22002 22003 22004 22005 22006 23001 23004 23005 23006 23007 23008 23009 30001 30002 30003 30004 30005 30006 30007 30008 30009 30010 30011 30012 30013 30014 30015 30515 30516 30525 30539 30540 30614 31704 31707 31804 32100 32101 32102 32103 40001 40002 40003 40004 40005 40006 40007 40008 40009 40601 40605 40610 50001 50002 50003 50004 50005 51006 51007 51008 51009 51010 51011 51012 60002 60003 60004 60005 60006 60007 60008 60009 60010 60011 60012 60013 60014 60015 60016 60017 60018 60019 60020 60021 70001 70002 70003 70005 70009 70013 70014 70016 70020 70050 70051 70052 70101 70107 70114 70169 70202 70206 70398 70402 70403 70404 70500 71000 72000 72001 72012 80001 80002 80003 80004 80005 80101 90001 90002 90003 90005 90006 90007 90008 90009 90010 90011 90012 90018 90022 90024 90026 90030 90031 90032 90033 90034 90040 90043 90044 90045 90047 90048 90054 90055 90101 90992 90994 90995 91000 91101 93000 114000 114001 114002 114003 114004 114005 114011 115000 115066 115068"
