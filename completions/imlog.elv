
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
            cand --color 'Colour: on terminals, always, or never'
            cand -q 'Show errors alone: no progress, warnings or summary'
            cand --quiet 'Show errors alone: no progress, warnings or summary'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand decode 'Decode .xlog files and cache files to text'
            cand cat 'Show logs and texts by record: by level, time, tag or pattern, in order of time, as JSON'
            cand prune 'Remove old logs and their texts, and nothing else'
            cand info 'Show what is in logs, and whether they are whole'
            cand keygen 'Make a key pair for an app''s encrypted logs'
            cand completions 'Write the completion script of a shell to standard output'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'imlog;decode'= {
            cand -o 'Write to FILE, or to standard output with -'
            cand --output 'Write to FILE, or to standard output with -'
            cand --output-dir 'Write into DIR, as a mirror of the folders that are read'
            cand --max-block-text 'Stop after this much text of one block, in MiB'
            cand -j 'How many threads to use; 0: one a core'
            cand --jobs 'How many threads to use; 0: one a core'
            cand --key-file 'A file with the app''s private key: 64 hex digits, one key a line. Repeat for more'
            cand --key 'The app''s private key itself. Other users of this machine can see it: prefer --key-file'
            cand --max-members 'Read no more members of an archive'
            cand --max-unpacked 'Unpack no more of an archive than this, in MiB'
            cand --max-ratio 'Unpack no more than N times the size of an archive, after the first 64 MiB'
            cand --max-spool 'Copy no more than this to temporary files, in MiB: zips from standard input, or compressed in an archive, and what is merged'
            cand --max-window 'Give no zstd stream more memory than this, in MiB: `zstd --long` and `--ultra` ask for more'
            cand --color 'Colour: on terminals, always, or never'
            cand --no-clobber 'Leave texts that are there as they are'
            cand --force 'Replace a text even if it holds more than the log gives now, because of damage or a missing key'
            cand -u 'Skip logs that were not written to since their text was made, damaged or not; with a key, not those that lacked one'
            cand --update 'Skip logs that were not written to since their text was made, damaged or not; with a key, not those that lacked one'
            cand --no-markers 'Leave no line in the text where something is missing'
            cand -v 'Say what is done with each file'
            cand --verbose 'Say what is done with each file'
            cand -q 'Show errors alone: no progress, warnings or summary'
            cand --quiet 'Show errors alone: no progress, warnings or summary'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'imlog;cat'= {
            cand -l 'This level and graver ones: V, D, I, W, E, F, or their names'
            cand --level 'This level and graver ones: V, D, I, W, E, F, or their names'
            cand --since 'From this time on: 2023-11-05, "2023-11-05 14:00", 14:00, RFC 3339, or 2h before the newest line'
            cand --until 'Up to this time, itself included'
            cand --zone 'The zone of lines that name none, as +08:00 [default: the first that their log names, or yours]'
            cand -t 'This tag; repeat for one of several'
            cand --tag 'This tag; repeat for one of several'
            cand --pid 'This process; repeat for one of several'
            cand --tid 'This thread; repeat for one of several'
            cand --source 'This place in the app''s source; repeat for one of several'
            cand -e 'A regular expression that the record matches, head and all its lines; repeat for one of several'
            cand --regexp 'A regular expression that the record matches, head and all its lines; repeat for one of several'
            cand -A 'So many records behind each as well'
            cand --after-context 'So many records behind each as well'
            cand -B 'So many records before each as well'
            cand --before-context 'So many records before each as well'
            cand -C 'So many before and behind'
            cand --context 'So many before and behind'
            cand -m 'Stop after N records in all'
            cand --max-count 'Stop after N records in all'
            cand --key-file 'A file with the app''s private key: 64 hex digits, one key a line. Repeat for more'
            cand --key 'The app''s private key itself. Other users of this machine can see it: prefer --key-file'
            cand --max-members 'Read no more members of an archive'
            cand --max-unpacked 'Unpack no more of an archive than this, in MiB'
            cand --max-ratio 'Unpack no more than N times the size of an archive, after the first 64 MiB'
            cand --max-spool 'Copy no more than this to temporary files, in MiB: zips from standard input, or compressed in an archive, and what is merged'
            cand --max-window 'Give no zstd stream more memory than this, in MiB: `zstd --long` and `--ultra` ask for more'
            cand --max-block-text 'Stop after this much text of one block, in MiB'
            cand -j 'How many threads to use; 0: one a core'
            cand --jobs 'How many threads to use; 0: one a core'
            cand --color 'Colour: on terminals, always, or never'
            cand -F 'Take patterns as they stand, not as regular expressions'
            cand --fixed-strings 'Take patterns as they stand, not as regular expressions'
            cand -i 'Small and large letters are the same in patterns'
            cand --ignore-case 'Small and large letters are the same in patterns'
            cand -v 'Records that match no pattern'
            cand --invert-match 'Records that match no pattern'
            cand -c 'Count the records of each file, and show none'
            cand --count 'Count the records of each file, and show none'
            cand --merge 'All files in one, in order of time'
            cand --json 'One JSON object a record, each on a line'
            cand --no-markers 'Leave no line where something is missing'
            cand -H 'The file''s name before each line [default: with several files]'
            cand --with-filename 'The file''s name before each line [default: with several files]'
            cand --no-filename 'Never the file''s name'
            cand -q 'Show errors alone: no progress, warnings or summary'
            cand --quiet 'Show errors alone: no progress, warnings or summary'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'imlog;prune'= {
            cand --days 'Remove what is older than N days; 0: all up to yesterday'
            cand --by 'What says how old a file is'
            cand --max-depth 'Look no deeper than N folders; 1: in PATH itself'
            cand --now 'What time it is, for tests'
            cand --color 'Colour: on terminals, always, or never'
            cand -n 'Show what would go, one path a line, and remove nothing'
            cand --dry-run 'Show what would go, one path a line, and remove nothing'
            cand -0 'End each path that is shown with NUL instead of a new line'
            cand --null 'End each path that is shown with NUL instead of a new line'
            cand --json 'Show each file, also those that stay, as one JSON object a line'
            cand --prune-empty-dirs 'Remove the folders too that have nothing left in them; never a PATH itself'
            cand -v 'Say what is done with each file'
            cand --verbose 'Say what is done with each file'
            cand -q 'Show errors alone: no progress, warnings or summary'
            cand --quiet 'Show errors alone: no progress, warnings or summary'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'imlog;info'= {
            cand --width 'Draw as on a terminal this wide, for tests'
            cand --max-block-text 'Stop after this much text of one block, in MiB'
            cand -j 'How many threads to use; 0: one a core'
            cand --jobs 'How many threads to use; 0: one a core'
            cand --key-file 'A file with the app''s private key: 64 hex digits, one key a line. Repeat for more'
            cand --key 'The app''s private key itself. Other users of this machine can see it: prefer --key-file'
            cand --max-members 'Read no more members of an archive'
            cand --max-unpacked 'Unpack no more of an archive than this, in MiB'
            cand --max-ratio 'Unpack no more than N times the size of an archive, after the first 64 MiB'
            cand --max-spool 'Copy no more than this to temporary files, in MiB: zips from standard input, or compressed in an archive, and what is merged'
            cand --max-window 'Give no zstd stream more memory than this, in MiB: `zstd --long` and `--ultra` ask for more'
            cand --color 'Colour: on terminals, always, or never'
            cand --blocks 'Show each block and each gap on a line of its own'
            cand --headers 'Read headers alone: at once, whatever the size, and without what only the text tells'
            cand --json 'One JSON object a line: a file each, or with --blocks, a block or gap each'
            cand --check 'Show nothing; name what is not whole on standard error, a line a file'
            cand --ascii 'Draw with ASCII characters alone'
            cand -q 'Show errors alone: no progress, warnings or summary'
            cand --quiet 'Show errors alone: no progress, warnings or summary'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'imlog;keygen'= {
            cand --key-file 'A file with the app''s private key: 64 hex digits, one key a line. Repeat for more'
            cand --key 'The app''s private key itself. Other users of this machine can see it: prefer --key-file'
            cand --color 'Colour: on terminals, always, or never'
            cand --public 'Make no key: show the public keys of private ones, one a line'
            cand -q 'Show errors alone: no progress, warnings or summary'
            cand --quiet 'Show errors alone: no progress, warnings or summary'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'imlog;completions'= {
            cand --color 'Colour: on terminals, always, or never'
            cand -q 'Show errors alone: no progress, warnings or summary'
            cand --quiet 'Show errors alone: no progress, warnings or summary'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'imlog;help'= {
            cand decode 'Decode .xlog files and cache files to text'
            cand cat 'Show logs and texts by record: by level, time, tag or pattern, in order of time, as JSON'
            cand prune 'Remove old logs and their texts, and nothing else'
            cand info 'Show what is in logs, and whether they are whole'
            cand keygen 'Make a key pair for an app''s encrypted logs'
            cand completions 'Write the completion script of a shell to standard output'
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
        &'imlog;help;keygen'= {
        }
        &'imlog;help;completions'= {
        }
        &'imlog;help;help'= {
        }
    ]
    $completions[$command]
}
