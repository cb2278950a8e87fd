
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
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show only errors: no progress, warnings or summary')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show only errors: no progress, warnings or summary')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('decode', 'decode', [CompletionResultType]::ParameterValue, 'Decode .xlog files and cache files to text')
            [CompletionResult]::new('cat', 'cat', [CompletionResultType]::ParameterValue, 'Show records of logs and texts: by level, time, tag or pattern, merged, or as JSON')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Remove old logs and their texts, and nothing else')
            [CompletionResult]::new('info', 'info', [CompletionResultType]::ParameterValue, 'Show what is in logs, and whether they are intact')
            [CompletionResult]::new('diagnose', 'diagnose', [CompletionResultType]::ParameterValue, 'Say what went wrong, when, and what to do')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Explain error codes of the IM SDK and rules of `diagnose`')
            [CompletionResult]::new('keygen', 'keygen', [CompletionResultType]::ParameterValue, 'Make a key pair for an app''s encrypted logs')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Write a shell''s completion script to standard output')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Write manual pages')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'imlog;decode' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to FILE; - for standard output')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to FILE; - for standard output')
            [CompletionResult]::new('--output-dir', '--output-dir', [CompletionResultType]::ParameterName, 'Write into DIR, mirroring the folders that are read')
            [CompletionResult]::new('--redact-map', '--redact-map', [CompletionResultType]::ParameterName, 'Write what each pseudonym stands for to FILE, which must not exist yet; only you may read it')
            [CompletionResult]::new('--max-block-text', '--max-block-text', [CompletionResultType]::ParameterName, 'Limit the text of one block, in MiB')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of threads; 0: one per core')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of threads; 0: one per core')
            [CompletionResult]::new('-g', '-g', [CompletionResultType]::ParameterName, 'In folders and archives, take only what matches GLOB; with `!` before it, leave that out. May be repeated')
            [CompletionResult]::new('--glob', '--glob', [CompletionResultType]::ParameterName, 'In folders and archives, take only what matches GLOB; with `!` before it, leave that out. May be repeated')
            [CompletionResult]::new('--key-file', '--key-file', [CompletionResultType]::ParameterName, 'A file with the app''s private key: 64 hex digits, one key per line. May be repeated')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The app''s private key itself. Other users of this machine can see it: prefer --key-file')
            [CompletionResult]::new('--max-members', '--max-members', [CompletionResultType]::ParameterName, 'Read at most N members of an archive')
            [CompletionResult]::new('--max-unpacked', '--max-unpacked', [CompletionResultType]::ParameterName, 'Unpack at most this much of an archive, in MiB')
            [CompletionResult]::new('--max-ratio', '--max-ratio', [CompletionResultType]::ParameterName, 'Unpack at most N times the size of an archive, after the first 64 MiB, or of a log, after the first GiB')
            [CompletionResult]::new('--max-spool', '--max-spool', [CompletionResultType]::ParameterName, 'Limit temporary copies, in MiB: zips from standard input or compressed in an archive, and what is merged')
            [CompletionResult]::new('--max-window', '--max-window', [CompletionResultType]::ParameterName, 'Limit the memory for one zstd stream, in MiB: `zstd --long` and `--ultra` need more')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color')
            [CompletionResult]::new('--no-clobber', '--no-clobber', [CompletionResultType]::ParameterName, 'Keep existing texts')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace a text even if it has lines that the log lacks now')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'Skip logs that have not changed since their text was written; with a key, still decode those that lacked one')
            [CompletionResult]::new('--update', '--update', [CompletionResultType]::ParameterName, 'Skip logs that have not changed since their text was written; with a key, still decode those that lacked one')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Then keep the texts up to date while the logs are written: append what is added')
            [CompletionResult]::new('--follow', '--follow', [CompletionResultType]::ParameterName, 'Then keep the texts up to date while the logs are written: append what is added')
            [CompletionResult]::new('--no-markers', '--no-markers', [CompletionResultType]::ParameterName, 'Do not mark in the text where something is missing')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Report what is done with each file')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Report what is done with each file')
            [CompletionResult]::new('--redact', '--redact', [CompletionResultType]::ParameterName, 'Show pseudonyms (user-1, ip-2) for ids, names, addresses and tokens; texts of messages stay as they are')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show only errors: no progress, warnings or summary')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show only errors: no progress, warnings or summary')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'imlog;cat' {
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'This level and above (V, D, I, W, E, F, or their names); of a list, as in warn,error: exactly these')
            [CompletionResult]::new('--level', '--level', [CompletionResultType]::ParameterName, 'This level and above (V, D, I, W, E, F, or their names); of a list, as in warn,error: exactly these')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'From this time on: 2023-11-05, "2023-11-05 14:00", 14:00, yesterday, RFC 3339, or 2h (before the newest line)')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Up to and including this time, or +5m (after --since)')
            [CompletionResult]::new('--zone', '--zone', [CompletionResultType]::ParameterName, 'Zone for lines that name none, such as +08:00 [default: the first one that their log names, else yours]')
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'Only this tag, in any case if it is all lower case; may be repeated')
            [CompletionResult]::new('--tag', '--tag', [CompletionResultType]::ParameterName, 'Only this tag, in any case if it is all lower case; may be repeated')
            [CompletionResult]::new('--pid', '--pid', [CompletionResultType]::ParameterName, 'Only this process; may be repeated')
            [CompletionResult]::new('--tid', '--tid', [CompletionResultType]::ParameterName, 'Only this thread; may be repeated')
            [CompletionResult]::new('--source', '--source', [CompletionResultType]::ParameterName, 'Only this place in the app''s source; may be repeated')
            [CompletionResult]::new('--code', '--code', [CompletionResultType]::ParameterName, 'Only these error codes: 6013, 70000-79999, -10001, or a list with commas; may be repeated')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Only records that match this regular expression, in any line; may be repeated')
            [CompletionResult]::new('--regexp', '--regexp', [CompletionResultType]::ParameterName, 'Only records that match this regular expression, in any line; may be repeated')
            [CompletionResult]::new('-A', '-A ', [CompletionResultType]::ParameterName, 'Also show N records after each match')
            [CompletionResult]::new('--after-context', '--after-context', [CompletionResultType]::ParameterName, 'Also show N records after each match')
            [CompletionResult]::new('-B', '-B ', [CompletionResultType]::ParameterName, 'Also show N records before each match')
            [CompletionResult]::new('--before-context', '--before-context', [CompletionResultType]::ParameterName, 'Also show N records before each match')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Also show N records before and after each match')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Also show N records before and after each match')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Stop after N records in total')
            [CompletionResult]::new('--max-count', '--max-count', [CompletionResultType]::ParameterName, 'Stop after N records in total')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show only the last N records that pass: of each file, or of all with --merge')
            [CompletionResult]::new('--tail', '--tail', [CompletionResultType]::ParameterName, 'Show only the last N records that pass: of each file, or of all with --merge')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Write tables, for DuckDB, Polars, pandas and Spark: a stream in Arrow''s IPC format, or Parquet')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to FILE, or to a folder (FOLDER/) all tables [default: standard output]; with --format, -o is short for it')
            [CompletionResult]::new('--table', '--table', [CompletionResultType]::ParameterName, 'Which table [default: records; with a folder, all]')
            [CompletionResult]::new('--partition-by', '--partition-by', [CompletionResultType]::ParameterName, 'Write the records of each date or app to a folder of their own, as in date=2023-11-06/app=com.example.app')
            [CompletionResult]::new('--stdin-name', '--stdin-name', [CompletionResultType]::ParameterName, 'The path of what comes on standard input, in the tables')
            [CompletionResult]::new('--redact-map', '--redact-map', [CompletionResultType]::ParameterName, 'Write what each pseudonym stands for to FILE, which must not exist yet; only you may read it')
            [CompletionResult]::new('--form', '--form', [CompletionResultType]::ParameterName, 'A regular expression for lines that imlog does not know, with groups named time, level, tag …; or a format file of lnav (*.json). May be repeated')
            [CompletionResult]::new('--max-block-text', '--max-block-text', [CompletionResultType]::ParameterName, 'Limit the text of one block, in MiB')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of threads; 0: one per core')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of threads; 0: one per core')
            [CompletionResult]::new('-g', '-g', [CompletionResultType]::ParameterName, 'In folders and archives, take only what matches GLOB; with `!` before it, leave that out. May be repeated')
            [CompletionResult]::new('--glob', '--glob', [CompletionResultType]::ParameterName, 'In folders and archives, take only what matches GLOB; with `!` before it, leave that out. May be repeated')
            [CompletionResult]::new('--key-file', '--key-file', [CompletionResultType]::ParameterName, 'A file with the app''s private key: 64 hex digits, one key per line. May be repeated')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The app''s private key itself. Other users of this machine can see it: prefer --key-file')
            [CompletionResult]::new('--max-members', '--max-members', [CompletionResultType]::ParameterName, 'Read at most N members of an archive')
            [CompletionResult]::new('--max-unpacked', '--max-unpacked', [CompletionResultType]::ParameterName, 'Unpack at most this much of an archive, in MiB')
            [CompletionResult]::new('--max-ratio', '--max-ratio', [CompletionResultType]::ParameterName, 'Unpack at most N times the size of an archive, after the first 64 MiB, or of a log, after the first GiB')
            [CompletionResult]::new('--max-spool', '--max-spool', [CompletionResultType]::ParameterName, 'Limit temporary copies, in MiB: zips from standard input or compressed in an archive, and what is merged')
            [CompletionResult]::new('--max-window', '--max-window', [CompletionResultType]::ParameterName, 'Limit the memory for one zstd stream, in MiB: `zstd --long` and `--ultra` need more')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color')
            [CompletionResult]::new('--and', '--and', [CompletionResultType]::ParameterName, 'Show records that match all patterns, each in any line, not just one of them')
            [CompletionResult]::new('-F', '-F ', [CompletionResultType]::ParameterName, 'Patterns are plain text, not regular expressions')
            [CompletionResult]::new('--fixed-strings', '--fixed-strings', [CompletionResultType]::ParameterName, 'Patterns are plain text, not regular expressions')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Ignore case in patterns')
            [CompletionResult]::new('--ignore-case', '--ignore-case', [CompletionResultType]::ParameterName, 'Ignore case in patterns')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show records that match no pattern')
            [CompletionResult]::new('--invert-match', '--invert-match', [CompletionResultType]::ParameterName, 'Show records that match no pattern')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Show only what the patterns match, each match on a line')
            [CompletionResult]::new('--only-matching', '--only-matching', [CompletionResultType]::ParameterName, 'Show only what the patterns match, each match on a line')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Show only the number of records per file')
            [CompletionResult]::new('--count', '--count', [CompletionResultType]::ParameterName, 'Show only the number of records per file')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Then wait for what is added, like `tail -F`: blocks, new files, the block in a cache file')
            [CompletionResult]::new('--follow', '--follow', [CompletionResultType]::ParameterName, 'Then wait for what is added, like `tail -F`: blocks, new files, the block in a cache file')
            [CompletionResult]::new('--merge', '--merge', [CompletionResultType]::ParameterName, 'Merge all files in order of time')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write one JSON object per line')
            [CompletionResult]::new('--no-markers', '--no-markers', [CompletionResultType]::ParameterName, 'Do not mark where something is missing')
            [CompletionResult]::new('-H', '-H ', [CompletionResultType]::ParameterName, 'Show the names of files [default with several files]')
            [CompletionResult]::new('--with-filename', '--with-filename', [CompletionResultType]::ParameterName, 'Show the names of files [default with several files]')
            [CompletionResult]::new('-I', '-I ', [CompletionResultType]::ParameterName, 'Never show the names of files')
            [CompletionResult]::new('--no-filename', '--no-filename', [CompletionResultType]::ParameterName, 'Never show the names of files')
            [CompletionResult]::new('--heading', '--heading', [CompletionResultType]::ParameterName, 'Show the name of a file above its records [default on a terminal]')
            [CompletionResult]::new('--no-heading', '--no-heading', [CompletionResultType]::ParameterName, 'Show the name of a file before each line [default elsewhere]')
            [CompletionResult]::new('--redact', '--redact', [CompletionResultType]::ParameterName, 'Show pseudonyms (user-1, ip-2) for ids, names, addresses and tokens; texts of messages stay as they are')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show only errors: no progress, warnings or summary')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show only errors: no progress, warnings or summary')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'imlog;prune' {
            [CompletionResult]::new('--days', '--days', [CompletionResultType]::ParameterName, 'Remove what is older than N days; 0: everything up to yesterday, but nothing that was written today')
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'What decides how old a file is')
            [CompletionResult]::new('--max-depth', '--max-depth', [CompletionResultType]::ParameterName, 'Search at most N levels deep; 1: only what is directly in PATH')
            [CompletionResult]::new('--now', '--now', [CompletionResultType]::ParameterName, 'What time it is, for tests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'List what would be removed, one path per line, and remove nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'List what would be removed, one path per line, and remove nothing')
            [CompletionResult]::new('-0', '-0', [CompletionResultType]::ParameterName, 'End each path with NUL instead of a newline')
            [CompletionResult]::new('--null', '--null', [CompletionResultType]::ParameterName, 'End each path with NUL instead of a newline')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write one JSON object per line for each file, including those that stay')
            [CompletionResult]::new('--prune-empty-dirs', '--prune-empty-dirs', [CompletionResultType]::ParameterName, 'Also remove folders that this run emptied; never a PATH itself')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Report what is done with each file')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Report what is done with each file')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show only errors: no progress, warnings or summary')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show only errors: no progress, warnings or summary')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'imlog;info' {
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Draw as on a terminal this wide, for tests')
            [CompletionResult]::new('--form', '--form', [CompletionResultType]::ParameterName, 'A regular expression for lines that imlog does not know, with groups named time, level, tag …; or a format file of lnav (*.json). May be repeated')
            [CompletionResult]::new('--max-block-text', '--max-block-text', [CompletionResultType]::ParameterName, 'Limit the text of one block, in MiB')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of threads; 0: one per core')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of threads; 0: one per core')
            [CompletionResult]::new('-g', '-g', [CompletionResultType]::ParameterName, 'In folders and archives, take only what matches GLOB; with `!` before it, leave that out. May be repeated')
            [CompletionResult]::new('--glob', '--glob', [CompletionResultType]::ParameterName, 'In folders and archives, take only what matches GLOB; with `!` before it, leave that out. May be repeated')
            [CompletionResult]::new('--key-file', '--key-file', [CompletionResultType]::ParameterName, 'A file with the app''s private key: 64 hex digits, one key per line. May be repeated')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The app''s private key itself. Other users of this machine can see it: prefer --key-file')
            [CompletionResult]::new('--max-members', '--max-members', [CompletionResultType]::ParameterName, 'Read at most N members of an archive')
            [CompletionResult]::new('--max-unpacked', '--max-unpacked', [CompletionResultType]::ParameterName, 'Unpack at most this much of an archive, in MiB')
            [CompletionResult]::new('--max-ratio', '--max-ratio', [CompletionResultType]::ParameterName, 'Unpack at most N times the size of an archive, after the first 64 MiB, or of a log, after the first GiB')
            [CompletionResult]::new('--max-spool', '--max-spool', [CompletionResultType]::ParameterName, 'Limit temporary copies, in MiB: zips from standard input or compressed in an archive, and what is merged')
            [CompletionResult]::new('--max-window', '--max-window', [CompletionResultType]::ParameterName, 'Limit the memory for one zstd stream, in MiB: `zstd --long` and `--ultra` need more')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color')
            [CompletionResult]::new('--blocks', '--blocks', [CompletionResultType]::ParameterName, 'Show each block and each gap on a line of its own')
            [CompletionResult]::new('--headers', '--headers', [CompletionResultType]::ParameterName, 'Read only headers: fast whatever the size, but without what only the text shows')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write one JSON object per line: one per file, or with --blocks, per block and gap')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Show only what is not intact: one line per file, on standard error; with --json, one object on standard output')
            [CompletionResult]::new('--ascii', '--ascii', [CompletionResultType]::ParameterName, 'Draw with ASCII characters only')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show only errors: no progress, warnings or summary')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show only errors: no progress, warnings or summary')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'imlog;diagnose' {
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only what went on after this time: 2023-11-05, "2023-11-05 14:00", 14:00, RFC 3339, or 2h (before the newest line)')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Only what began up to and including this time')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Only sessions in which this user logged in, and what was found in them')
            [CompletionResult]::new('--rule', '--rule', [CompletionResultType]::ParameterName, 'Only findings of this rule; may be repeated')
            [CompletionResult]::new('--min-severity', '--min-severity', [CompletionResultType]::ParameterName, 'Only findings at least this severe')
            [CompletionResult]::new('--baseline', '--baseline', [CompletionResultType]::ParameterName, 'Leave out what is also in this log, which is known to be good')
            [CompletionResult]::new('--html', '--html', [CompletionResultType]::ParameterName, 'Write a self-contained HTML page instead, to read and pass on; - for standard output')
            [CompletionResult]::new('--redact-map', '--redact-map', [CompletionResultType]::ParameterName, 'Write what each pseudonym stands for to FILE, which must not exist yet; only you may read it')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Draw as on a terminal this wide, for tests')
            [CompletionResult]::new('--form', '--form', [CompletionResultType]::ParameterName, 'A regular expression for lines that imlog does not know, with groups named time, level, tag …; or a format file of lnav (*.json). May be repeated')
            [CompletionResult]::new('--max-block-text', '--max-block-text', [CompletionResultType]::ParameterName, 'Limit the text of one block, in MiB')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of threads; 0: one per core')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of threads; 0: one per core')
            [CompletionResult]::new('-g', '-g', [CompletionResultType]::ParameterName, 'In folders and archives, take only what matches GLOB; with `!` before it, leave that out. May be repeated')
            [CompletionResult]::new('--glob', '--glob', [CompletionResultType]::ParameterName, 'In folders and archives, take only what matches GLOB; with `!` before it, leave that out. May be repeated')
            [CompletionResult]::new('--key-file', '--key-file', [CompletionResultType]::ParameterName, 'A file with the app''s private key: 64 hex digits, one key per line. May be repeated')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The app''s private key itself. Other users of this machine can see it: prefer --key-file')
            [CompletionResult]::new('--max-members', '--max-members', [CompletionResultType]::ParameterName, 'Read at most N members of an archive')
            [CompletionResult]::new('--max-unpacked', '--max-unpacked', [CompletionResultType]::ParameterName, 'Unpack at most this much of an archive, in MiB')
            [CompletionResult]::new('--max-ratio', '--max-ratio', [CompletionResultType]::ParameterName, 'Unpack at most N times the size of an archive, after the first 64 MiB, or of a log, after the first GiB')
            [CompletionResult]::new('--max-spool', '--max-spool', [CompletionResultType]::ParameterName, 'Limit temporary copies, in MiB: zips from standard input or compressed in an archive, and what is merged')
            [CompletionResult]::new('--max-window', '--max-window', [CompletionResultType]::ParameterName, 'Limit the memory for one zstd stream, in MiB: `zstd --long` and `--ultra` need more')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color')
            [CompletionResult]::new('--evidence', '--evidence', [CompletionResultType]::ParameterName, 'Show the records that prove each finding')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write one JSON object per line')
            [CompletionResult]::new('--redact', '--redact', [CompletionResultType]::ParameterName, 'Show pseudonyms (user-1, ip-2) for ids, names, addresses and tokens; texts of messages stay as they are')
            [CompletionResult]::new('--no-redact', '--no-redact', [CompletionResultType]::ParameterName, 'Do not mask personal data in the page')
            [CompletionResult]::new('--ascii', '--ascii', [CompletionResultType]::ParameterName, 'Draw with ASCII characters only')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show only errors: no progress, warnings or summary')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show only errors: no progress, warnings or summary')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'imlog;explain' {
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Write as on a terminal this wide, for tests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color')
            [CompletionResult]::new('--list', '--list', [CompletionResultType]::ParameterName, 'List all codes and rules')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write one JSON object per line')
            [CompletionResult]::new('--ascii', '--ascii', [CompletionResultType]::ParameterName, 'Write ASCII characters only')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show only errors: no progress, warnings or summary')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show only errors: no progress, warnings or summary')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'imlog;keygen' {
            [CompletionResult]::new('--key-file', '--key-file', [CompletionResultType]::ParameterName, 'A file with the app''s private key: 64 hex digits, one key per line. May be repeated')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The app''s private key itself. Other users of this machine can see it: prefer --key-file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color')
            [CompletionResult]::new('--public', '--public', [CompletionResultType]::ParameterName, 'Make no key; show the public keys of private ones, one per line')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show only errors: no progress, warnings or summary')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show only errors: no progress, warnings or summary')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'imlog;completions' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show only errors: no progress, warnings or summary')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show only errors: no progress, warnings or summary')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'imlog;man' {
            [CompletionResult]::new('--dir', '--dir', [CompletionResultType]::ParameterName, 'Write all pages to this folder, as imlog.1, imlog-decode.1 and so on')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use color')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show only errors: no progress, warnings or summary')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show only errors: no progress, warnings or summary')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'imlog;help' {
            [CompletionResult]::new('decode', 'decode', [CompletionResultType]::ParameterValue, 'Decode .xlog files and cache files to text')
            [CompletionResult]::new('cat', 'cat', [CompletionResultType]::ParameterValue, 'Show records of logs and texts: by level, time, tag or pattern, merged, or as JSON')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Remove old logs and their texts, and nothing else')
            [CompletionResult]::new('info', 'info', [CompletionResultType]::ParameterValue, 'Show what is in logs, and whether they are intact')
            [CompletionResult]::new('diagnose', 'diagnose', [CompletionResultType]::ParameterValue, 'Say what went wrong, when, and what to do')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Explain error codes of the IM SDK and rules of `diagnose`')
            [CompletionResult]::new('keygen', 'keygen', [CompletionResultType]::ParameterValue, 'Make a key pair for an app''s encrypted logs')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Write a shell''s completion script to standard output')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Write manual pages')
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
        'imlog;help;diagnose' {
            break
        }
        'imlog;help;explain' {
            break
        }
        'imlog;help;keygen' {
            break
        }
        'imlog;help;completions' {
            break
        }
        'imlog;help;man' {
            break
        }
        'imlog;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
