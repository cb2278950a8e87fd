# Completes the arguments of imlog in bash, from version 3.2 on.
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
    for ((i = 1; i < COMP_CWORD; i++)); do
        case "$command,${COMP_WORDS[i]}" in
            ,--color) ((i++)) ;;
            *,--) only_paths=1 ;;
            ,decode | ,cat | ,prune | ,info | ,diagnose | ,explain | ,keygen | ,completions | ,man | ,help) command=${COMP_WORDS[i]} ;;
        esac
    done

    case "$command,$prev" in
        ,--color)
            kind=words
            words='auto always never'
            ;;
        ,*)
            kind=words-positional
            words='decode cat prune info diagnose explain keygen completions man help'
            options='--color -q --quiet -h --help -V --version'
            ;;
        decode,-o | decode,--output | decode,--redact-map | decode,--key-file)
            kind=files
            ;;
        decode,--output-dir)
            kind=folders
            ;;
        decode,--max-block-text | decode,-j | decode,--jobs | decode,-g | decode,--glob | decode,--key | decode,--max-members | decode,--max-unpacked | decode,--max-ratio | decode,--max-spool | decode,--max-window)
            kind=none
            ;;
        decode,--color)
            kind=words
            words='auto always never'
            ;;
        decode,*)
            kind=files-positional
            options='-o --output --output-dir --no-clobber --force -u --update -f --follow --no-markers -v --verbose --redact --redact-map --max-block-text -j --jobs -g --glob --key-file --key --max-members --max-unpacked --max-ratio --max-spool --max-window --color -q --quiet -h --help'
            ;;
        cat,-l | cat,--level)
            kind=words
            words='verbose debug info warn error fatal'
            ;;
        cat,--since | cat,--until)
            kind=words
            words='today yesterday 10m 30m 1h 2h 1d'
            ;;
        cat,--zone)
            kind=words
            words='Z +01:00 +02:00 +03:00 +03:30 +04:00 +04:30 +05:00 +05:30 +05:45 +06:00 +06:30 +07:00 +08:00 +08:45 +09:00 +09:30 +10:00 +10:30 +11:00 +12:00 +12:45 +13:00 +14:00 -01:00 -02:00 -02:30 -03:00 -03:30 -04:00 -05:00 -06:00 -07:00 -08:00 -09:00 -09:30 -10:00 -11:00 -12:00'
            ;;
        cat,-t | cat,--tag | cat,--pid | cat,--tid | cat,--source | cat,-e | cat,--regexp | cat,-A | cat,--after-context | cat,-B | cat,--before-context | cat,-C | cat,--context | cat,-m | cat,--max-count | cat,-n | cat,--tail | cat,--stdin-name | cat,--form | cat,--max-block-text | cat,-j | cat,--jobs | cat,-g | cat,--glob | cat,--key | cat,--max-members | cat,--max-unpacked | cat,--max-ratio | cat,--max-spool | cat,--max-window)
            kind=none
            ;;
        cat,--code)
            kind=words
            words='-20009 -10114 -10113 -10112 -10111 -10110 -10109 -10108 -10107 -10106 -10105 -10104 -10103 -10102 -10101 -10009 -10008 -10007 -10006 -10005 -10004 -10003 -10001 -10000 -302 -203 -202 -201 -200 -199 -198 -197 -196 -195 0 1001 1002 1003 1004 1005 4001 4002 4003 4004 4005 6001 6002 6003 6004 6005 6006 6007 6008 6009 6010 6011 6012 6013 6014 6015 6016 6017 6018 6019 6020 6021 6022 6023 6024 6025 6026 6027 6028 6029 6031 6032 6100 6101 6102 6103 6104 6105 6106 6107 6120 6121 6122 6123 6124 6125 6126 6127 6128 6129 6130 6131 6150 6151 6152 6153 6160 6161 6162 6200 6201 6205 6206 6207 6208 6209 6210 6211 6212 6213 6214 6215 6216 6217 6218 6219 6220 6221 6222 6223 6224 6226 6250 6251 6252 6253 6254 6255 6256 6257 6258 6300 6707 7001 7002 7003 7004 7005 7006 7007 7008 7009 7010 7011 7012 7013 7014 7015 7501 7502 7503 7504 7505 7506 7507 7508 8001 8002 8003 8004 8005 8006 8010 8011 8012 8020 8021 8501 8502 8503 8504 8505 8506 8507 8508 8509 8510 8511 8512 8513 8514 8515 9001 9002 9003 9004 9005 9006 9501 9502 9503 9504 9505 9506 9507 9508 9509 9510 9511 9512 9513 9514 9515 9516 9517 9518 9519 9520 9521 9522 9523 9524 9525 10002 10003 10004 10005 10006 10007 10008 10009 10010 10011 10012 10013 10014 10015 10016 10017 10018 10019 10021 10023 10024 10025 10026 10030 10031 10032 10033 10034 10035 10036 10037 10038 10041 10044 10045 10046 10047 10048 10049 10050 10051 10052 10053 10054 10056 10058 10059 10060 10061 10062 10063 10070 10071 11000 20001 20002 20003 20004 20005 20006 20007 20008 20009 20010 20011 20012 20016 20018 20022 20023 20028 21005 22001 22002 22003 22004 22005 22006 23001 23004 23005 23006 23007 23008 23009 30001 30002 30003 30004 30005 30006 30007 30008 30009 30010 30011 30012 30013 30014 30015 30515 30516 30525 30539 30540 30614 31704 31707 31804 32100 32101 32102 32103 40001 40002 40003 40004 40005 40006 40007 40008 40009 40601 40605 40610 50001 50002 50003 50004 50005 51006 51007 51008 51009 51010 51011 51012 60002 60003 60004 60005 60006 60007 60008 60009 60010 60011 60012 60013 60014 60015 60016 60017 60018 60019 60020 60021 70001 70002 70003 70005 70009 70013 70014 70016 70020 70050 70051 70052 70101 70107 70114 70169 70202 70206 70398 70402 70403 70404 70500 71000 72000 72001 72012 80001 80002 80003 80004 80005 80101 90001 90002 90003 90005 90006 90007 90008 90009 90010 90011 90012 90018 90022 90024 90026 90030 90031 90032 90033 90034 90040 90043 90044 90045 90047 90048 90054 90055 90101 90992 90994 90995 91000 91101 93000 114000 114001 114002 114003 114004 114005 114011 115000 115066 115068'
            ;;
        cat,--format)
            kind=words
            words='arrow parquet'
            ;;
        cat,--output | cat,--redact-map | cat,--key-file)
            kind=files
            ;;
        cat,--table)
            kind=words
            words='records gaps files'
            ;;
        cat,--partition-by)
            kind=words
            words='date app'
            ;;
        cat,--color)
            kind=words
            words='auto always never'
            ;;
        cat,*)
            kind=files-positional
            options='-l --level --since --until --zone -t --tag --pid --tid --source --code -e --regexp --and -F --fixed-strings -i --ignore-case -v --invert-match -A --after-context -B --before-context -C --context -o --only-matching -c --count -m --max-count -f --follow -n --tail --merge --json --no-markers -H --with-filename -I --no-filename --heading --no-heading --format --output --table --partition-by --stdin-name --redact --redact-map --form --max-block-text -j --jobs -g --glob --key-file --key --max-members --max-unpacked --max-ratio --max-spool --max-window --color -q --quiet -h --help'
            ;;
        prune,--days | prune,--max-depth)
            kind=none
            ;;
        prune,--by)
            kind=words
            words='name mtime auto'
            ;;
        prune,--color)
            kind=words
            words='auto always never'
            ;;
        prune,*)
            kind=files-positional
            options='--days --by --max-depth -n --dry-run -0 --null --json --prune-empty-dirs -v --verbose --color -q --quiet -h --help'
            ;;
        info,--form | info,--max-block-text | info,-j | info,--jobs | info,-g | info,--glob | info,--key | info,--max-members | info,--max-unpacked | info,--max-ratio | info,--max-spool | info,--max-window)
            kind=none
            ;;
        info,--key-file)
            kind=files
            ;;
        info,--color)
            kind=words
            words='auto always never'
            ;;
        info,*)
            kind=files-positional
            options='--blocks --headers --json --check --ascii --form --max-block-text -j --jobs -g --glob --key-file --key --max-members --max-unpacked --max-ratio --max-spool --max-window --color -q --quiet -h --help'
            ;;
        diagnose,--since | diagnose,--until)
            kind=words
            words='today yesterday 10m 30m 1h 2h 1d'
            ;;
        diagnose,--user | diagnose,--form | diagnose,--max-block-text | diagnose,-j | diagnose,--jobs | diagnose,-g | diagnose,--glob | diagnose,--key | diagnose,--max-members | diagnose,--max-unpacked | diagnose,--max-ratio | diagnose,--max-spool | diagnose,--max-window)
            kind=none
            ;;
        diagnose,--rule)
            kind=words
            words='not-initialized not-logged-in usersig-loop usersig-expired usersig-invalid kicked-offline connect-failed login-failed plan-missing send-failed rate-limited push-token-failed unclean-exit login-slow clock-skew log-level log-incomplete heartbeat-gap'
            ;;
        diagnose,--min-severity)
            kind=words
            words='info warn error'
            ;;
        diagnose,--baseline | diagnose,--html | diagnose,--redact-map | diagnose,--key-file)
            kind=files
            ;;
        diagnose,--color)
            kind=words
            words='auto always never'
            ;;
        diagnose,*)
            kind=files-positional
            options='--since --until --user --rule --min-severity --baseline --evidence --json --html --redact --redact-map --no-redact --ascii --form --max-block-text -j --jobs -g --glob --key-file --key --max-members --max-unpacked --max-ratio --max-spool --max-window --color -q --quiet -h --help'
            ;;
        explain,--color)
            kind=words
            words='auto always never'
            ;;
        explain,*)
            kind=words-positional
            words='not-initialized not-logged-in usersig-loop usersig-expired usersig-invalid kicked-offline connect-failed login-failed plan-missing send-failed rate-limited push-token-failed unclean-exit login-slow clock-skew log-level log-incomplete heartbeat-gap -20009 -10114 -10113 -10112 -10111 -10110 -10109 -10108 -10107 -10106 -10105 -10104 -10103 -10102 -10101 -10009 -10008 -10007 -10006 -10005 -10004 -10003 -10001 -10000 -302 -203 -202 -201 -200 -199 -198 -197 -196 -195 0 1001 1002 1003 1004 1005 4001 4002 4003 4004 4005 6001 6002 6003 6004 6005 6006 6007 6008 6009 6010 6011 6012 6013 6014 6015 6016 6017 6018 6019 6020 6021 6022 6023 6024 6025 6026 6027 6028 6029 6031 6032 6100 6101 6102 6103 6104 6105 6106 6107 6120 6121 6122 6123 6124 6125 6126 6127 6128 6129 6130 6131 6150 6151 6152 6153 6160 6161 6162 6200 6201 6205 6206 6207 6208 6209 6210 6211 6212 6213 6214 6215 6216 6217 6218 6219 6220 6221 6222 6223 6224 6226 6250 6251 6252 6253 6254 6255 6256 6257 6258 6300 6707 7001 7002 7003 7004 7005 7006 7007 7008 7009 7010 7011 7012 7013 7014 7015 7501 7502 7503 7504 7505 7506 7507 7508 8001 8002 8003 8004 8005 8006 8010 8011 8012 8020 8021 8501 8502 8503 8504 8505 8506 8507 8508 8509 8510 8511 8512 8513 8514 8515 9001 9002 9003 9004 9005 9006 9501 9502 9503 9504 9505 9506 9507 9508 9509 9510 9511 9512 9513 9514 9515 9516 9517 9518 9519 9520 9521 9522 9523 9524 9525 10002 10003 10004 10005 10006 10007 10008 10009 10010 10011 10012 10013 10014 10015 10016 10017 10018 10019 10021 10023 10024 10025 10026 10030 10031 10032 10033 10034 10035 10036 10037 10038 10041 10044 10045 10046 10047 10048 10049 10050 10051 10052 10053 10054 10056 10058 10059 10060 10061 10062 10063 10070 10071 11000 20001 20002 20003 20004 20005 20006 20007 20008 20009 20010 20011 20012 20016 20018 20022 20023 20028 21005 22001 22002 22003 22004 22005 22006 23001 23004 23005 23006 23007 23008 23009 30001 30002 30003 30004 30005 30006 30007 30008 30009 30010 30011 30012 30013 30014 30015 30515 30516 30525 30539 30540 30614 31704 31707 31804 32100 32101 32102 32103 40001 40002 40003 40004 40005 40006 40007 40008 40009 40601 40605 40610 50001 50002 50003 50004 50005 51006 51007 51008 51009 51010 51011 51012 60002 60003 60004 60005 60006 60007 60008 60009 60010 60011 60012 60013 60014 60015 60016 60017 60018 60019 60020 60021 70001 70002 70003 70005 70009 70013 70014 70016 70020 70050 70051 70052 70101 70107 70114 70169 70202 70206 70398 70402 70403 70404 70500 71000 72000 72001 72012 80001 80002 80003 80004 80005 80101 90001 90002 90003 90005 90006 90007 90008 90009 90010 90011 90012 90018 90022 90024 90026 90030 90031 90032 90033 90034 90040 90043 90044 90045 90047 90048 90054 90055 90101 90992 90994 90995 91000 91101 93000 114000 114001 114002 114003 114004 114005 114011 115000 115066 115068'
            options='--list --json --ascii --color -q --quiet -h --help'
            ;;
        keygen,--key-file)
            kind=files
            ;;
        keygen,--key)
            kind=none
            ;;
        keygen,--color)
            kind=words
            words='auto always never'
            ;;
        keygen,*)
            kind=files-positional
            options='--public --key-file --key --color -q --quiet -h --help'
            ;;
        completions,--color)
            kind=words
            words='auto always never'
            ;;
        completions,*)
            kind=words-positional
            words='bash elvish fish powershell zsh'
            options='--color -q --quiet -h --help'
            ;;
        man,--dir)
            kind=folders
            ;;
        man,--color)
            kind=words
            words='auto always never'
            ;;
        man,*)
            kind=none-positional
            options='--dir --color -q --quiet -h --help'
            ;;
        help,*)
            kind=words-positional
            words='decode cat prune info diagnose explain keygen completions man help'
            ;;
    esac

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
