// What the page and its worker say to each other.

/** What was read of a log. Sizes are bytes. */
export interface LogRead {
  failed: boolean;
  is_text: boolean;
  text: number;
  blocks: number;
  damaged: number;
  lost: number;
  locked: number;
  is_cut: boolean;
  missing: number;
}

/** Files go by their place in `files`. */
export type ToWorker =
  | { type: "read"; files: File[]; keys: string; wasm: ArrayBuffer }
  | { type: "text"; file: number; redact: boolean };

export type FromWorker =
  | { type: "progress"; done: number; total: number }
  | { type: "log"; file: number; read: LogRead }
  | { type: "packed"; file: number }
  | { type: "pages"; plain: string; redacted: string }
  | { type: "text"; file: number; blob: Blob }
  | { type: "bad-key"; why: string }
  | { type: "broken"; why: string };
