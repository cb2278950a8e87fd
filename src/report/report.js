// What a report does beyond being read: search, sorting, copying, and a timeline that zooms. All of it is there without
// this script, too; the script only shows the controls and makes them work.

const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const one = (selector, root = document) => root.querySelector(selector);
const clamp = (value, least, most) => Math.min(Math.max(value, least), most);

// Tables that can be sorted.

function makeSortable(table) {
  const body = table.tBodies[0];
  const heads = all("thead th", table);
  const keyOf = (row, column) => {
    const cell = row.cells[column];
    const text = cell.dataset.k ?? cell.textContent.trim();
    const number = Number(text);
    return { empty: text === "", number: Number.isNaN(number) ? null : number, text };
  };
  const compare = (a, b) => {
    if (a.number !== null && b.number !== null) {
      return a.number - b.number;
    }
    return a.text.localeCompare(b.text, "en", { numeric: true });
  };
  const sort = (head, column) => {
    const isNumber = head.classList.contains("number");
    const now = head.getAttribute("aria-sort");
    const down = now ? now === "ascending" : isNumber;
    for (const other of heads) {
      other.removeAttribute("aria-sort");
    }
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const rows = [...body.rows].map((row) => ({ row, key: keyOf(row, column) }));
    rows.sort((a, b) => {
      // What has no value comes last, either way.
      if (a.key.empty !== b.key.empty) {
        return a.key.empty ? 1 : -1;
      }
      return down ? compare(b.key, a.key) : compare(a.key, b.key);
    });
    body.append(...rows.map(({ row }) => row));
  };
  for (const [column, head] of heads.entries()) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.addEventListener("click", () => sort(head, column));
    head.replaceChildren(button);
  }
}

// Commands that can be copied.

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

function makeCopyable(button) {
  const code = one("code", button.parentElement);
  button.hidden = false;
  button.addEventListener("click", async () => {
    const done = await copy(code.textContent);
    if (!done) {
      // The clipboard is not for this page: what is selected can be copied by hand.
      getSelection().selectAllChildren(code);
    }
    button.textContent = done ? "Copied" : "Selected";
    setTimeout(() => {
      button.textContent = "Copy";
    }, 2000);
  });
}

// Search: what does not match is hidden, and what matches is marked.

const MOST_MARKS = 2000;

function makeSearch(box) {
  const input = one("input", box);
  const status = one("[role=status]", box);
  let entries = null;
  box.hidden = false;

  const read = () =>
    all("article.card, table[data-sortable] tbody tr").map((element) => ({
      element,
      text: element.textContent.toLowerCase(),
    }));

  const mark = (elements, words) => {
    if (!CSS.highlights) {
      return;
    }
    const ranges = [];
    for (const element of elements) {
      const nodes = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      while (nodes.nextNode() && ranges.length < MOST_MARKS) {
        const text = nodes.currentNode.data.toLowerCase();
        // A few letters grow in lower case: then places are not the same.
        if (text.length !== nodes.currentNode.data.length) {
          continue;
        }
        for (const word of words) {
          for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
            const range = new Range();
            range.setStart(nodes.currentNode, at);
            range.setEnd(nodes.currentNode, at + word.length);
            ranges.push(range);
          }
        }
      }
    }
    CSS.highlights.set("found", new Highlight(...ranges));
  };

  const search = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    entries ??= read();
    const found = [];
    for (const { element, text } of entries) {
      const matches = words.every((word) => text.includes(word));
      element.hidden = !matches;
      if (matches && words.length > 0) {
        found.push(element);
        const details = one("details", element) ?? element.closest("details");
        if (details && words.some((word) => details.textContent.toLowerCase().includes(word))) {
          details.open = true;
        }
      }
    }
    for (const section of all("main article.app > section[id]")) {
      const inside = entries.filter(({ element }) => section.contains(element));
      const isEmpty = inside.length > 0 && inside.every(({ element }) => element.hidden);
      section.hidden = isEmpty && !section.querySelector(".chart");
    }
    const matches = found.length === 1 ? "1 match" : `${found.length} matches`;
    status.textContent = words.length > 0 ? matches : "";
    mark(found, words);
  };

  input.addEventListener("input", search);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      input.value = "";
      search();
    }
  });
  addEventListener("keydown", (event) => {
    const isTyping = event.target instanceof HTMLInputElement && event.target.type === "search";
    if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      input.focus();
    }
  });
  return () => {
    input.value = "";
    search();
  };
}

// The timeline.

const DAY = 86_400_000;
const MINUTE = 60_000;
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * 1000),
  ...[1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720].map((minutes) => minutes * MINUTE),
  // A clock that is wrong can be off by thousands of years.
  ...[1, 2, 7, 30, 365, 3650, 36500, 365000, 3650000].map((days) => days * DAY),
];
// Pixels between two times at the axis, at least; how near to a mark a click counts as one on it.
const APART = 80;
const NEAR = 12;
const SVG = "http://www.w3.org/2000/svg";

// What the phone's clock showed is kept as if it had been UTC.
const stamp = (wall) => new Date(wall).toISOString().replace("T", " ");

class Timeline {
  constructor(section) {
    const chart = one(".chart", section);
    this.plot = one(".plot", chart);
    this.start = Number(chart.dataset.start);
    this.length = Number(chart.dataset.length);
    this.bar = Number(chart.dataset.bar);
    this.unit = chart.dataset.unit;
    this.slider = one(".time", chart);
    this.readout = one(".readout", section);
    this.cursor = one(".cursor", chart);
    this.axis = one(".axis", chart);
    this.foot = Number(this.cursor.getAttribute("y2"));
    this.from = 0;
    this.span = this.length;
    this.at = null;
    this.parts = all("[data-f]", this.plot).map((element) => {
      const from = Number(element.dataset.f);
      const to = element.dataset.t === undefined ? from + this.bar : Number(element.dataset.t);
      return { element, from, to };
    });
    this.lanes = all(".lane[data-name]", this.plot).map((lane) => ({
      name: lane.dataset.name,
      parts: this.parts.filter(({ element }) => lane.contains(element)),
    }));
    this.bars = this.parts.filter(({ element }) => element.dataset.n !== undefined);
    this.holes = this.parts.filter(({ element }) => element.classList.contains("hole"));
    this.marks = this.parts.filter(({ element }) => element.closest("a"));
    for (const hidden of all("[hidden]", section)) {
      hidden.hidden = false;
    }
    this.listen(section);
    this.draw();
  }

  get width() {
    return this.plot.clientWidth || this.plot.getBoundingClientRect().width || 1;
  }

  // Never less than ten seconds, so that a single moment does not fill everything.
  zoom(factor, at = this.from + this.span / 2) {
    const span = clamp(this.span * factor, Math.min(10_000, this.length), this.length);
    const share = (at - this.from) / this.span;
    this.show(at - share * span, span);
  }

  pan(millis) {
    this.show(this.from + millis, this.span);
  }

  show(from, span) {
    this.span = clamp(span, 1, this.length);
    this.from = clamp(from, 0, this.length - this.span);
    this.later();
  }

  // Drawn once for each picture, however many events there are.
  later() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.draw();
    });
  }

  draw() {
    const { width } = this;
    const scale = width / this.span;
    const end = this.from + this.span;
    for (const { element, from, to } of this.parts) {
      const isSeen = to >= this.from && from <= end;
      element.setAttribute("display", isSeen ? "inline" : "none");
      if (isSeen) {
        const left = Math.max((from - this.from) * scale, -20);
        const right = Math.min((to - this.from) * scale, width + 20);
        element.setAttribute("x", left.toFixed(2));
        element.setAttribute("width", Math.max(right - left, 0.5).toFixed(2));
      }
    }
    this.drawAxis(width, scale);
    this.drawCursor(scale);
    this.plot.dataset.from = Math.round(this.from);
    this.plot.dataset.span = Math.round(this.span);
  }

  drawAxis(width, scale) {
    const step = STEPS.find((step) => step * scale >= APART) ?? STEPS.at(-1);
    const parts = [];
    const first = Math.ceil((this.start + this.from) / step) * step;
    for (let wall = first; wall <= this.start + this.from + this.span; wall += step) {
      const x = (wall - this.start - this.from) * scale;
      const line = document.createElementNS(SVG, "line");
      const text = document.createElementNS(SVG, "text");
      const anchor = x < 24 ? "start" : x > width - 24 ? "end" : "middle";
      const set = (element, attributes) => {
        for (const [name, value] of Object.entries(attributes)) {
          element.setAttribute(name, value);
        }
      };
      set(line, { x1: x, x2: x, y1: 0, y2: this.foot });
      set(text, { x, y: this.foot + 15, "text-anchor": anchor });
      const shown = stamp(wall);
      const isMidnight = wall % DAY === 0;
      if (step >= 30 * DAY) {
        text.textContent = shown.slice(0, 10);
      } else {
        text.textContent = isMidnight
          ? shown.slice(5, 10)
          : shown.slice(11, step < MINUTE ? 19 : 16);
      }
      parts.push(line, text);
    }
    this.axis.replaceChildren(...parts);
  }

  drawCursor(scale) {
    const at = this.at ?? this.from;
    this.cursor.setAttribute("visibility", this.at === null ? "hidden" : "visible");
    const x = (at - this.from) * scale;
    this.cursor.setAttribute("x1", x);
    this.cursor.setAttribute("x2", x);
    this.slider.value = Math.round(((at - this.from) / this.span) * 1000);
    const said = this.at === null ? "Point at the timeline to see the values." : this.say(this.at);
    this.readout.textContent = said;
    this.slider.setAttribute("aria-valuetext", said);
  }

  // What is known of a moment.
  say(at) {
    const seconds = this.span < 10 * MINUTE ? 23 : 19;
    const said = [stamp(this.start + at).slice(0, seconds)];
    const holds = ({ from, to }) => from <= at && at <= to;
    for (const { name, parts } of this.lanes) {
      const part = parts.findLast(holds);
      if (part) {
        const label = part.element.textContent;
        const state = label.replace(/^.*?Session \d+: /, "").replace(/, \d{4}-\d\d-\d\d .*$/, "");
        said.push(`${name.toLowerCase()}: ${state}`);
      }
    }
    const bar = this.bars.find(({ from, to }) => from <= at && at < to);
    if (this.bars.length > 0) {
      const count = Number(bar?.element.dataset.n ?? 0);
      said.push(
        `${count === 1 ? "1 error" : `${count} errors`} in this ${this.unit.replace(/^1 /, "")}`,
      );
    }
    const hole = this.holes.find(holds);
    if (hole) {
      said.push(hole.element.textContent);
    }
    const mark = this.nearest(at, NEAR);
    if (mark) {
      said.push(mark.element.textContent.replace(/\. .*$/, ""));
    }
    return said.join(" · ");
  }

  // The finding at this moment, or not more than so many pixels from it.
  nearest(at, pixels) {
    const apart = ({ from, to }) => Math.max(from - at, at - to, 0);
    const most = (pixels * this.span) / this.width;
    let best = null;
    for (const mark of this.marks) {
      if (apart(mark) <= most && (!best || apart(mark) < apart(best))) {
        best = mark;
      }
    }
    return best;
  }

  point(at) {
    this.at = clamp(at, 0, this.length);
    if (this.at < this.from || this.at > this.from + this.span) {
      this.from = clamp(this.at - this.span / 2, 0, this.length - this.span);
    }
    this.later();
  }

  // Shows this time, with some before and after it.
  focus(first, last) {
    const length = Math.max(last - first, 20_000);
    const middle = (first + last) / 2 - this.start;
    const span = Math.min(length * 2, this.length);
    this.show(middle - span / 2, span);
    this.point(first - this.start);
  }

  listen(section) {
    const moment = (event) => {
      const box = this.plot.getBoundingClientRect();
      return this.from + ((event.clientX - box.left) / box.width) * this.span;
    };
    const pointers = new Map();
    let moved = 0;
    this.plot.addEventListener("pointerdown", (event) => {
      pointers.set(event.pointerId, event);
      moved = 0;
    });
    this.plot.addEventListener("pointermove", (event) => {
      const before = pointers.get(event.pointerId);
      if (!before) {
        this.point(moment(event));
        return;
      }
      const others = [...pointers.values()].filter((other) => other.pointerId !== event.pointerId);
      pointers.set(event.pointerId, event);
      if (others.length === 0) {
        moved += Math.abs(event.clientX - before.clientX);
        // Not before it is a drag: a captured click would not reach a link.
        if (moved > 4 && !this.plot.hasPointerCapture(event.pointerId)) {
          this.plot.setPointerCapture(event.pointerId);
        }
        this.pan(((before.clientX - event.clientX) / this.width) * this.span);
        return;
      }
      moved += 10;
      const apart = (pointer) => Math.max(Math.abs(pointer.clientX - others[0].clientX), 10);
      this.zoom(apart(before) / apart(event), moment(others[0]));
    });
    for (const name of ["pointerup", "pointercancel", "pointerleave"]) {
      this.plot.addEventListener(name, (event) => pointers.delete(event.pointerId));
    }
    this.plot.addEventListener("pointerleave", () => {
      if (document.activeElement !== this.slider) {
        this.at = null;
        this.later();
      }
    });
    this.plot.addEventListener("dragstart", (event) => event.preventDefault());
    this.plot.addEventListener(
      "click",
      (event) => {
        if (moved > 4) {
          event.preventDefault();
          return;
        }
        const mark = this.nearest(moment(event), NEAR);
        if (mark && !event.target.closest("a")) {
          go(mark.element.closest("a").getAttribute("href"));
        }
      },
      true,
    );
    this.plot.addEventListener("dblclick", (event) => this.zoom(0.4, moment(event)));
    this.plot.addEventListener(
      "wheel",
      (event) => {
        // A wheel alone scrolls the page.
        if (event.ctrlKey || event.metaKey) {
          event.preventDefault();
          this.zoom(1.0015 ** event.deltaY, moment(event));
        } else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
          event.preventDefault();
          this.pan((event.deltaX / this.width) * this.span);
        }
      },
      { passive: false },
    );
    const act = {
      left: () => this.pan(-this.span / 3),
      right: () => this.pan(this.span / 3),
      in: () => this.zoom(0.5, this.at ?? undefined),
      out: () => this.zoom(2, this.at ?? undefined),
      all: () => this.show(0, this.length),
    };
    for (const button of all("[data-do]", section)) {
      button.addEventListener("click", () => act[button.dataset.do]());
    }
    this.slider.addEventListener("input", () =>
      this.point(this.from + (Number(this.slider.value) / 1000) * this.span),
    );
    const step = (parts) => this.point((this.at ?? this.from) + this.span / parts);
    const keys = {
      "+": act.in,
      "=": act.in,
      "-": act.out,
      _: act.out,
      0: act.all,
      ArrowLeft: () => step(-50),
      ArrowRight: () => step(50),
      ArrowDown: () => step(-50),
      ArrowUp: () => step(50),
      PageDown: act.left,
      PageUp: act.right,
      Enter: () => {
        const mark = this.nearest(this.at ?? this.from, NEAR);
        if (mark) {
          go(mark.element.closest("a").getAttribute("href"));
        }
      },
    };
    this.slider.addEventListener("keydown", (event) => {
      if (keys[event.key] && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        keys[event.key]();
      }
    });
    for (const { element, from } of this.marks) {
      element.closest("a").addEventListener("focus", () => this.point(from));
    }
    new ResizeObserver(() => this.later()).observe(this.plot);
  }
}

// Links: what they lead to is shown, even if it was folded up or searched away.

let clearSearch = () => {};

function reveal(hash) {
  const target = hash.length > 1 && document.getElementById(hash.slice(1));
  if (!target) {
    return;
  }
  if (target.closest("[hidden]")) {
    clearSearch();
  }
  const details = target.closest("details") ?? one(".evidence", target.closest(".card") ?? target);
  if (details && (target.closest(".card") ?? target).matches(".card")) {
    details.open = true;
  }
  target.scrollIntoView();
  if (target.matches(".card")) {
    target.focus({ preventScroll: true });
  }
}

function go(hash) {
  if (location.hash === hash) {
    reveal(hash);
  } else {
    location.hash = hash;
  }
}

// All together.

document.documentElement.classList.add("js");
for (const table of all("table[data-sortable]")) {
  makeSortable(table);
}
for (const button of all("button.copy")) {
  makeCopyable(button);
}
const box = one("[role=search]");
if (box) {
  clearSearch = makeSearch(box);
}
// The page is there before its timelines move, and as it was: they need to know how wide it is.
requestAnimationFrame(() => {
  for (const app of all("article.app")) {
    const section = one("section:has(> .chart)", app);
    if (!section) {
      continue;
    }
    const timeline = new Timeline(section);
    for (const card of all(".card[data-first]", app)) {
      const button = one(".locate", card);
      button.hidden = false;
      button.addEventListener("click", () => {
        timeline.focus(Number(card.dataset.first), Number(card.dataset.last));
        section.scrollIntoView();
        timeline.slider.focus({ preventScroll: true });
      });
    }
  }
  if (location.hash) {
    reveal(location.hash);
  }
});
addEventListener("hashchange", () => reveal(location.hash));
// In a frame that has no address of its own, links would lead to the page around it.
const [here, base] = [document.URL, document.baseURI].map((address) => address.split("#")[0]);
// A click on the link that the page is at already leads there again.
addEventListener("click", (event) => {
  const link = event.target instanceof Element && event.target.closest('a[href^="#"]');
  if (!link) {
    return;
  }
  const hash = link.getAttribute("href");
  if (here !== base) {
    event.preventDefault();
    go(hash);
  } else if (hash === location.hash) {
    reveal(hash);
  }
});

// Paper shows what is folded up.
let folded = [];
addEventListener("beforeprint", () => {
  folded = all("details.evidence:not([open])");
  for (const details of folded) {
    details.open = true;
  }
});
addEventListener("afterprint", () => {
  for (const details of folded) {
    details.open = false;
  }
});
