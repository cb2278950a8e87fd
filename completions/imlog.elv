
use builtin;
use str;

set edit:completion:arg-completer[imlog] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'imlog'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'imlog'= {
            cand --color 'When to use color'
            cand -q 'Show only errors: no progress, warnings or summary'
            cand --quiet 'Show only errors: no progress, warnings or summary'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand decode 'Decode .xlog files and cache files to text'
            cand cat 'Show records of logs and texts: by level, time, tag or pattern, merged, or as JSON'
            cand prune 'Remove old logs and their texts, and nothing else'
            cand info 'Show what is in logs, and whether they are intact'
            cand diagnose 'Say what went wrong, when, and what to do'
            cand explain 'Explain error codes of the IM SDK and rules of `diagnose`'
            cand keygen 'Make a key pair for an app''s encrypted logs'
            cand completions 'Write a shell''s completion script to standard output'
            cand man 'Write manual pages'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'imlog;decode'= {
            cand -o 'Write to FILE; - for standard output'
            cand --output 'Write to FILE; - for standard output'
            cand --output-dir 'Write into DIR, mirroring the folders that are read'
            cand --redact-map 'Write what each pseudonym stands for to FILE, which must not exist yet; only you may read it'
            cand --max-block-text 'Limit the text of one block, in MiB'
            cand -j 'Number of threads; 0: one per core'
            cand --jobs 'Number of threads; 0: one per core'
            cand -g 'In folders and archives, take only what matches GLOB; with `!` before it, leave that out. May be repeated'
            cand --glob 'In folders and archives, take only what matches GLOB; with `!` before it, leave that out. May be repeated'
            cand --key-file 'A file with the app''s private key: 64 hex digits, one key per line. May be repeated'
            cand --key 'The app''s private key itself. Other users of this machine can see it: prefer --key-file'
            cand --max-members 'Read at most N members of an archive'
            cand --max-unpacked 'Unpack at most this much of an archive, in MiB'
            cand --max-ratio 'Unpack at most N times the size of an archive, after the first 64 MiB, or of a log, after the first GiB'
            cand --max-spool 'Limit temporary copies, in MiB: zips from standard input or compressed in an archive, and what is merged'
            cand --max-window 'Limit the memory for one zstd stream, in MiB: `zstd --long` and `--ultra` need more'
            cand --color 'When to use color'
            cand --no-clobber 'Keep existing texts'
            cand --force 'Replace a text even if it has lines that the log lacks now'
            cand -u 'Skip logs that have not changed since their text was written; with a key, still decode those that lacked one'
            cand --update 'Skip logs that have not changed since their text was written; with a key, still decode those that lacked one'
            cand -f 'Then keep the texts up to date while the logs are written: append what is added'
            cand --follow 'Then keep the texts up to date while the logs are written: append what is added'
            cand --no-markers 'Do not mark in the text where something is missing'
            cand -v 'Report what is done with each file'
            cand --verbose 'Report what is done with each file'
            cand --redact 'Show pseudonyms (user-1, ip-2) for ids, names, addresses and tokens; texts of messages stay as they are'
            cand -q 'Show only errors: no progress, warnings or summary'
            cand --quiet 'Show only errors: no progress, warnings or summary'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'imlog;cat'= {
            cand -l 'This level and above (V, D, I, W, E, F, or their names); of a list, as in warn,error: exactly these'
            cand --level 'This level and above (V, D, I, W, E, F, or their names); of a list, as in warn,error: exactly these'
            cand --since 'From this time on: 2023-11-05, "2023-11-05 14:00", 14:00, yesterday, RFC 3339, or 2h (before the newest line)'
            cand --until 'Up to and including this time, or +5m (after --since)'
            cand --zone 'Zone for lines that name none, such as +08:00 [default: the first one that their log names, else yours]'
            cand -t 'Only this tag, in any case if it is all lower case; may be repeated'
            cand --tag 'Only this tag, in any case if it is all lower case; may be repeated'
            cand --pid 'Only this process; may be repeated'
            cand --tid 'Only this thread; may be repeated'
            cand --source 'Only this place in the app''s source; may be repeated'
            cand --code 'Only these error codes: 6013, 70000-79999, -10001, or a list with commas; may be repeated'
            cand -e 'Only records that match this regular expression, in any line; may be repeated'
            cand --regexp 'Only records that match this regular expression, in any line; may be repeated'
            cand -A 'Also show N records after each match'
            cand --after-context 'Also show N records after each match'
            cand -B 'Also show N records before each match'
            cand --before-context 'Also show N records before each match'
            cand -C 'Also show N records before and after each match'
            cand --context 'Also show N records before and after each match'
            cand -m 'Stop after N records in total'
            cand --max-count 'Stop after N records in total'
            cand -n 'Show only the last N records that pass: of each file, or of all with --merge'
            cand --tail 'Show only the last N records that pass: of each file, or of all with --merge'
            cand --format 'Write tables, for DuckDB, Polars, pandas and Spark: a stream in Arrow''s IPC format, or Parquet'
            cand --output 'Write to FILE, or to a folder (FOLDER/) all tables [default: standard output]; with --format, -o is short for it'
            cand --table 'Which table [default: records; with a folder, all]'
            cand --partition-by 'Write the records of each date or app to a folder of their own, as in date=2023-11-06/app=com.example.app'
            cand --stdin-name 'The path of what comes on standard input, in the tables'
            cand --redact-map 'Write what each pseudonym stands for to FILE, which must not exist yet; only you may read it'
            cand --form 'A regular expression for lines that imlog does not know, with groups named time, level, tag …; or a format file of lnav (*.json). May be repeated'
            cand --max-block-text 'Limit the text of one block, in MiB'
            cand -j 'Number of threads; 0: one per core'
            cand --jobs 'Number of threads; 0: one per core'
            cand -g 'In folders and archives, take only what matches GLOB; with `!` before it, leave that out. May be repeated'
            cand --glob 'In folders and archives, take only what matches GLOB; with `!` before it, leave that out. May be repeated'
            cand --key-file 'A file with the app''s private key: 64 hex digits, one key per line. May be repeated'
            cand --key 'The app''s private key itself. Other users of this machine can see it: prefer --key-file'
            cand --max-members 'Read at most N members of an archive'
            cand --max-unpacked 'Unpack at most this much of an archive, in MiB'
            cand --max-ratio 'Unpack at most N times the size of an archive, after the first 64 MiB, or of a log, after the first GiB'
            cand --max-spool 'Limit temporary copies, in MiB: zips from standard input or compressed in an archive, and what is merged'
            cand --max-window 'Limit the memory for one zstd stream, in MiB: `zstd --long` and `--ultra` need more'
            cand --color 'When to use color'
            cand --and 'Show records that match all patterns, each in any line, not just one of them'
            cand -F 'Patterns are plain text, not regular expressions'
            cand --fixed-strings 'Patterns are plain text, not regular expressions'
            cand -i 'Ignore case in patterns'
            cand --ignore-case 'Ignore case in patterns'
            cand -v 'Show records that match no pattern'
            cand --invert-match 'Show records that match no pattern'
            cand -o 'Show only what the patterns match, each match on a line'
            cand --only-matching 'Show only what the patterns match, each match on a line'
            cand -c 'Show only the number of records per file'
            cand --count 'Show only the number of records per file'
            cand -f 'Then wait for what is added, like `tail -F`: blocks, new files, the block in a cache file'
            cand --follow 'Then wait for what is added, like `tail -F`: blocks, new files, the block in a cache file'
            cand --merge 'Merge all files in order of time'
            cand --json 'Write one JSON object per line'
            cand --no-markers 'Do not mark where something is missing'
            cand -H 'Show the names of files [default with several files]'
            cand --with-filename 'Show the names of files [default with several files]'
            cand -I 'Never show the names of files'
            cand --no-filename 'Never show the names of files'
            cand --heading 'Show the name of a file above its records [default on a terminal]'
            cand --no-heading 'Show the name of a file before each line [default elsewhere]'
            cand --redact 'Show pseudonyms (user-1, ip-2) for ids, names, addresses and tokens; texts of messages stay as they are'
            cand -q 'Show only errors: no progress, warnings or summary'
            cand --quiet 'Show only errors: no progress, warnings or summary'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'imlog;prune'= {
            cand --days 'Remove what is older than N days; 0: everything up to yesterday, but nothing that was written today'
            cand --by 'What decides how old a file is'
            cand --max-depth 'Search at most N levels deep; 1: only what is directly in PATH'
            cand --now 'What time it is, for tests'
            cand --color 'When to use color'
            cand -n 'List what would be removed, one path per line, and remove nothing'
            cand --dry-run 'List what would be removed, one path per line, and remove nothing'
            cand -0 'End each path with NUL instead of a newline'
            cand --null 'End each path with NUL instead of a newline'
            cand --json 'Write one JSON object per line for each file, including those that stay'
            cand --prune-empty-dirs 'Also remove folders that this run emptied; never a PATH itself'
            cand -v 'Report what is done with each file'
            cand --verbose 'Report what is done with each file'
            cand -q 'Show only errors: no progress, warnings or summary'
            cand --quiet 'Show only errors: no progress, warnings or summary'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'imlog;info'= {
            cand --width 'Draw as on a terminal this wide, for tests'
            cand --form 'A regular expression for lines that imlog does not know, with groups named time, level, tag …; or a format file of lnav (*.json). May be repeated'
            cand --max-block-text 'Limit the text of one block, in MiB'
            cand -j 'Number of threads; 0: one per core'
            cand --jobs 'Number of threads; 0: one per core'
            cand -g 'In folders and archives, take only what matches GLOB; with `!` before it, leave that out. May be repeated'
            cand --glob 'In folders and archives, take only what matches GLOB; with `!` before it, leave that out. May be repeated'
            cand --key-file 'A file with the app''s private key: 64 hex digits, one key per line. May be repeated'
            cand --key 'The app''s private key itself. Other users of this machine can see it: prefer --key-file'
            cand --max-members 'Read at most N members of an archive'
            cand --max-unpacked 'Unpack at most this much of an archive, in MiB'
            cand --max-ratio 'Unpack at most N times the size of an archive, after the first 64 MiB, or of a log, after the first GiB'
            cand --max-spool 'Limit temporary copies, in MiB: zips from standard input or compressed in an archive, and what is merged'
            cand --max-window 'Limit the memory for one zstd stream, in MiB: `zstd --long` and `--ultra` need more'
            cand --color 'When to use color'
            cand --blocks 'Show each block and each gap on a line of its own'
            cand --headers 'Read only headers: fast whatever the size, but without what only the text shows'
            cand --json 'Write one JSON object per line: one per file, or with --blocks, per block and gap'
            cand --check 'Show only what is not intact: one line per file, on standard error; with --json, one object on standard output'
            cand --ascii 'Draw with ASCII characters only'
            cand -q 'Show only errors: no progress, warnings or summary'
            cand --quiet 'Show only errors: no progress, warnings or summary'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'imlog;diagnose'= {
            cand --since 'Only what went on after this time: 2023-11-05, "2023-11-05 14:00", 14:00, RFC 3339, or 2h (before the newest line)'
            cand --until 'Only what began up to and including this time'
            cand --user 'Only sessions in which this user logged in, and what was found in them'
            cand --rule 'Only findings of this rule; may be repeated'
            cand --min-severity 'Only findings at least this severe'
            cand --baseline 'Leave out what is also in this log, which is known to be good'
            cand --html 'Write a self-contained HTML page instead, to read and pass on; - for standard output'
            cand --redact-map 'Write what each pseudonym stands for to FILE, which must not exist yet; only you may read it'
            cand --width 'Draw as on a terminal this wide, for tests'
            cand --form 'A regular expression for lines that imlog does not know, with groups named time, level, tag …; or a format file of lnav (*.json). May be repeated'
            cand --max-block-text 'Limit the text of one block, in MiB'
            cand -j 'Number of threads; 0: one per core'
            cand --jobs 'Number of threads; 0: one per core'
            cand -g 'In folders and archives, take only what matches GLOB; with `!` before it, leave that out. May be repeated'
            cand --glob 'In folders and archives, take only what matches GLOB; with `!` before it, leave that out. May be repeated'
            cand --key-file 'A file with the app''s private key: 64 hex digits, one key per line. May be repeated'
            cand --key 'The app''s private key itself. Other users of this machine can see it: prefer --key-file'
            cand --max-members 'Read at most N members of an archive'
            cand --max-unpacked 'Unpack at most this much of an archive, in MiB'
            cand --max-ratio 'Unpack at most N times the size of an archive, after the first 64 MiB, or of a log, after the first GiB'
            cand --max-spool 'Limit temporary copies, in MiB: zips from standard input or compressed in an archive, and what is merged'
            cand --max-window 'Limit the memory for one zstd stream, in MiB: `zstd --long` and `--ultra` need more'
            cand --color 'When to use color'
            cand --evidence 'Show the records that prove each finding'
            cand --json 'Write one JSON object per line'
            cand --redact 'Show pseudonyms (user-1, ip-2) for ids, names, addresses and tokens; texts of messages stay as they are'
            cand --no-redact 'Do not mask personal data in the page'
            cand --ascii 'Draw with ASCII characters only'
            cand -q 'Show only errors: no progress, warnings or summary'
            cand --quiet 'Show only errors: no progress, warnings or summary'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'imlog;explain'= {
            cand --width 'Write as on a terminal this wide, for tests'
            cand --color 'When to use color'
            cand --list 'List all codes and rules'
            cand --json 'Write one JSON object per line'
            cand --ascii 'Write ASCII characters only'
            cand -q 'Show only errors: no progress, warnings or summary'
            cand --quiet 'Show only errors: no progress, warnings or summary'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'imlog;keygen'= {
            cand --key-file 'A file with the app''s private key: 64 hex digits, one key per line. May be repeated'
            cand --key 'The app''s private key itself. Other users of this machine can see it: prefer --key-file'
            cand --color 'When to use color'
            cand --public 'Make no key; show the public keys of private ones, one per line'
            cand -q 'Show only errors: no progress, warnings or summary'
            cand --quiet 'Show only errors: no progress, warnings or summary'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'imlog;completions'= {
            cand --color 'When to use color'
            cand -q 'Show only errors: no progress, warnings or summary'
            cand --quiet 'Show only errors: no progress, warnings or summary'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'imlog;man'= {
            cand --dir 'Write all pages to this folder, as imlog.1, imlog-decode.1 and so on'
            cand --color 'When to use color'
            cand -q 'Show only errors: no progress, warnings or summary'
            cand --quiet 'Show only errors: no progress, warnings or summary'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'imlog;help'= {
            cand decode 'Decode .xlog files and cache files to text'
            cand cat 'Show records of logs and texts: by level, time, tag or pattern, merged, or as JSON'
            cand prune 'Remove old logs and their texts, and nothing else'
            cand info 'Show what is in logs, and whether they are intact'
            cand diagnose 'Say what went wrong, when, and what to do'
            cand explain 'Explain error codes of the IM SDK and rules of `diagnose`'
            cand keygen 'Make a key pair for an app''s encrypted logs'
            cand completions 'Write a shell''s completion script to standard output'
            cand man 'Write manual pages'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'imlog;help;decode'= {
        }
        &'imlog;help;cat'= {
        }
        &'imlog;help;prune'= {
        }
        &'imlog;help;info'= {
        }
        &'imlog;help;diagnose'= {
        }
        &'imlog;help;explain'= {
        }
        &'imlog;help;keygen'= {
        }
        &'imlog;help;completions'= {
        }
        &'imlog;help;man'= {
        }
        &'imlog;help;help'= {
        }
    ]
    $completions[$command]
}
