
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'imlog' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'imlog'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'imlog' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: on terminals, always, or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show errors alone: no progress, warnings or summary')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show errors alone: no progress, warnings or summary')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('decode', 'decode', [CompletionResultType]::ParameterValue, 'Decode .xlog files and cache files to text')
            [CompletionResult]::new('cat', 'cat', [CompletionResultType]::ParameterValue, 'Show logs and texts by record: by level, time, tag or pattern, in order of time, as JSON')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Remove old logs and their texts, and nothing else')
            [CompletionResult]::new('info', 'info', [CompletionResultType]::ParameterValue, 'Show what is in logs, and whether they are whole')
            [CompletionResult]::new('keygen', 'keygen', [CompletionResultType]::ParameterValue, 'Make a key pair for an app''s encrypted logs')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Write the completion script of a shell to standard output')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'imlog;decode' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to FILE, or to standard output with -')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to FILE, or to standard output with -')
            [CompletionResult]::new('--output-dir', '--output-dir', [CompletionResultType]::ParameterName, 'Write into DIR, as a mirror of the folders that are read')
            [CompletionResult]::new('--max-block-text', '--max-block-text', [CompletionResultType]::ParameterName, 'Stop after this much text of one block, in MiB')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'How many threads to use; 0: one a core')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'How many threads to use; 0: one a core')
            [CompletionResult]::new('--key-file', '--key-file', [CompletionResultType]::ParameterName, 'A file with the app''s private key: 64 hex digits, one key a line. Repeat for more')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The app''s private key itself. Other users of this machine can see it: prefer --key-file')
            [CompletionResult]::new('--max-members', '--max-members', [CompletionResultType]::ParameterName, 'Read no more members of an archive')
            [CompletionResult]::new('--max-unpacked', '--max-unpacked', [CompletionResultType]::ParameterName, 'Unpack no more of an archive than this, in MiB')
            [CompletionResult]::new('--max-ratio', '--max-ratio', [CompletionResultType]::ParameterName, 'Unpack no more than N times the size of an archive, after the first 64 MiB')
            [CompletionResult]::new('--max-spool', '--max-spool', [CompletionResultType]::ParameterName, 'Copy no more than this to temporary files, in MiB: zips from standard input, or compressed in an archive, and what is merged')
            [CompletionResult]::new('--max-window', '--max-window', [CompletionResultType]::ParameterName, 'Give no zstd stream more memory than this, in MiB: `zstd --long` and `--ultra` ask for more')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: on terminals, always, or never')
            [CompletionResult]::new('--no-clobber', '--no-clobber', [CompletionResultType]::ParameterName, 'Leave texts that are there as they are')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace a text even if it holds more than the log gives now, because of damage or a missing key')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'Skip logs that were not written to since their text was made, damaged or not; with a key, not those that lacked one')
            [CompletionResult]::new('--update', '--update', [CompletionResultType]::ParameterName, 'Skip logs that were not written to since their text was made, damaged or not; with a key, not those that lacked one')
            [CompletionResult]::new('--no-markers', '--no-markers', [CompletionResultType]::ParameterName, 'Leave no line in the text where something is missing')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is done with each file')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is done with each file')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show errors alone: no progress, warnings or summary')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show errors alone: no progress, warnings or summary')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'imlog;cat' {
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'This level and graver ones: V, D, I, W, E, F, or their names')
            [CompletionResult]::new('--level', '--level', [CompletionResultType]::ParameterName, 'This level and graver ones: V, D, I, W, E, F, or their names')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'From this time on: 2023-11-05, "2023-11-05 14:00", 14:00, RFC 3339, or 2h before the newest line')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Up to this time, itself included')
            [CompletionResult]::new('--zone', '--zone', [CompletionResultType]::ParameterName, 'The zone of lines that name none, as +08:00 [default: the first that their log names, or yours]')
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'This tag; repeat for one of several')
            [CompletionResult]::new('--tag', '--tag', [CompletionResultType]::ParameterName, 'This tag; repeat for one of several')
            [CompletionResult]::new('--pid', '--pid', [CompletionResultType]::ParameterName, 'This process; repeat for one of several')
            [CompletionResult]::new('--tid', '--tid', [CompletionResultType]::ParameterName, 'This thread; repeat for one of several')
            [CompletionResult]::new('--source', '--source', [CompletionResultType]::ParameterName, 'This place in the app''s source; repeat for one of several')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'A regular expression that the record matches, head and all its lines; repeat for one of several')
            [CompletionResult]::new('--regexp', '--regexp', [CompletionResultType]::ParameterName, 'A regular expression that the record matches, head and all its lines; repeat for one of several')
            [CompletionResult]::new('-A', '-A ', [CompletionResultType]::ParameterName, 'So many records behind each as well')
            [CompletionResult]::new('--after-context', '--after-context', [CompletionResultType]::ParameterName, 'So many records behind each as well')
            [CompletionResult]::new('-B', '-B ', [CompletionResultType]::ParameterName, 'So many records before each as well')
            [CompletionResult]::new('--before-context', '--before-context', [CompletionResultType]::ParameterName, 'So many records before each as well')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'So many before and behind')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'So many before and behind')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Stop after N records in all')
            [CompletionResult]::new('--max-count', '--max-count', [CompletionResultType]::ParameterName, 'Stop after N records in all')
            [CompletionResult]::new('--key-file', '--key-file', [CompletionResultType]::ParameterName, 'A file with the app''s private key: 64 hex digits, one key a line. Repeat for more')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The app''s private key itself. Other users of this machine can see it: prefer --key-file')
            [CompletionResult]::new('--max-members', '--max-members', [CompletionResultType]::ParameterName, 'Read no more members of an archive')
            [CompletionResult]::new('--max-unpacked', '--max-unpacked', [CompletionResultType]::ParameterName, 'Unpack no more of an archive than this, in MiB')
            [CompletionResult]::new('--max-ratio', '--max-ratio', [CompletionResultType]::ParameterName, 'Unpack no more than N times the size of an archive, after the first 64 MiB')
            [CompletionResult]::new('--max-spool', '--max-spool', [CompletionResultType]::ParameterName, 'Copy no more than this to temporary files, in MiB: zips from standard input, or compressed in an archive, and what is merged')
            [CompletionResult]::new('--max-window', '--max-window', [CompletionResultType]::ParameterName, 'Give no zstd stream more memory than this, in MiB: `zstd --long` and `--ultra` ask for more')
            [CompletionResult]::new('--max-block-text', '--max-block-text', [CompletionResultType]::ParameterName, 'Stop after this much text of one block, in MiB')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'How many threads to use; 0: one a core')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'How many threads to use; 0: one a core')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: on terminals, always, or never')
            [CompletionResult]::new('-F', '-F ', [CompletionResultType]::ParameterName, 'Take patterns as they stand, not as regular expressions')
            [CompletionResult]::new('--fixed-strings', '--fixed-strings', [CompletionResultType]::ParameterName, 'Take patterns as they stand, not as regular expressions')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Small and large letters are the same in patterns')
            [CompletionResult]::new('--ignore-case', '--ignore-case', [CompletionResultType]::ParameterName, 'Small and large letters are the same in patterns')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Records that match no pattern')
            [CompletionResult]::new('--invert-match', '--invert-match', [CompletionResultType]::ParameterName, 'Records that match no pattern')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Count the records of each file, and show none')
            [CompletionResult]::new('--count', '--count', [CompletionResultType]::ParameterName, 'Count the records of each file, and show none')
            [CompletionResult]::new('--merge', '--merge', [CompletionResultType]::ParameterName, 'All files in one, in order of time')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'One JSON object a record, each on a line')
            [CompletionResult]::new('--no-markers', '--no-markers', [CompletionResultType]::ParameterName, 'Leave no line where something is missing')
            [CompletionResult]::new('-H', '-H ', [CompletionResultType]::ParameterName, 'The file''s name before each line [default: with several files]')
            [CompletionResult]::new('--with-filename', '--with-filename', [CompletionResultType]::ParameterName, 'The file''s name before each line [default: with several files]')
            [CompletionResult]::new('--no-filename', '--no-filename', [CompletionResultType]::ParameterName, 'Never the file''s name')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show errors alone: no progress, warnings or summary')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show errors alone: no progress, warnings or summary')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'imlog;prune' {
            [CompletionResult]::new('--days', '--days', [CompletionResultType]::ParameterName, 'Remove what is older than N days; 0: all up to yesterday')
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'What says how old a file is')
            [CompletionResult]::new('--max-depth', '--max-depth', [CompletionResultType]::ParameterName, 'Look no deeper than N folders; 1: in PATH itself')
            [CompletionResult]::new('--now', '--now', [CompletionResultType]::ParameterName, 'What time it is, for tests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: on terminals, always, or never')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show what would go, one path a line, and remove nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would go, one path a line, and remove nothing')
            [CompletionResult]::new('-0', '-0', [CompletionResultType]::ParameterName, 'End each path that is shown with NUL instead of a new line')
            [CompletionResult]::new('--null', '--null', [CompletionResultType]::ParameterName, 'End each path that is shown with NUL instead of a new line')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Show each file, also those that stay, as one JSON object a line')
            [CompletionResult]::new('--prune-empty-dirs', '--prune-empty-dirs', [CompletionResultType]::ParameterName, 'Remove the folders too that have nothing left in them; never a PATH itself')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is done with each file')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is done with each file')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show errors alone: no progress, warnings or summary')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show errors alone: no progress, warnings or summary')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'imlog;info' {
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Draw as on a terminal this wide, for tests')
            [CompletionResult]::new('--max-block-text', '--max-block-text', [CompletionResultType]::ParameterName, 'Stop after this much text of one block, in MiB')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'How many threads to use; 0: one a core')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'How many threads to use; 0: one a core')
            [CompletionResult]::new('--key-file', '--key-file', [CompletionResultType]::ParameterName, 'A file with the app''s private key: 64 hex digits, one key a line. Repeat for more')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The app''s private key itself. Other users of this machine can see it: prefer --key-file')
            [CompletionResult]::new('--max-members', '--max-members', [CompletionResultType]::ParameterName, 'Read no more members of an archive')
            [CompletionResult]::new('--max-unpacked', '--max-unpacked', [CompletionResultType]::ParameterName, 'Unpack no more of an archive than this, in MiB')
            [CompletionResult]::new('--max-ratio', '--max-ratio', [CompletionResultType]::ParameterName, 'Unpack no more than N times the size of an archive, after the first 64 MiB')
            [CompletionResult]::new('--max-spool', '--max-spool', [CompletionResultType]::ParameterName, 'Copy no more than this to temporary files, in MiB: zips from standard input, or compressed in an archive, and what is merged')
            [CompletionResult]::new('--max-window', '--max-window', [CompletionResultType]::ParameterName, 'Give no zstd stream more memory than this, in MiB: `zstd --long` and `--ultra` ask for more')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: on terminals, always, or never')
            [CompletionResult]::new('--blocks', '--blocks', [CompletionResultType]::ParameterName, 'Show each block and each gap on a line of its own')
            [CompletionResult]::new('--headers', '--headers', [CompletionResultType]::ParameterName, 'Read headers alone: at once, whatever the size, and without what only the text tells')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'One JSON object a line: a file each, or with --blocks, a block or gap each')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Show nothing; name what is not whole on standard error, a line a file')
            [CompletionResult]::new('--ascii', '--ascii', [CompletionResultType]::ParameterName, 'Draw with ASCII characters alone')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show errors alone: no progress, warnings or summary')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show errors alone: no progress, warnings or summary')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'imlog;keygen' {
            [CompletionResult]::new('--key-file', '--key-file', [CompletionResultType]::ParameterName, 'A file with the app''s private key: 64 hex digits, one key a line. Repeat for more')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The app''s private key itself. Other users of this machine can see it: prefer --key-file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: on terminals, always, or never')
            [CompletionResult]::new('--public', '--public', [CompletionResultType]::ParameterName, 'Make no key: show the public keys of private ones, one a line')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show errors alone: no progress, warnings or summary')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show errors alone: no progress, warnings or summary')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'imlog;completions' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: on terminals, always, or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show errors alone: no progress, warnings or summary')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show errors alone: no progress, warnings or summary')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'imlog;help' {
            [CompletionResult]::new('decode', 'decode', [CompletionResultType]::ParameterValue, 'Decode .xlog files and cache files to text')
            [CompletionResult]::new('cat', 'cat', [CompletionResultType]::ParameterValue, 'Show logs and texts by record: by level, time, tag or pattern, in order of time, as JSON')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Remove old logs and their texts, and nothing else')
            [CompletionResult]::new('info', 'info', [CompletionResultType]::ParameterValue, 'Show what is in logs, and whether they are whole')
            [CompletionResult]::new('keygen', 'keygen', [CompletionResultType]::ParameterValue, 'Make a key pair for an app''s encrypted logs')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Write the completion script of a shell to standard output')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'imlog;help;decode' {
            break
        }
        'imlog;help;cat' {
            break
        }
        'imlog;help;prune' {
            break
        }
        'imlog;help;info' {
            break
        }
        'imlog;help;keygen' {
            break
        }
        'imlog;help;completions' {
            break
        }
        'imlog;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
