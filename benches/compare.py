#!/usr/bin/env python3
"""Compares imlog with other installed decoders, on files made by benches/generate.rs.

usage: benches/compare.py [--mb N] [--runs N] [--script 'COMMAND with {in} and {out}']…

Builds imlog, generates the files once (target/bench-data), and prints a table: wall and CPU seconds, peak memory, and
how close each decoder comes to the limit: the time that only the codec takes on all cores (benches/limit.rs), or cp for
sync files. `xlog-decoder` from crates.io is included if it is on the PATH. Use --script for the scripts that come with
mars, or for any other command.
"""
import argparse, os, re, shlex, shutil, statistics, subprocess, sys, time

parser = argparse.ArgumentParser()
parser.add_argument('--mb', type=int, default=268, help='MB of text a file')
parser.add_argument('--runs', type=int, default=7)
parser.add_argument('--script', action='append', default=[])
args = parser.parse_args()
root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
os.chdir(root)
data, out = 'target/bench-data', 'target/bench-out'
subprocess.run(['cargo', 'build', '--release', '--quiet', '--bins', '--examples'], check=True)
stamp = f'{data}/{args.mb}.stamp'
if not os.path.exists(stamp):
    shutil.rmtree(data, ignore_errors=True)
    subprocess.run(['target/release/examples/generate', data, str(args.mb)], check=True)
    open(stamp, 'w').close()
os.environ['IMLOG_KEY'] = open(f'{data}/app.key').read().strip()
os.makedirs(out, exist_ok=True)

def run(command):
    """Wall seconds, CPU seconds, peak MB."""
    subprocess.run(f'rm -rf {out}/*', shell=True, check=True)
    # In between stands a small process: a child's peak memory starts at its parent's.
    timed = ['/usr/bin/time', '-q', '-f', '%U %S %M', '-o', f'{out}.time', *command]
    start = time.perf_counter()
    subprocess.run(timed, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    wall = time.perf_counter() - start
    user, system, peak = map(float, open(f'{out}.time').read().split())
    return wall, user + system, peak / 1024

cores = len(os.sched_getaffinity(0))
rows = []
for name in ['zlib', 'zlib-8to1', 'zlib-crypt', 'zstd', 'zstd-crypt', 'sync', 'small']:
    path = f'{data}/{name}' if name == 'small' else f'{data}/{name}.xlog'
    target = ['--output-dir', f'{out}/small'] if name == 'small' else ['-o', f'{out}/log']
    tools = {'imlog': ['target/release/imlog', 'decode', '-q', *target, path]}
    if name == 'sync':
        tools['cp'] = ['cp', path, f'{out}/copy']
    if name != 'small':
        if shutil.which('xlog-decoder') and 'crypt' not in name:
            tools['xlog-decoder'] = ['xlog-decoder', 'decode', '-i', path, '-o', f'{out}/log']
        for script in args.script:
            words = [word.replace('{in}', path).replace('{out}', f'{out}/log') for word in shlex.split(script)]
            tools[os.path.basename(words[-3] if len(words) > 2 else words[0])] = words
    # Side by side: one run of each in turn.
    times, codec_times = {tool: [] for tool in tools}, []
    # Encrypted bodies hold the same streams as plain ones.
    limit_command = ['target/release/examples/limit', path.replace('-crypt', ''), '1', str(cores)]
    for _ in range(args.runs):
        if name not in ('sync', 'small'):
            codec_times.append(float(subprocess.run(limit_command, capture_output=True, text=True, check=True).stdout))
        for tool, command in list(tools.items()):
            try:
                times[tool].append(run(command))
            except (subprocess.CalledProcessError, OSError) as error:
                print(f'left out on {name}: {error}', file=sys.stderr)
                del tools[tool], times[tool]
    codec = statistics.median(codec_times) if codec_times else None
    limit = statistics.median(wall for wall, _, _ in times['cp']) if name == 'sync' else codec
    for tool, runs in times.items():
        wall, cpu, peak = (statistics.median(run[i] for run in runs) for i in range(3))
        ratio = f'{wall / limit:.2f}' if limit else '-'
        cpu_ratio = f'{cpu / (codec * cores):.2f}' if codec else '-'
        rows.append((name, tool, f'{wall:.3f}', f'{cpu:.3f}', f'{peak:.0f}', ratio, cpu_ratio))

head = ('file', 'decoder', 'wall s', 'CPU s', 'peak MB', 'wall ÷ limit', 'CPU ÷ codec')
print('| ' + ' | '.join(head) + ' |\n|' + '---|' * len(head))
for row in rows:
    print('| ' + ' | '.join(row) + ' |')
cpu = re.search(r'model name\s*: (.*)', open('/proc/cpuinfo').read())
print(f'\n{cores} cores, {cpu[1] if cpu else "?"}; {args.mb} MB of text a file, warm cache, medians of {args.runs} runs side by side.')
