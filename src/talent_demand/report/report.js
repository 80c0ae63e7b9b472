"use strict";
// The questions of the page, answered for the postings that are chosen; answers.py gives the same in SQL.
(() => {
  const byId = (id) => document.getElementById(id);
  const make = (name, content, attributes = {}) => {
    const element = document.createElement(name);
    element.append(...[content].flat());
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const tableRow = (head, ...cells) => make("tr", [make("th", head, { scope: "row" }), ...cells.map((cell) => make("td", cell))]);
  const { format: count } = new Intl.NumberFormat("en-US");
  const { format: day } = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" });
  const postingsOf = (n) => `${count(n)} posting${n === 1 ? "" : "s"}`;
  const percent = (part, whole) => (whole ? (100 * part / whole).toFixed(part && part / whole < 0.095 ? 1 : 0) + "%" : "–");
  const median = (numbers) => {
    const sorted = Float64Array.from(numbers).sort();
    return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
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
    // Who hires stands among the columns already.
    data.opened.forEach((posting, i) => posting.splice(1, 0, data.names.employer[data.employer[data.held[i]]]));
    // Of each skill mentioned, in which row.
    data.mentions = new Uint32Array(data.skills.length);
    data.skill_counts.forEach((n, row) => { data.mentions.fill(row, place, place += n); }, place = 0);
    return data;
  }

  // choice: for each of data.names an index into its names, for first and last one into weeks, isAi; absent: any.
  function answer(data, { isAi, first = 0, last = data.weeks.length, skills, ...values }) {
    // Of each row 0: not chosen, 1: chosen, 2: chosen and of AI. One column after the other, which is quick.
    const kinds = data.flags.map((flags) => (isAi && !(flags & 1) ? 0 : 1 + (flags & 1)));
    const keep = (column, isWanted) => column.forEach((value, row) => { if (!isWanted(value)) kinds[row] = 0; });
    keep(data.week, (week) => week >= first && week <= last);
    for (const [name, wanted] of Object.entries(values)) keep(data[name], (value) => value === wanted);
    if (skills !== undefined) {
      const named = new Uint8Array(kinds.length);
      data.skills.forEach((skill, i) => { if (skill === skills) named[data.mentions[i]] = 1; });
      keep(named, Boolean);
    }
    // How many of all and of AI have each value of a column; rows: of each value, if it is not one a row.
    const tally = (names, column, rows) => {
      const counts = new Uint32Array(3 * names.length);
      for (let i = 0; i < column.length; i += 1) counts[3 * column[i] + kinds[rows ? rows[i] : i]] += 1;
      return names.map((_, i) => [counts[3 * i + 1] + counts[3 * i + 2], counts[3 * i + 2]]);
    };
    const [[plain], [ai], [told], [toldAi]] = tally([0, 1, 2, 3], data.flags);
    const found = { postings: plain + ai + told + toldAi, ai: ai + toldAi, text: told + toldAi, textAi: toldAi, weeks: tally(data.weeks, data.week) };
    for (const [name, names] of Object.entries(data.names)) found[name] = tally(names, data[name], name === "skills" && data.mentions);
    found.chosen = data.opened.filter((_, i) => kinds[data.held[i]]);
    // The share of AI in so many weeks up to each.
    found.shares = data.share_weeks.flatMap((week) => {
      const [n, ofAi] = found.weeks.slice(Math.max(0, week + 1 - data.window), week + 1).reduce(([n, ai], [more, moreAi]) => [n + more, ai + moreAi], [0, 0]);
      return n < data.min_shared ? [] : [[week, ofAi / n]];
    });
    const pay = data.pay_kinds.map((kind) => [kind, []]);
    data.paid.forEach((row, i) => kinds[row] && pay[data.pay_kind[i]][1].push(data.pay[i]));
    const paid = pay.filter(([, numbers]) => numbers.length >= data.min_paid);
    found.pay = paid.map(([kind, numbers]) => [...kind, numbers.length, median(numbers)]).sort((a, b) => b[2] - a[2]);
    return found;
  }

  function bars(data, list, found, choose) {
    // Employers are one choice and two lists: those that hire for themselves, and behind them the agencies. So are skills.
    const name = { agency: "employer", ai_skills: "skills" }[list] ?? list, isOfAi = list === "ai_skills", isAgency = (i) => name === "employer" && i >= data.agencies;
    const table = document.querySelector(`table[data-list=${list}]`), names = data.names[name];
    const isAll = table.hasAttribute("data-all");
    const whole = { skills: found.text, ai_skills: found.textAi }[list] ?? found.postings;
    const rows = found[name].map(([n, ai], i) => (isOfAi ? [ai, i, n] : [n, i, ai])).filter(([n, i]) => n && names[i] && isAgency(i) === (list === "agency"));
    // Levels stand in the order of their ranks, everything else by its number.
    if (name !== "level") rows.sort((a, b) => b[0] - a[0] || a[1] - b[1]);
    const widest = Math.max(...rows.map(([n]) => n));
    table.tBodies[0].replaceChildren(...rows.slice(0, isAll ? rows.length : data.short_list).map(([n, i, ofKind]) => {
      const label = names[i], button = make("button", label, { type: "button", title: `Only ${label}` });
      button.addEventListener("click", () => choose(isOfAi ? { isAi: 1, [name]: i } : { [name]: i }));
      const part = make("span", "", { style: `width:${Math.min(100, 100 * ofKind / n)}%` });
      const bar = make("span", part, { class: "bar", style: `width:${Math.max(1, 100 * n / widest)}%` });
      return tableRow(button, bar, count(n), percent(n, whole), count(ofKind));
    }));
    const [missing] = found[name][names.indexOf(null)] ?? [0];
    const note = list === "agency" ? `All agencies: ${count(rows.reduce((sum, [n]) => sum + n, 0))}` : missing && `Not stated in ${count(missing)}`;
    document.querySelector(`[data-missing=${list}]`).textContent = note ? `${note} of ${count(found.postings)}.` : rows.length ? "" : "None.";
    const more = document.querySelector(`button[data-more=${list}]`);
    more.hidden = rows.length <= data.short_list;
    more.textContent = isAll ? `The first ${data.short_list} only` : `All ${count(rows.length)}`;
  }

  function columns(data, found) {
    const top = Math.max(1, ...found.weeks.map(([n]) => n));
    const box = (week, n, kind, width = 0.8) => `<rect class="${kind}" x="${week}" width="${width}" y="${top - n}" height="${n}"/>`;
    byId("columns").setAttribute("viewBox", `0 0 ${data.weeks.length} ${top}`);
    byId("columns").innerHTML = data.moved.map((week) => box(week, top, "moved-weeks", 1)).join("") +
      found.weeks.map(([n, ai], week) => box(week, n, "all") + box(week, ai, "ai")).join("");
    byId("columns-top").textContent = count(top);
    const rows = found.weeks.map(([n, ai], week) => tableRow(data.weeks[week], count(n), count(ai), percent(ai, n)));
    document.querySelector("table.weeks tbody").replaceChildren(...rows.reverse());
  }

  function shares(data, found, isChosen) {
    byId("chosen-share").hidden = !isChosen;
    const top = data.heights.find((height) => found.shares.every(([, share]) => share <= height));
    const last = found.shares.at(-1);
    byId("shares-now").textContent = last ? `${percent(last[1], 1)} in those up to the week of ${day(new Date(data.weeks[last[0]]))}` : "too few of them for any";
    byId("shares-marks").replaceChildren(...[top, top / 2, 0].map((height) => make("span", percent(height, 1))));
    byId("shares").setAttribute("viewBox", `-0.5 ${-1.025 * top} ${data.weeks.length} ${1.05 * top}`);
    // A week that is not told ends a line.
    const path = found.shares.map(([week, share], i) => `${week - 1 === found.shares[i - 1]?.[0] ? "L" : "M"}${week} ${-share}h0`).join("");
    const moved = data.moved_windows.map((week) => `<rect class="moved-weeks" x="${week - 0.5}" y="${-top}" width="1" height="${top}"/>`).join("");
    byId("shares").innerHTML = `${moved}<path class="line" d="${path}"/><path class="axis" d="${[0, top / 2, top].map((height) => `M-0.5 ${-height}H${data.weeks.length - 0.5}`).join("")}"/>`;
  }

  function postings(data, found, shown) {
    byId("postings").replaceChildren(...found.chosen.slice(0, shown).map(([title, company, place, url, posted, words]) => {
      const name = url ? make("a", title, { href: url, rel: "noreferrer" }) : make("strong", title);
      const about = make("span", ` ${[company, place, posted].filter(Boolean).join(" · ")}`);
      return make("li", words ? [name, about, make("q", `…${words.trim()}…`)] : [name, about]);
    }));
    const held = found.postings - found.chosen.length;
    byId("postings-note").textContent = postingsOf(found.postings) +
      (held ? `, of which ${count(found.chosen.length)} can be opened: the page holds ${count(data.opened.length)}, the newest of each source, country, role and so on` : "") + ".";
    byId("postings-more").hidden = found.chosen.length <= shown;
  }

  async function start() {
    const data = await unpack(byId("data").textContent.trim());
    const form = document.querySelector("form.ask"), lists = [...Object.keys(data.names), "agency", "ai_skills"];
    let shown = 20, found = null;
    const choose = (places) => {
      for (const [name, place] of Object.entries(places)) form.elements[name].value = place;
      show();
      form.elements[Object.keys(places).at(-1)].focus({ preventScroll: true }); // The button that was pressed is gone.
    };
    const show = () => {
      const chosen = [...new FormData(form)].filter(([, value]) => value !== "");
      found = answer(data, Object.fromEntries(chosen.map(([name, value]) => [name, Number(value)])));
      byId("count-postings").textContent = count(found.postings);
      byId("count-ai").textContent = count(found.ai);
      byId("count-share").textContent = percent(found.ai, found.postings);
      document.body.classList.toggle("is-chosen", chosen.length > 0);
      lists.forEach((name) => bars(data, name, found, choose));
      shares(data, found, chosen.length > 0);
      columns(data, found);
      document.querySelector("table.pay tbody").replaceChildren(...found.pay.map(([currency, period, n, middle]) =>
        tableRow(`${currency} ${period === "hour" ? "an" : "a"} ${period}`, count(Math.round(middle)), count(n))));
      byId("pay-none").hidden = found.pay.length > 0;
      postings(data, found, shown);
    };
    for (const [name, names] of Object.entries({ ...data.names, first: data.weeks, last: data.weeks })) {
      const options = names.map((named, i) => make("option", named ?? "not stated", { value: i }));
      form.elements[name].append(...options);
      const agencies = name === "employer" ? options.filter((_, i) => i >= data.agencies && names[i]) : [];
      if (agencies.length) form.elements[name].append(make("optgroup", agencies, { label: "Agencies" }));
    }
    form.addEventListener("change", show);
    byId("choose-nothing").addEventListener("click", () => { form.reset(); show(); });
    for (const name of lists) document.querySelector(`button[data-more=${name}]`).addEventListener("click", () => {
      document.querySelector(`table[data-list=${name}]`).toggleAttribute("data-all");
      bars(data, name, found, choose);
    });
    for (const button of document.querySelectorAll("[data-choose]")) button.addEventListener("click", () => {
      form.reset();
      const valueOf = (name, text) => [...form.elements[name].options].find((option) => option.text === text)?.value ?? "";
      choose(Object.fromEntries(Object.entries(JSON.parse(button.dataset.choose)).map(([name, text]) => [name, valueOf(name, text)])));
      byId("h-postings").focus();
    });
    byId("postings-more").addEventListener("click", () => { shown += 50; postings(data, found, shown); });
    document.querySelectorAll("[data-needs-script]").forEach((element) => { element.hidden = false; });
    show();
    window.talentReport = { data, answer: (chosen) => answer(data, chosen) };
  }
  start();
})();
