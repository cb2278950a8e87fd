// Logs in, a report out. The worker reads; what it says is shown here.

import { LANGUAGES, say, size, speak } from "./words.js";

/** @import { FromWorker, LogRead, ToWorker } from "./messages" */
/** @import { Language, Word } from "./words.js" */

/**
 * The element of this id.
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
function the(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) {
    throw new Error(`no ${id}`);
  }
  return found;
}

const tools = the("tools", HTMLDivElement);
const redact = the("redact", HTMLInputElement);
const language = the("language", HTMLSelectElement);
const picker = the("files", HTMLInputElement);
const busy = the("busy", HTMLElement);
const doing = the("doing", HTMLElement);
const progress = the("progress", HTMLProgressElement);
const problem = the("problem", HTMLElement);
const list = the("list", HTMLUListElement);
const keys = the("keys", HTMLTextAreaElement);
const keyDetails = the("key-details", HTMLDetailsElement);

/** What is known of a file. @typedef {LogRead | "packed" | null} Known */

/** @type {Worker | null} */
let worker = null;
/** @type {File[]} */
let files = [];
/** @type {Known[]} */
let known = [];
/** @type {{ plain: string, redacted: string } | null} */
let pages = null;
/** What is being done, and to which files. @type {{ word: Word, names: string, share: number } | null} */
let task = null;
/** @type {{ word: Word, values?: Record<string, string> } | null} */
let trouble = null;

// What is embedded.

/** @type {(id: string) => string} */
const embedded = (id) => the(id, HTMLScriptElement).textContent ?? "";

/** @type {() => ArrayBuffer} */
function wasm() {
  const letters = atob(embedded("wasm"));
  const bytes = new Uint8Array(letters.length);
  for (let at = 0; at < letters.length; at += 1) {
    bytes[at] = letters.charCodeAt(at);
  }
  return bytes.buffer;
}

// The state, as it is shown.

/** @type {(element: HTMLElement, word: Word) => void} */
function label(element, word) {
  element.textContent = say(word);
}

/** @type {(read: LogRead) => string[]} */
function flaws(read) {
  const { damaged, lost, missing, locked } = read;
  return [
    read.failed ? say("failed") : "",
    read.is_cut ? say("cut") : "",
    damaged > 0 ? say("damaged", { count: damaged, size: size(lost) }) : "",
    locked > 0 ? say("locked", { count: locked }) : "",
    missing > 0 ? say("missing", { count: missing }) : "",
  ].filter(Boolean);
}

/** @type {(read: LogRead) => boolean} */
const isLog = (read) => read.blocks > 0 || read.text > 0;

/** @type {(file: File, read: Known) => { good: string, bad: string }} */
function facts(file, read) {
  if (!read || read === "packed") {
    return { good: "", bad: read ? say("packed") : "" };
  }
  if (!isLog(read) && !read.failed) {
    return { good: "", bad: say(file.size > 0 ? "noLog" : "empty") };
  }
  const { blocks: count, text } = read;
  const amount = read.is_text
    ? say("textSize", { size: size(text) })
    : say("blocks", { count, size: size(text) });
  return { good: read.failed ? "" : amount, bad: flaws(read).join("; ") };
}

/** @type {(file: File, at: number) => HTMLLIElement} */
function row(file, at) {
  const line = document.createElement("li");
  const read = known[at];
  const { good, bad } = facts(file, read);
  for (const [kind, text] of [
    ["name", file.name],
    ["dim", good],
    ["bad", bad],
  ]) {
    const part = document.createElement("span");
    part.className = kind;
    part.textContent = text;
    line.append(part);
  }
  if (pages && read && read !== "packed" && read.text > 0 && !read.is_text) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = say("saveText");
    button.setAttribute("aria-label", `${say("saveText")}: ${file.name}`);
    button.disabled = task !== null;
    button.addEventListener("click", () => askForText(at));
    line.append(button);
  }
  return line;
}

function showTask() {
  busy.hidden = task === null;
  if (task) {
    const percent = Math.floor(task.share * 100);
    doing.textContent = say(task.word, { names: task.names, percent });
    progress.value = task.share;
  }
}

// In a frame of its own each time, which has no way to this page.
function showReport() {
  const page = pages && (redact.checked ? pages.redacted : pages.plain);
  document.getElementById("report")?.remove();
  tools.hidden = !page;
  if (page) {
    const frame = document.createElement("iframe");
    frame.id = "report";
    frame.sandbox.add("allow-scripts");
    frame.allow = "clipboard-write";
    frame.title = say("report");
    frame.srcdoc = page;
    document.body.append(frame);
  }
}

function show() {
  for (const element of document.querySelectorAll("[data-word]")) {
    if (element instanceof HTMLElement) {
      label(element, /** @type {Word} */ (element.dataset.word));
    }
  }
  document.title = say("title");
  redact.title = say("redactHint");
  document.getElementById("report")?.setAttribute("title", say("report"));
  the("start", HTMLElement).hidden = files.length > 0;
  the("logs", HTMLElement).hidden = files.length === 0;
  list.replaceChildren(...files.map(row));
  problem.hidden = trouble === null;
  problem.textContent = trouble ? say(trouble.word, trouble.values) : "";
  the("apply", HTMLButtonElement).hidden = files.length === 0;
  showTask();
}

// What is done.

/** @type {(message: ToWorker) => void} */
const ask = (message) => worker?.postMessage(message);

const names = () =>
  new Intl.ListFormat(language.value).format(files.map(({ name }) => name).slice(0, 5));

/** Forgets what was read, and what is being read. */
function stop() {
  worker?.terminate();
  worker = null;
  task = null;
  trouble = null;
  pages = null;
  showReport();
}

/** @type {(chosen: File[]) => void} */
function read(chosen) {
  stop();
  files = chosen;
  known = files.map(() => null);
  if (files.length > 0) {
    task = { word: "reading", names: names(), share: 0 };
    const source = new Blob([embedded("worker")], { type: "text/javascript" });
    const address = URL.createObjectURL(source);
    worker = new Worker(address);
    worker.addEventListener("message", hear);
    worker.addEventListener("error", ({ message }) =>
      fail({ word: "broken", values: { why: message } }),
    );
    URL.revokeObjectURL(address);
    ask({ type: "read", files, keys: keys.value, wasm: wasm() });
  }
  show();
}

/** @type {(why: NonNullable<typeof trouble>) => void} */
function fail(why) {
  task = null;
  trouble = why;
  show();
}

/** @type {(event: MessageEvent<FromWorker>) => void} */
function hear({ data }) {
  switch (data.type) {
    case "progress":
      if (task) {
        task.share = data.total > 0 ? Math.min(data.done / data.total, 1) : 0;
        showTask();
      }
      break;
    case "log":
      known[data.file] = data.read;
      show();
      break;
    case "packed":
      known[data.file] = "packed";
      show();
      break;
    case "pages":
      task = null;
      if (known.some((read) => read && read !== "packed" && isLog(read))) {
        pages = data;
        showReport();
      } else {
        trouble = { word: "nothing" };
      }
      // An encrypted log asks for its key.
      keyDetails.open ||= known.some((read) => read && read !== "packed" && read.locked > 0);
      show();
      break;
    case "text":
      task = null;
      save(data.blob, `${files[data.file].name}.log`);
      show();
      break;
    case "bad-key":
      keyDetails.open = true;
      fail({ word: "badKey", values: { why: data.why } });
      break;
    case "broken":
      fail({ word: "broken", values: { why: data.why } });
      break;
  }
}

/** @type {(file: number) => void} */
function askForText(file) {
  task = { word: "writing", names: files[file].name, share: 0 };
  ask({ type: "text", file, redact: redact.checked });
  show();
}

/** @type {(blob: Blob, name: string) => void} */
function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // Until the browser has taken it.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

// What people do.

picker.addEventListener("change", () => {
  read([...(picker.files ?? [])]);
  picker.value = "";
});
the("cancel", HTMLButtonElement).addEventListener("click", () => read([]));
the("again", HTMLButtonElement).addEventListener("click", () => {
  read([]);
  picker.focus();
});
the("keyring", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  read(files);
});
redact.addEventListener("change", showReport);
the("save-report", HTMLButtonElement).addEventListener("click", () => {
  if (pages) {
    const page = redact.checked ? pages.redacted : pages.plain;
    save(new Blob([page], { type: "text/html" }), "imlog-report.html");
  }
});
language.addEventListener("change", () => choose(/** @type {Language} */ (language.value)));
for (const name of ["dragenter", "dragover"]) {
  document.addEventListener(name, (event) => {
    event.preventDefault();
    document.body.classList.add("over");
  });
}
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) {
    document.body.classList.remove("over");
  }
});
document.addEventListener("drop", (event) => {
  event.preventDefault();
  document.body.classList.remove("over");
  const dropped = [...(event.dataTransfer?.files ?? [])];
  if (dropped.length > 0) {
    read(dropped);
  }
});

/** @type {(chosen: Language) => void} */
function choose(chosen) {
  speak(chosen);
  language.value = chosen;
  document.documentElement.lang = chosen;
  show();
}

const spoken = navigator.languages.map((tag) => tag.split("-")[0]).find((tag) => tag in LANGUAGES);
choose(/** @type {Language} */ (spoken ?? "en"));
// The smallest module with an instruction of SIMD, which the library is built with.
const SIMD = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15,
  253, 98, 11,
];
const lacks = [
  globalThis.Worker ? "" : "Worker",
  globalThis.WebAssembly?.validate(new Uint8Array(SIMD)) ? "" : "WebAssembly SIMD",
].filter(Boolean);
if (lacks.length > 0) {
  fail({ word: "unfit", values: { what: lacks.join(", ") } });
}
