// Pages to look at, made by the real program, and a browser that watches what they do.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const root = fileURLToPath(new URL("../..", import.meta.url));
export const program = process.env.IMLOG ?? join(root, "target/debug/imlog");
const folder = mkdtempSync(join(tmpdir(), "imlog-pages-"));
// A script that finds what keeps people from using a page.
export const axe = readFileSync(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
  "utf8",
);

export const shots = process.env.SHOTS;
if (shots) {
  mkdirSync(shots, { recursive: true });
}

// Makes the page of these logs. Findings give exit code 1; anything else is an error.
export function make(name, paths) {
  const page = join(folder, `${name}.html`);
  try {
    execFileSync(program, ["diagnose", "--html", page, ...paths], { stdio: "pipe" });
  } catch (error) {
    if (error.status !== 1 || error.stderr.length > 0) {
      throw new Error(`${error.message}\n${error.stderr}`);
    }
  }
  return page;
}

export const incident = (name) => join(root, "testdata/incidents", name);
export const size = (page) => readFileSync(page).length;

export function write(name, content) {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

export const remove = () => rmSync(folder, { recursive: true });

export const launch = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });

// Opens a page. `noise` collects what must not be: words on the console, errors, dialogs, requests, breaches of the policy.
export async function open(browser, path, options = {}) {
  const { hash = "", ...settings } = options;
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    permissions: ["clipboard-read", "clipboard-write"],
    ...settings,
  });
  const page = await context.newPage();
  const noise = [];
  const url = pathToFileURL(path).href;
  page.on("console", (message) => noise.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => noise.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => {
    noise.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("popup", (popup) => noise.push(`popup: ${popup.url()}`));
  context.on("request", (request) => {
    const asked = request.url();
    if (asked.split("#")[0] !== url && !/^(data|blob):/.test(asked)) {
      noise.push(`request: ${asked}`);
    }
  });
  context.on("requestfailed", (request) => noise.push(`failed: ${request.failure().errorText}`));
  context.on("response", (response) => {
    if (response.url().startsWith("http")) {
      noise.push(`response: ${response.url()}`);
    }
  });
  await page.addInitScript(() => {
    window.breaches = [];
    document.addEventListener("securitypolicyviolation", (event) => {
      window.breaches.push(`${event.violatedDirective}: ${event.blockedURI}`);
    });
  });
  await page.goto(url + hash);
  return { page, noise, close: () => context.close() };
}
