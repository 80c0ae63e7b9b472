"use strict";
// The questions of the page, answered for the postings that are chosen; answers.py gives the same in SQL.
(() => {
  const CHOICES = ["source", "country", "region", "role", "level", "workplace", "employer"];
  const LISTS = [...CHOICES, "skills"];
  const MIN_PAID = Number(document.body.dataset.minPaid);
  const SHORT = Number(document.body.dataset.shortList);
  const byId = (id) => document.getElementById(id);
  const make = (name, text, attributes = {}) => {
    const element = document.createElement(name);
    if (text !== null) element.textContent = text;
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const count = (n) => n.toLocaleString("en-US");
  const percent = (part, whole) => (whole ? (100 * part / whole).toFixed(part / whole < 0.095 ? 1 : 0) + "%" : "–");
  const median = (numbers) => {
    const sorted = Float64Array.from(numbers).sort();
    const middle = sorted.length >> 1;
    return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  };

  async function unpack(text) {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const buffer = await new Response(stream).arrayBuffer();
    const length = Number(new DataView(buffer).getBigUint64(0, true));
    const data = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, buffer.byteLength - length)));
    const types = { uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array, float64: Float64Array };
    let place = 8;
    for (const [name, type, size] of data.columns) {
      data[name] = new types[type](buffer, place, size);
      place += data[name].byteLength;
    }
    return data;
  }

  // choice: for each of LISTS an index into its names, for first and last one into weeks, isAi; absent: any.
  function answer(data, choice) {
    const size = data.week.length;
    const wanted = CHOICES.filter((name) => choice[name] !== undefined).map((name) => [data[name], choice[name]]);
    const first = choice.first ?? 0, last = choice.last ?? data.weeks.length;
    const found = { postings: 0, ai: 0, text: 0, weeks: data.weeks.map(() => [0, 0]), chosen: [], pay: [] };
    for (const name of LISTS) found[name] = new Uint32Array(data.names[name].length);
    const isChosen = new Uint8Array(size);
    let skillPlace = 0;
    for (let row = 0; row < size; row += 1) {
      const skillEnd = skillPlace + data.skill_counts[row];
      const week = data.week[row], isAi = data.flags[row] & 1;
      let keep = week >= first && week <= last && (isAi || !choice.isAi);
      for (let i = 0; keep && i < wanted.length; i += 1) keep = wanted[i][0][row] === wanted[i][1];
      if (keep && choice.skills !== undefined) keep = data.skill.subarray(skillPlace, skillEnd).includes(choice.skills);
      if (keep) {
        isChosen[row] = 1;
        found.postings += 1;
        found.ai += isAi;
        found.text += data.flags[row] >> 1;
        found.weeks[week][0] += 1;
        found.weeks[week][1] += isAi;
        for (const name of CHOICES) found[name][data[name][row]] += 1;
        for (let i = skillPlace; i < skillEnd; i += 1) found.skills[data.skill[i]] += 1;
        if (row < data.opened.length) found.chosen.push(row);
      }
      skillPlace = skillEnd;
    }
    const kinds = data.payKinds.map(() => []);
    data.paid.forEach((row, i) => isChosen[row] && kinds[data.pay_kind[i]].push(data.pay[i]));
    kinds.forEach((numbers, kind) => {
      if (numbers.length >= MIN_PAID) found.pay.push([...data.payKinds[kind], numbers.length, median(numbers)]);
    });
    found.pay.sort((a, b) => b[2] - a[2] || (a[0] + a[1] < b[0] + b[1] ? -1 : 1));
    return found;
  }

  function bars(data, name, found, choose) {
    const body = document.querySelector(`table[data-list=${name}] tbody`);
    const whole = name === "skills" ? found.text : found.postings;
    const rows = [...found[name]].map((n, i) => [n, i]).filter(([n, i]) => n && data.names[name][i]);
    // Levels stand in the order of their ranks, everything else by its number.
    if (name !== "level") rows.sort((a, b) => b[0] - a[0] || a[1] - b[1]);
    const widest = Math.max(...rows.map(([n]) => n));
    const missing = data.names[name].indexOf(null);
    const limit = body.parentElement.dataset.all ? rows.length : SHORT;
    body.replaceChildren(...rows.slice(0, limit).map(([n, i]) => {
      const label = data.names[name][i][1];
      const row = make("tr", null), head = make("th", null, { scope: "row" }), cell = make("td", null);
      const button = make("button", label, { type: "button", title: `Only ${label}` });
      button.addEventListener("click", () => choose(name, i));
      head.append(button);
      cell.append(make("span", null, { class: "bar", style: `width:${Math.max(1, 100 * n / widest)}%` }));
      row.append(head, cell, make("td", count(n)), make("td", percent(n, whole)));
      return row;
    }));
    const note = document.querySelector(`[data-missing=${name}]`);
    if (note) note.textContent = missing < 0 || !found[name][missing] ? ""
      : `Not stated in ${count(found[name][missing])} of ${count(found.postings)}.`;
    const more = document.querySelector(`button[data-more=${name}]`);
    if (more) {
      more.hidden = rows.length <= SHORT;
      more.textContent = body.parentElement.dataset.all ? `The first ${SHORT} only` : `All ${count(rows.length)}`;
    }
  }

  function columns(data, found) {
    const top = Math.max(1, ...found.weeks.map(([n]) => n)), width = 100 / data.weeks.length;
    const picture = byId("columns");
    const box = (week, n, kind) => `<rect class="${kind}" x="${(week * width).toFixed(2)}" width="${(width * 0.8).toFixed(2)}"` +
      ` y="${(40 - 40 * n / top).toFixed(2)}" height="${(40 * n / top).toFixed(2)}"/>`;
    const moved = data.moved.map((week) => `<rect class="moved-weeks" x="${week * width}" y="0" width="${width}" height="40"/>`);
    picture.innerHTML = moved.join("") + found.weeks.map(([n, ai], week) => box(week, n, "all") + box(week, ai, "ai")).join("");
    byId("columns-top").textContent = `${count(top)} postings`;
    const body = document.querySelector("table.weeks tbody");
    body.replaceChildren(...data.weeks.map((week, i) => {
      const [n, ai] = found.weeks[i], row = make("tr", null);
      row.append(make("th", week, { scope: "row" }), make("td", count(n)), make("td", count(ai)), make("td", percent(ai, n)));
      return row;
    }).reverse());
  }

  function postings(data, found, shown) {
    const list = byId("postings");
    list.replaceChildren(...found.chosen.slice(0, shown).map((row) => {
      const [title, company, place, url, posted, words] = data.opened[row], item = make("li", null);
      item.append(url ? make("a", title, { href: url, rel: "noreferrer" }) : make("strong", title));
      item.append(make("span", ` ${[company, place, posted].filter(Boolean).join(" · ")}`));
      if (words) item.append(make("q", words));
      return item;
    }));
    const held = found.postings - found.chosen.length;
    byId("postings-note").textContent = `${count(found.postings)} postings` +
      (held ? `; the page holds the words of the newest ${count(data.opened.length)} alone, ${count(found.chosen.length)} of these` : "") + ".";
    byId("postings-more").hidden = found.chosen.length <= shown;
  }

  async function start() {
    const data = await unpack(byId("data").textContent.trim());
    data.payKinds = data.pay_kinds;
    const choice = {};
    let shown = 20, found = null;
    const set = (name, value) => {
      if (value === undefined || Number.isNaN(value)) delete choice[name]; else choice[name] = value;
      const select = byId(`choose-${name}`);
      if (select) select.value = choice[name] === undefined ? "" : String(Number(choice[name]));
    };
    const choose = (name, value) => { set(name, value); show(); };
    const show = () => {
      found = answer(data, choice);
      byId("count-postings").textContent = count(found.postings);
      byId("count-ai").textContent = count(found.ai);
      byId("count-share").textContent = percent(found.ai, found.postings);
      document.body.classList.toggle("is-chosen", Object.keys(choice).length > 0);
      LISTS.forEach((name) => bars(data, name, found, choose));
      columns(data, found);
      const pay = document.querySelector("table.pay tbody");
      pay.replaceChildren(...found.pay.map(([currency, period, n, middle]) => {
        const row = make("tr", null);
        row.append(make("th", `${currency} ${period === "hour" ? "an" : "a"} ${period}`, { scope: "row" }), make("td", count(Math.round(middle))), make("td", count(n)));
        return row;
      }));
      byId("pay-none").hidden = found.pay.length > 0;
      postings(data, found, shown);
    };
    for (const name of [...LISTS, "first", "last"]) {
      const select = byId(`choose-${name}`);
      const options = LISTS.includes(name) ? data.names[name].map((pair) => (pair ? pair[1] : "not stated")) : data.weeks;
      options.forEach((label, i) => select.append(make("option", label, { value: i })));
      select.addEventListener("change", () => choose(name, select.value === "" ? undefined : Number(select.value)));
    }
    byId("choose-isAi").addEventListener("change", (event) => choose("isAi", event.target.value ? true : undefined));
    byId("choose-nothing").addEventListener("click", () => {
      Object.keys(choice).forEach((name) => set(name, undefined));
      show();
    });
    for (const more of document.querySelectorAll("button[data-more]")) {
      more.addEventListener("click", () => {
        const table = document.querySelector(`table[data-list=${more.dataset.more}]`);
        if (table.dataset.all) delete table.dataset.all; else table.dataset.all = "yes";
        bars(data, more.dataset.more, found, choose);
      });
    }
    byId("postings-more").addEventListener("click", () => { shown += 50; postings(data, found, shown); });
    document.querySelectorAll("[data-needs-script]").forEach((element) => { element.hidden = false; });
    show();
    window.talentReport = { data, answer: (chosen) => answer(data, chosen) };
  }
  start();
})();
