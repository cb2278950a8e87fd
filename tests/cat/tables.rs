//! `--format`: records, gaps and files as tables.

use std::fs::File;
use std::path::Path;

use arrow_array::cast::AsArray;
use arrow_array::types::{Int8Type, Int16Type, Int32Type, Int64Type, TimestampMillisecondType as Millis};
use arrow_array::{Array, RecordBatch};
use arrow_ipc::reader::StreamReader;
use arrow_schema::{DataType, SchemaRef};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::{Map, Value, json};

use crate::program::{Ended, Folder, testdata};

type Row = Map<String, Value>;

/// The rows of batches, without what is null.
fn rows(batches: impl Iterator<Item = RecordBatch>) -> Vec<Row> {
    let mut rows = Vec::new();
    for batch in batches {
        for at in 0..batch.num_rows() {
            let fields = batch.schema_ref().fields().iter().zip(batch.columns());
            let fields = fields.filter(|(_, column)| column.is_valid(at));
            rows.push(fields.map(|(field, column)| (field.name().clone(), value(column, at))).collect());
        }
    }
    rows
}

fn value(column: &dyn Array, at: usize) -> Value {
    match column.data_type() {
        DataType::Int8 => column.as_primitive::<Int8Type>().value(at).into(),
        DataType::Int16 => column.as_primitive::<Int16Type>().value(at).into(),
        DataType::Int32 => column.as_primitive::<Int32Type>().value(at).into(),
        DataType::Int64 => column.as_primitive::<Int64Type>().value(at).into(),
        DataType::Timestamp(..) => column.as_primitive::<Millis>().value(at).into(),
        DataType::Boolean => column.as_boolean().value(at).into(),
        DataType::Utf8 => column.as_string::<i32>().value(at).into(),
        DataType::Dictionary(key, _) if **key == DataType::Int8 => {
            let labels = column.as_dictionary::<Int8Type>();
            value(labels.values(), labels.keys().value(at) as usize)
        }
        DataType::Dictionary(..) => {
            let labels = column.as_dictionary::<Int32Type>();
            value(labels.values(), labels.keys().value(at) as usize)
        }
        other => panic!("{other}"),
    }
}

fn parquet(path: &Path) -> Vec<Row> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap().build().unwrap();
    rows(reader.map(Result::unwrap))
}

fn arrow(bytes: &[u8]) -> (SchemaRef, Vec<Row>) {
    let reader = StreamReader::try_new(bytes, None).unwrap();
    (reader.schema(), rows(reader.map(Result::unwrap)))
}

/// Milliseconds since 1970 of what JSON has, `2023-11-06T14:19:18.434`, without its zone.
fn millis(time: &str) -> i64 {
    let time = chrono::NaiveDateTime::parse_from_str(&time[..23], "%Y-%m-%dT%H:%M:%S%.3f").unwrap();
    time.and_utc().timestamp_millis()
}

fn samples() -> Folder {
    let folder = Folder::new();
    for name in ["imsdk_C_20231106.xlog", "async-zlib-plain.xlog", "crash-plain.mmap3", "async-zlib-crypt.xlog"] {
        folder.copy(name, &format!("logs/{name}"));
    }
    let mut damaged = std::fs::read(testdata("imsdk_C_20231106.xlog")).unwrap();
    damaged[30_000..30_008].copy_from_slice(b"damaged!");
    folder.write("logs/damaged.xlog", damaged);
    folder.write("logs/forms.log", include_bytes!("forms.log"));
    folder
}

#[test]
fn json_arrow_and_parquet_say_the_same() {
    let folder = samples();
    let said = folder.run(&["cat", "-q", "--json", "logs"]);
    let objects: Vec<Row> = serde_json::Deserializer::from_slice(&said.out).into_iter().map(Result::unwrap).collect();
    let ended = folder.run(&["cat", "-q", "--format", "parquet", "-o", "tables/", "logs"]);
    assert_eq!((ended.code, ended.err.as_str()), (said.code, ""));
    let streamed = folder.run(&["cat", "-q", "--format=arrow", "logs"]);
    let (schema, in_arrow) = arrow(&streamed.out);
    assert_eq!(schema.metadata()["imlog.schema"], "1");
    let in_parquet = parquet(&folder.path("tables/records.parquet"));
    assert!(in_parquet == in_arrow && in_arrow.len() > 3_000);

    let (gaps, records): (Vec<_>, Vec<_>) = objects.into_iter().partition(|object| object["type"] == "gap");
    assert_eq!(records.len(), in_parquet.len());
    for (object, row) in records.iter().zip(&in_parquet) {
        for (key, expected) in object {
            let expected = match (key.as_str(), expected) {
                ("type" | "fields", _) => continue,
                ("time", time) => millis(time.as_str().unwrap()).into(),
                (_, expected) => expected.clone(),
            };
            assert_eq!(row.get(key), Some(&expected), "{key} of {object:?}");
        }
        for key in ["time", "level", "pid", "tid", "tag", "source", "line", "function", "code", "offset"] {
            assert_eq!(row.contains_key(key), object.contains_key(key), "{key} of {object:?}");
        }
    }
    let gap_rows = parquet(&folder.path("tables/gaps.parquet"));
    assert_eq!(gap_rows.len(), gaps.len());
    for (object, row) in gaps.iter().zip(&gap_rows) {
        for key in ["path", "gap", "offset", "length", "client_key"] {
            assert_eq!(row.get(key), object.get(key), "{key} of {object:?}");
        }
        assert_eq!(row.get("before"), object.get("before").map(|time| millis(time.as_str().unwrap()).into()).as_ref());
    }
    let states: Vec<_> = parquet(&folder.path("tables/files.parquet"))
        .iter()
        .map(|row| format!("{}: {}, {}", row["path"].as_str().unwrap(), row["state"].as_str().unwrap(), row["rows"]))
        .collect();
    let count = |name: &str| records.iter().filter(|object| object["path"] == name).count();
    let state = |name: &str, state: &str| format!("{name}: {state}, {}", count(name));
    assert_eq!(
        states,
        [
            state("logs/async-zlib-crypt.xlog", "needs-a-key"),
            state("logs/async-zlib-plain.xlog", "intact"),
            state("logs/crash-plain.mmap3", "intact"),
            state("logs/damaged.xlog", "damaged"),
            state("logs/forms.log", "damaged"),
            state("logs/imsdk_C_20231106.xlog", "intact"),
        ]
    );
    assert_eq!(folder.files().iter().filter(|name| name.contains("tmp")).count(), 0);
}

#[test]
fn filters_apply_and_change_no_number() {
    let folder = samples();
    let all = arrow(&folder.run(&["cat", "-q", "--format", "arrow", "logs"]).out).1;
    let errors = arrow(&folder.run(&["cat", "-q", "--format", "arrow", "-l", "error", "logs"]).out).1;
    let is_error = |row: &Row| row.get("level_number").and_then(Value::as_i64) >= Some(4);
    let expected: Vec<_> = all.into_iter().filter(is_error).collect();
    assert!(errors == expected);
    assert!(errors.len() > 100);
    let first = arrow(&folder.run(&["cat", "-q", "--format", "arrow", "-l", "error", "-m", "3", "logs"]).out).1;
    assert_eq!(first, errors[..3]);
}

#[test]
fn a_time_has_a_moment_where_its_zone_is_known() {
    let folder = Folder::new();
    let line = "TIM: 2023-11-06 14:19:18.434 I |-a.cpp:1  F  |m\n";
    let opened = "^^^^^^^^^^Dec 10 2021^^^15:15:13^^^^^^^^^^[10,10][2023-11-06 +0530 14:00:00]\n";
    let stock = "[I][2023-11-05 +8.0 14:19:18.434][8844, 9112*][Net][a.cpp:828, func][m\n";
    folder.write("a/log.log", format!("{opened}{line}"));
    folder.write("a/near.log", line);
    folder.write("b/stock.log", stock);
    folder.write("c/alone.log", line);
    let of = |args: &[&str]| {
        let args = [&["cat", "-q", "--format", "arrow"], args].concat();
        let rows = arrow(&folder.run(&args).out).1;
        let last = rows.last().unwrap();
        let minutes = |row: &Row| Some((row["time"].as_i64()? - row.get("utc")?.as_i64()?) / 60_000);
        (last.get("zone_from").and_then(Value::as_str).map(str::to_owned), minutes(last), last.get("zone").cloned())
    };
    let found = |from: &str, minutes: i64| (Some(from.to_owned()), Some(minutes), Some(json!(minutes)));
    assert_eq!(of(&["a/log.log"]), found("log", 330));
    assert_eq!(of(&["a"]), found("neighbours", 330));
    assert_eq!(of(&["b"]), found("line", 480));
    assert_eq!(of(&["--zone=-03:30", "c"]), found("option", -210));
    // That of this machine says nothing about the phone.
    assert_eq!(of(&["c"]), (None, None, None));
    folder.write("imlog.toml", "zone = \"+01:00\"\n");
    let mut command = folder.command();
    command.env("IMLOG_CONFIG", "imlog.toml").args(["cat", "--format", "arrow", "c"]);
    let rows = arrow(&Ended::of(&mut command).out).1;
    assert_eq!((rows[0]["zone_from"].as_str(), rows[0]["zone"].as_i64()), (Some("config"), Some(60)));
}

#[test]
fn whatever_is_in_a_file_it_becomes_rows() {
    let folder = Folder::new();
    let line = |time: &str, text: &[u8]| [format!("TIM: {time} I |-a.cpp:1  F  |").as_bytes(), text, b"\n"].concat();
    let log = [
        line("2023-11-06 14:19:18.434", b"one \xFF\xFE two"),
        line("2023-11-06 14:19:17.434", b"a zero \0 in it"),
        line("9999-12-31 23:59:59.999", b"late"),
        line("1900-01-01 00:00:00.000", b"early"),
        line("2023-11-06 14:19:18.000", &[b"long\n".as_slice(), &b"more\n".repeat(600_000)].concat()),
        line("2023-11-06 14:19:19.000", b"pid"),
        b"[I][2023-11-05 +8.0 14:19:18.434][18446744073709551615, 9112*][Net][a.cpp:4294967295, func][big\n".to_vec(),
    ];
    folder.write("odd.log", log.concat());
    folder.write("zeros.log", [0; 5000]);
    folder.write(
        "bytes.xlog",
        (0..200_000u32).flat_map(|i| i.wrapping_mul(2_654_435_761).to_le_bytes()).collect::<Vec<_>>(),
    );
    folder.write("empty.xlog", b"");
    let ended = folder.run(&[
        "cat",
        "-q",
        "--format",
        "parquet",
        "-o",
        "t/",
        "odd.log",
        "zeros.log",
        "bytes.xlog",
        "empty.xlog",
        "none.xlog",
    ]);
    assert_eq!(ended.code, 1, "{}", ended.err);
    let rows = parquet(&folder.path("t/records.parquet"));
    let rows: Vec<_> = rows.into_iter().filter(|row| row["path"] == "odd.log").collect();
    let flag = |flag: &str| rows.iter().map(|row| row[flag].as_bool().unwrap()).collect::<Vec<_>>();
    let parts: Vec<_> =
        rows.iter().map(|row| (row["record"].as_i64().unwrap(), row["part"].as_i64().unwrap())).collect();
    assert_eq!(parts, [(1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (5, 1), (5, 2), (6, 0), (7, 0)]);
    assert_eq!(flag("not_utf8"), [true, false, false, false, false, false, false, false, false]);
    assert_eq!(flag("time_back"), [false, true, false, false, false, false, false, false, true]);
    assert_eq!(flag("time_out_of_range"), [false, false, true, true, false, false, false, false, false]);
    assert_eq!(flag("continued"), [false, false, false, false, false, true, true, false, false]);
    assert!(!rows[2].contains_key("time") && !rows[3].contains_key("utc"));
    assert_eq!(
        (rows[0]["message"].as_str(), rows[1]["message"].as_str()),
        (Some("one \u{FFFD}\u{FFFD} two"), Some("a zero \0 in it"))
    );
    assert!(!rows[8].contains_key("pid") && rows[8]["line"] == json!(u32::MAX));
    let files = parquet(&folder.path("t/files.parquet"));
    let states: Vec<_> =
        files.iter().map(|row| (row["path"].as_str().unwrap(), row["state"].as_str().unwrap())).collect();
    assert!(states.contains(&("odd.log", "intact")) && states.contains(&("none.xlog", "unreadable")), "{states:?}");
    assert!(states.contains(&("empty.xlog", "empty")), "{states:?}");
    let odd = files.iter().find(|row| row["path"] == "odd.log").unwrap();
    assert_eq!((odd["times_back"].as_i64(), odd["times_out_of_range"].as_i64()), (Some(2), Some(2)));
    let unread = files.iter().find(|row| row["path"] == "none.xlog").unwrap();
    assert!(unread["error"].as_str().unwrap().contains("No such file") && !unread.contains_key("bytes"));
}

#[test]
fn records_know_app_session_and_version() {
    let folder = Folder::new();
    let text = "^^^^^^^^^^Dec 10 2021^^^15:15:13^^^^^^^^^^[7,8][2026-03-13 +0800 16:50:53]\n\
        TIM: 2026-03-13 16:50:54.000 I |-im_engine_impl.cpp:211   Init   |InitSDK|sdk_version:8.8.7357\n\
        TIM: 2026-03-13 16:50:55.000 E |-a.cpp:1   F   |x\n";
    folder.write("sdcard/Android/data/com.example.app/files/log/tencent/imsdk/imsdk_20260313.log", text);
    let rows = arrow(&folder.run(&["cat", "--format", "arrow", "-l", "error", "sdcard"]).out).1;
    let row = rows.last().unwrap();
    assert_eq!(
        (row["app"].as_str(), row["sdk_version"].as_str(), row["session"].as_i64(), row["record"].as_i64()),
        (Some("com.example.app"), Some("8.8.7357"), Some(1), Some(3))
    );
}

#[test]
fn partitions_are_folders() {
    let folder = Folder::new();
    let line = |day: u32| format!("TIM: 2023-11-{day:02} 14:19:18.434 I |-a.cpp:1  F  |day {day}\n");
    folder
        .write("pull/com.example.a/files/log/tencent/imsdk/a.log", (1..=20).chain(1..=3).map(line).collect::<String>());
    folder.write("b.log", "no time\n");
    let args = ["cat", "--format", "parquet", "--partition-by", "date,app", "-o", "out", "pull", "b.log"];
    let ended = folder.run(&args);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    let files: Vec<_> = folder.files().into_iter().filter(|name| name.starts_with("out/")).collect();
    let parts: Vec<_> = files.iter().filter(|name| name.starts_with("out/records/")).collect();
    // Those of the first days were completed to make room, and began again.
    assert_eq!((parts.len(), files.len()), (24, 26), "{files:#?}");
    assert!(files.iter().any(|name| name.starts_with("out/records/date=2023-11-20/app=com.example.a/part-")));
    let unknown = "__HIVE_DEFAULT_PARTITION__";
    assert!(files.iter().any(|name| name.starts_with(&format!("out/records/date={unknown}/app={unknown}/part-"))));
    let of_day: Vec<_> =
        parts.iter().filter(|name| name.contains("date=2023-11-02")).map(|name| parquet(&folder.path(name))).collect();
    assert!(of_day.len() == 2 && of_day.iter().all(|rows| rows.len() == 1 && rows[0]["message"] == "day 2"));
    assert!(!of_day[0][0].contains_key("app"));
    // Rows of another run are not mixed in.
    let again = folder.run(&args);
    assert_eq!(again.code, 2);
    assert!(again.err.contains("`out/records` is not empty") && again.err.contains("hint: "), "{}", again.err);
}

#[test]
fn a_file_appears_whole_or_not_at_all_and_never_in_place_of_a_log() {
    let folder = samples();
    let log = "logs/imsdk_C_20231106.xlog";
    let before = std::fs::read(folder.path(log)).unwrap();
    let run = |target: &str| folder.run(&["cat", "-q", "--format", "parquet", "-o", target, log]);
    for target in [log, "logs/forms.log", "missing/a.parquet"] {
        let ended = run(target);
        assert_eq!(ended.code, 2, "{target}");
        assert!(ended.err.starts_with("error: "), "{}", ended.err);
    }
    assert_eq!(std::fs::read(folder.path(log)).unwrap(), before);
    // An earlier table is replaced.
    assert_eq!((run("a.parquet").code, run("a.parquet").code), (0, 0));
    assert_eq!(parquet(&folder.path("a.parquet")).len(), 1331);
    assert_eq!(folder.run(&["cat", "--format", "arrow", "-o", "a.parquet", log]).code, 2);
    assert!(folder.files().iter().all(|name| !name.contains(".tmp")));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_and_a_closed_pipe_is_not() {
    let folder = samples();
    for format in ["parquet", "arrow"] {
        let ended = folder.run(&["cat", "-q", "--format", format, "-o", "/dev/full", "logs"]);
        assert_eq!(ended.code, 2);
        assert!(ended.err.contains("cannot write `/dev/full`: No space left"), "{}", ended.err);
        let program = assert_cmd::cargo::cargo_bin("imlog");
        let script =
            format!("'{}' cat -q --format {format} logs | head -c 1; echo ${{PIPESTATUS[0]}}", program.display());
        let output = std::process::Command::new("bash").args(["-c", &script]).current_dir(folder.path("")).output();
        let output = output.unwrap();
        assert!(output.stdout.ends_with(b"0\n") && output.stderr.is_empty(), "{output:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_terminal_gets_no_table() {
    let folder = samples();
    for format in ["parquet", "arrow"] {
        let program = assert_cmd::cargo::cargo_bin("imlog");
        let mut command = std::process::Command::new(program);
        command.current_dir(folder.path("")).args(["cat", "--format", format, "logs"]);
        let (shown, code) = crate::support::terminal::run(&mut command);
        assert_eq!(code, 2);
        assert!(shown.contains(&format!("{format} is not for a terminal")) && shown.contains("-o FILE."), "{shown}");
    }
}

#[test]
fn without_format_o_shows_matches() {
    let folder = samples();
    let ended = folder.run(&["cat", "-o", "-e", "error_code:6013", "-I", "logs/imsdk_C_20231106.xlog"]);
    assert!(ended.out.starts_with(b"error_code:6013\n"));
    for args in [["--table", "gaps"], ["--output", "a"], ["--partition-by", "date"]] {
        assert_eq!(folder.run(&[&["cat", "logs"], args.as_slice()].concat()).code, 2);
    }
    assert_eq!(folder.run(&["cat", "--format", "arrow", "--json", "logs"]).code, 2);
}

#[test]
fn standard_input_has_a_name() {
    let folder = samples();
    let log = std::fs::read(folder.path("logs/imsdk_C_20231106.xlog")).unwrap();
    let mut command = folder.command();
    let name = "s3://logs/com.example.app/files/log/tencent/imsdk/a.xlog";
    command.args(["cat", "--format", "arrow", "--stdin-name", name, "-"]).write_stdin(log);
    let rows = arrow(&Ended::of(&mut command).out).1;
    assert!(rows.iter().all(|row| row["path"] == name && row["app"] == "com.example.app"));
}

#[test]
fn redaction_applies() {
    let folder = samples();
    let args = ["cat", "-q", "--format", "arrow", "--redact", "-e", "userid:", "logs/imsdk_C_20231106.xlog"];
    let rows = arrow(&folder.run(&args).out).1;
    assert!(!rows.is_empty() && rows.iter().all(|row| !row["message"].as_str().unwrap().contains("userid:user_3")));
    assert!(rows.iter().any(|row| row["message"].as_str().unwrap().contains("userid:user-")));
}
