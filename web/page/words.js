// All words of the page, in each of its languages. The report itself is English.

const en = {
  title: "imlog: what went wrong in a log",
  promise: "Drop logs here, and see what went wrong",
  stays:
    "Nothing leaves this machine: the page reads the files itself, and a policy in it forbids any network.",
  choose: "Choose logs…",
  formats:
    "Logs of Tencent mars and the IM SDK (.xlog, .mmap3) and their texts (.log), all days of one app together. Unpack archives first: zip and tar are not read here.",
  keys: "Private keys for encrypted logs",
  keysHint: "64 hex digits, one key a line. They stay in the memory of this page.",
  apply: "Read again with these keys",
  reading: "Reading {names}: {percent} %",
  writing: "Decoding {names}: {percent} %",
  cancel: "Cancel",
  again: "Other logs",
  redact: "Mask personal data",
  redactHint: "Free text that people wrote may still hold personal data.",
  saveReport: "Save report",
  saveText: "Save text",
  language: "Language",
  report: "Report",
  files: "Files",
  isText: "text",
  blocks: "{count} blocks, {size} of text",
  textSize: "{size} of text",
  damaged: "{size} in {count} places not decoded",
  cut: "ends in the midst of a block",
  missing: "{count} blocks missing (perhaps in another file)",
  locked: "needs a key: {count} encrypted blocks",
  noLog: "no xlog block found, and no text",
  empty: "empty",
  failed:
    "cannot be read (a folder, or a file that has changed): only the part before the error counts",
  packed: "an archive: unpack it, and drop the files",
  nothing: "None of these files is a log.",
  badKey: "Key in line {why}",
  broken: "Something went wrong in this page: {why}",
  unfit:
    "This browser cannot show logs here: it lacks {what}. A current Chrome, Firefox or Safari can.",
};

/** @typedef {keyof typeof en} Word */

/** @type {Record<Word, string>} */
const zh = {
  title: "imlog：日志诊断",
  promise: "将日志拖到此处，查看问题所在",
  stays: "数据不会离开本机：文件由本页面自行读取，页面内的安全策略禁止任何网络访问。",
  choose: "选择日志…",
  formats:
    "支持腾讯 mars 与 IM SDK 的日志（.xlog、.mmap3）及其文本（.log）；请将同一应用各天的日志一起放入。压缩包请先解压，此处不读取 zip 和 tar。",
  keys: "加密日志的私钥",
  keysHint: "64 位十六进制数字，每行一个。私钥只保存在本页面的内存中。",
  apply: "用这些私钥重新读取",
  reading: "正在读取 {names}：{percent} %",
  writing: "正在解码 {names}：{percent} %",
  cancel: "取消",
  again: "其他日志",
  redact: "隐去个人信息",
  redactHint: "用户自行输入的文字中仍可能含有个人信息。",
  saveReport: "保存报告",
  saveText: "保存文本",
  language: "语言",
  report: "报告（英文）",
  files: "文件",
  isText: "文本",
  blocks: "{count} 个数据块，文本 {size}",
  textSize: "文本 {size}",
  damaged: "{count} 处共 {size} 未能解码",
  cut: "末尾的数据块不完整",
  missing: "缺少 {count} 个数据块（可能在其他文件中）",
  locked: "需要私钥：{count} 个加密数据块",
  noLog: "既没有 xlog 数据块，也不是文本",
  empty: "空文件",
  failed: "无法读取（是文件夹，或文件已被更改）：只计入出错之前的部分",
  packed: "压缩包：请先解压，再拖入其中的文件",
  nothing: "这些文件都不是日志。",
  badKey: "私钥有误，行 {why}",
  broken: "页面出错：{why}",
  unfit: "此浏览器无法在此显示日志：缺少 {what}。请使用新版 Chrome、Firefox 或 Safari。",
};

export const LANGUAGES = { en, zh };

/** @typedef {keyof typeof LANGUAGES} Language */

/** @type {Language} */
let language = "en";

/** @type {(chosen: Language) => void} */
export function speak(chosen) {
  language = chosen;
}

/**
 * A word in the language that is spoken, with values in the place of their names.
 * @type {(word: Word, values?: Record<string, string | number>) => string}
 */
export function say(word, values = {}) {
  return LANGUAGES[language][word].replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name];
    return typeof value === "number" ? value.toLocaleString(language) : value;
  });
}

/** @type {(bytes: number) => string} */
export function size(bytes) {
  const units = ["B", "kB", "MB", "GB"];
  let at = 0;
  let count = bytes;
  while (count >= 1000 && at + 1 < units.length) {
    count /= 1000;
    at += 1;
  }
  const digits = count < 10 && at > 0 ? 1 : 0;
  return `${count.toLocaleString(language, { maximumFractionDigits: digits })} ${units[at]}`;
}
