// Reads logs beside the page. One call does all of a file, so the page ends the worker to cancel.

import { initSync, Logs } from "../pkg/imlog_web.js";

/** @import { FromWorker, ToWorker } from "./messages" */

/** @type {File[]} */
let files = [];
/** @type {Logs} */
let logs;
/** @type {Blob[]} */
let parts = [];
let done = 0;
let total = 0;
let told = 0;

/** @param {FromWorker} message */
const say = (message) => postMessage(message);

const reader = new FileReaderSync();

/** @type {(file: number, start: number, length: number) => Uint8Array} */
function slice(file, start, length) {
  return new Uint8Array(reader.readAsArrayBuffer(files[file].slice(start, start + length)));
}

// What src/host.rs asks for.
Object.assign(globalThis, {
  /** @type {(file: number, offset: number, buffer: Uint8Array) => number} */
  imlogRead(file, offset, buffer) {
    try {
      const bytes = slice(file, offset, buffer.length);
      buffer.set(bytes);
      done += bytes.length;
      const now = performance.now();
      if (now - told > 50) {
        told = now;
        say({ type: "progress", done, total });
      }
      return bytes.length;
    } catch {
      return -1;
    }
  },

  // The browser keeps what is in a blob on disk, if it is much.
  /** @param {Uint8Array<ArrayBuffer>} text */
  imlogWrite(text) {
    parts.push(new Blob([text]));
  },
});

// Archives by their magic bytes, and where those stand.
const PACKED = [
  { at: 0, magic: [0x50, 0x4b, 3, 4] },
  { at: 0, magic: [0x50, 0x4b, 5, 6] },
  { at: 0, magic: [0x1f, 0x8b] },
  { at: 0, magic: [0x28, 0xb5, 0x2f, 0xfd] },
  { at: 257, magic: [...new TextEncoder().encode("ustar")] },
];

/** @type {(file: number) => boolean} */
function isPacked(file) {
  try {
    const head = slice(file, 0, 262);
    return PACKED.some(({ at, magic }) => magic.every((byte, place) => head[at + place] === byte));
  } catch {
    return false;
  }
}

/** @type {(keys: string) => void} */
function read(keys) {
  try {
    logs = new Logs(keys);
  } catch (error) {
    say({ type: "bad-key", why: error instanceof Error ? error.message : String(error) });
    return;
  }
  const order = [];
  for (const [file, { name }] of files.entries()) {
    if (isPacked(file)) {
      say({ type: "packed", file });
    } else {
      order.push({ file, name, start: logs.start(file, name) ?? Number.POSITIVE_INFINITY });
    }
  }
  order.sort((one, other) => (one.start < other.start ? -1 : Number(one.start > other.start)));
  done = 0;
  total = order.reduce((sum, { file }) => sum + files[file].size, 0);
  for (const { file, name } of order) {
    const of_log = logs.read(file, name);
    const { failed, is_text, text, blocks, damaged, lost, locked, is_cut, missing } = of_log;
    of_log.free();
    const read = { failed, is_text, text, blocks, damaged, lost, locked, is_cut, missing };
    say({ type: "log", file, read });
  }
  const { plain, redacted } = logs.finish();
  say({ type: "pages", plain, redacted });
}

addEventListener("message", (/** @type {MessageEvent<ToWorker>} */ { data }) => {
  try {
    if (data.type === "read") {
      initSync({ module: data.wasm });
      files = data.files;
      read(data.keys);
      return;
    }
    done = 0;
    total = files[data.file].size;
    parts = [];
    if (!logs.text(data.file, data.redact)) {
      throw new Error(`${files[data.file].name} could not be read to its end`);
    }
    say({ type: "text", file: data.file, blob: new Blob(parts, { type: "text/plain" }) });
    parts = [];
  } catch (error) {
    say({ type: "broken", why: String(error) });
  }
});
