
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
            cand --color 'Colour messages: when standard error is a terminal, always, or never'
            cand -q 'Show errors alone: no progress, warnings or summary'
            cand --quiet 'Show errors alone: no progress, warnings or summary'
            cand -v 'Say what is done with each file'
            cand --verbose 'Say what is done with each file'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand decode 'Decode .xlog files and cache files to text'
            cand prune 'Remove old logs and their texts, and nothing else'
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
            cand --max-members 'Read no more members of a bundle'
            cand --max-unpacked 'Unpack no more of a bundle than this, in MiB'
            cand --max-ratio 'Unpack no more than N times the size of a bundle, after the first 64 MiB'
            cand --max-spool 'Copy no more than this to temporary files, in MiB: zips from standard input, or compressed in a bundle'
            cand --color 'Colour messages: when standard error is a terminal, always, or never'
            cand --no-clobber 'Leave texts that are there as they are'
            cand -u 'Skip logs whose text is newer than they are, whether it is whole or not'
            cand --update 'Skip logs whose text is newer than they are, whether it is whole or not'
            cand --no-markers 'Leave no line in the text where something is missing'
            cand -q 'Show errors alone: no progress, warnings or summary'
            cand --quiet 'Show errors alone: no progress, warnings or summary'
            cand -v 'Say what is done with each file'
            cand --verbose 'Say what is done with each file'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'imlog;prune'= {
            cand --days 'Remove what is older than N days; 0: all up to yesterday'
            cand --by 'What says how old a file is'
            cand --max-depth 'Look no deeper than N folders; 1: in PATH itself'
            cand --now 'What time it is, for tests'
            cand --color 'Colour messages: when standard error is a terminal, always, or never'
            cand -n 'Show what would go, one path a line, and remove nothing'
            cand --dry-run 'Show what would go, one path a line, and remove nothing'
            cand -0 'End each path that is shown with NUL instead of a new line'
            cand --null 'End each path that is shown with NUL instead of a new line'
            cand --json 'Show each file, also those that stay, as one JSON object a line'
            cand --prune-empty-dirs 'Remove the folders too that have nothing left in them; never a PATH itself'
            cand -q 'Show errors alone: no progress, warnings or summary'
            cand --quiet 'Show errors alone: no progress, warnings or summary'
            cand -v 'Say what is done with each file'
            cand --verbose 'Say what is done with each file'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'imlog;completions'= {
            cand --color 'Colour messages: when standard error is a terminal, always, or never'
            cand -q 'Show errors alone: no progress, warnings or summary'
            cand --quiet 'Show errors alone: no progress, warnings or summary'
            cand -v 'Say what is done with each file'
            cand --verbose 'Say what is done with each file'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'imlog;help'= {
            cand decode 'Decode .xlog files and cache files to text'
            cand prune 'Remove old logs and their texts, and nothing else'
            cand completions 'Write the completion script of a shell to standard output'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'imlog;help;decode'= {
        }
        &'imlog;help;prune'= {
        }
        &'imlog;help;completions'= {
        }
        &'imlog;help;help'= {
        }
    ]
    $completions[$command]
}
