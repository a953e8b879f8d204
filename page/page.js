// The triage page. What the data looks like: src/sink/triage_page.cc.
//
// Reports are written by whoever wrote the malware, so nothing of the data is
// ever parsed as HTML: it becomes text nodes, and links only to http and https.
'use strict';
(() => {
const data = JSON.parse(document.getElementById('data').textContent);

// Cells of the tables' rows.
const R = {id: 0, source: 1, member: 2, dialect: 3, task: 4, started: 5, score: 6, category: 7, name: 8, md5: 9, sha1: 10, sha256: 11, url: 12, observables: 13, matches: 14, best: 15, notes: 16};
const E = {uuid: 0, info: 1, date: 2, threat: 3, published: 4, org: 5, tags: 6, url: 7, matches: 8, high: 9, reports: 10, best: 11};
const A = {uuid: 0, type: 1, category: 2, value: 3, comment: 4, tags: 5, event: 6, timestamp: 7, over: 8};
const M = {report: 0, attribute: 1, lists: 2, kind: 3, value: 4, where: 5, paths: 6, count: 7, rule: 8, confidence: 9};
const X = {source: 0, member: 1, reason: 2, detail: 3, bytes: 4};
const S = {value: 0, type: 1, category: 2, reasons: 3, kinds: 4, whole: 5, lists: 6, uuid: 7, timestamp: 8, info: 9, date: 10, org: 11, url: 12};

const {events, attributes, reports, matches, rejected, totals} = data;
const suppressed = data.kept_out;

// ---- Words

const PLACES = {target: 'the sample itself', dropped: 'dropped files', network: 'network traffic', config: 'malware configuration', signature: 'signatures', behavior: 'behaviour', memory: 'memory', static: 'static analysis', strings: 'strings', debug: 'debug output'};
const RULES = {
  exact: 'The report shows the attribute’s value.',
  folded: 'The report shows the attribute’s value but for case, accents or blanks, which MISP does not tell apart.',
  cidr: 'The address lies in the attribute’s network.',
  subdomain: 'The host is below the attribute’s domain.',
  url: 'The report shows the attribute’s URL in another spelling.',
  basename: 'The path ends in the attribute’s file name.',
  fuzzy: 'The files are alike by their fuzzy hashes.',
};
const SUPPRESSED = {
  warninglist: 'On a warninglist: known to be harmless, or too common to tell anything.',
  blacklist: 'On the list of values that this scan was told to leave out (--ioc-blacklist).',
  not_ids: 'Not meant for detection: MISP has no to_ids flag on it (--only-ids no takes it in).',
  special_use: 'A private, loopback, link-local or other special address.',
  correlation_disabled: 'Correlation is switched off in MISP, for the attribute or its event.',
  sandbox: 'Matches of an address that the report itself declares to be its sandbox’s own.',
};
const THREATS = {1: 'high', 2: 'medium', 3: 'low', 4: 'undefined'};

const number = n => n.toLocaleString('en-US');
const plural = (n, one, many = `${one}s`) => `${number(n)} ${n === 1 ? one : many}`;
const band = confidence => confidence >= data.high ? 'high' : confidence >= data.medium ? 'medium' : 'low';
const minute = time => (time || '').slice(0, 16).replace('T', ' ');
// Whatever a clock said: 0 is none, and not every number is a date.
function dayOfSeconds(seconds) {
  const at = new Date(seconds * 1000);
  return seconds > 0 && !Number.isNaN(at.getTime()) ? at.toISOString().replace(/T.*/, '') : '';
}
const day = time => /^\d{4}-\d\d-\d\d/.test(time || '') ? time.slice(0, 10) : '';

function size(bytes) {
  let unit = 0;
  for (; bytes >= 1000 && unit < 4; ++unit) bytes /= 1000;
  return `${unit ? bytes.toFixed(1) : bytes} ${['B', 'kB', 'MB', 'GB', 'TB'][unit]}`;
}

// Characters that hide, reorder or control are written out: a name that reads
// “gpj.exe” must not look like “exe.jpg”.
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202f\u205f-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu;
const shown = text => String(text).replace(HIDDEN, c => `\\u{${c.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}}`);

const nameOf = report => report[R.name] || report[R.url] || report[R.sha256] || report[R.member] || report[R.source];
const placeIn = (source, member) => member ? `${source} › ${member}` : source;
const placeOf = report => placeIn(report[R.source], report[R.member]);
// Of an archive's path the end is enough to tell its members by.
const shortPlaceOf = report => placeIn(report[R.member] ? report[R.source].replace(/^.*\/(?=.)/s, '') : report[R.source], report[R.member]);
const infoOf = event => event[E.info] || event[E.uuid] || 'an event without a name';

// ---- Elements

// el('p', {class: 'small'}, 'text', node, ...): strings become text.
function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === 'onclick') node.addEventListener('click', value);
    else if (value !== null && value !== false) node.setAttribute(key, value === true ? '' : value);
  }
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === '') continue;
    node.append(child instanceof Node ? child : shown(child));
  }
  return node;
}
const byId = id => document.getElementById(id);
const value = text => el('bdi', {class: 'value'}, text);
const textButton = (text, onclick, attributes = {}) =>
  el('button', {type: 'button', class: 'text', onclick, ...attributes}, el('bdi', {}, text));
const confidence = n => el('span', {class: `confidence ${band(n)}`, title: `${band(n)} confidence`}, String(n));
const tagList = tags => tags.length ? el('span', {class: 'tags'}, tags.map(tag => el('bdi', {class: 'tag'}, tag))) : null;

function mispLink(address, text) {
  let url;
  try {
    url = new URL(address || '');
  } catch {
    return null;
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
  return el('a', {href: url.href, target: '_blank', rel: 'noopener noreferrer'}, text);
}

// ---- What belongs to what

// Matches stand in the order of their reports: of report i those from
// firstMatch[i] up to firstMatch[i + 1].
const firstMatch = new Uint32Array(reports.length + 1);
for (const match of matches) ++firstMatch[match[M.report] + 1];
for (let i = 0; i < reports.length; ++i) firstMatch[i + 1] += firstMatch[i];
const matchesOf = i => matches.slice(firstMatch[i], firstMatch[i + 1]);
const eventOf = match => attributes[match[M.attribute]][A.event];

// A report's events, the surest first, of equal ones those with most matches.
function eventsOf(i) {
  const found = new Map();
  for (let m = firstMatch[i]; m < firstMatch[i + 1]; ++m) {
    const event = eventOf(matches[m]);
    const {best, n} = found.get(event) || {best: 0, n: 0};
    found.set(event, {best: Math.max(best, matches[m][M.confidence]), n: n + 1});
  }
  return [...found.keys()].sort((a, b) => found.get(b).best - found.get(a).best || found.get(b).n - found.get(a).n || a - b);
}

// The same analysis may have been read twice; then its id names the first.
const reportById = new Map();
reports.forEach((report, i) => {
  if (!reportById.has(report[R.id])) reportById.set(report[R.id], i);
});
const reportKey = i => reportById.get(reports[i][R.id]) === i ? reports[i][R.id] : `${reports[i][R.id]}.${i}`;
function reportOfKey(key) {
  const [id, row] = key.split('.');
  const i = row === undefined ? reportById.get(id) : Number(row);
  return reports[i] && reports[i][R.id] === id ? i : undefined;
}
const eventByUuid = new Map(events.map((event, i) => [event[E.uuid], i]));

// ---- Filters

const filter = {q: '', least: 0, kind: '', place: '', rule: '', event: -1, from: '', to: '', reason: '', scope: totals.matches > 0 ? 'with' : 'all'};
const isFiltered = () => filter.q.trim() !== '' || filter.least > 0 || filter.kind !== '' || filter.place !== '' || filter.rule !== '' || filter.event >= 0 || filter.from !== '' || filter.to !== '';

// What is searched, in lower case; made when something is searched for first.
const hay = (rows, cells) => {
  let made;
  return () => made ||= rows.map(row => cells.map(cell => row[cell] ?? '').join('\n').toLowerCase());
};
const hays = {
  reports: hay(reports, [R.id, R.source, R.member, R.dialect, R.task, R.started, R.category, R.name, R.md5, R.sha1, R.sha256, R.url]),
  events: hay(events, [E.uuid, E.info, E.date, E.org, E.tags]),
  attributes: hay(attributes, [A.uuid, A.type, A.category, A.value, A.comment, A.tags]),
  matches: hay(matches, [M.kind, M.value, M.where, M.paths, M.rule, M.lists]),
  rejected: hay(rejected, [X.source, X.member, X.reason, X.detail]),
  suppressed: hay(suppressed, [S.value, S.type, S.category, S.reasons, S.kinds, S.lists, S.uuid, S.info, S.date, S.org]),
};

const passes = {reports: [], events: [], matches: [], rejected: [], suppressed: []};

function applyFilter() {
  // Every word must stand somewhere: in the match, its attribute, its event or
  // its report.
  const words = filter.q.toLowerCase().split(/\s+/).filter(Boolean);
  const found = name => words.map(word => {
    const texts = hays[name]();
    return Uint8Array.from(texts, text => text.includes(word) ? 1 : 0);
  });
  const inReport = found('reports'), inEvent = found('events'), inAttribute = found('attributes');
  const matchTexts = words.length ? hays.matches() : null;
  const isDated = report => {
    if (!filter.from && !filter.to) return true;
    const date = day(report[R.started]);
    return date !== '' && date >= filter.from && (!filter.to || date <= filter.to);
  };
  const dated = reports.map(isDated);

  passes.matches = new Uint8Array(matches.length);
  passes.reports = new Uint8Array(reports.length);
  passes.events = new Uint8Array(events.length);
  matches.forEach((match, m) => {
    const r = match[M.report], a = match[M.attribute], e = attributes[a][A.event];
    if (match[M.confidence] < filter.least || !dated[r]) return;
    if (filter.kind && match[M.kind] !== filter.kind) return;
    if (filter.rule && match[M.rule] !== filter.rule) return;
    if (filter.place && !match[M.where].includes(filter.place)) return;
    if (filter.event >= 0 && e !== filter.event) return;
    for (let w = 0; w < words.length; ++w) {
      if (!inReport[w][r] && !inEvent[w][e] && !inAttribute[w][a] && !matchTexts[m].includes(words[w])) return;
    }
    passes.matches[m] = passes.reports[r] = passes.events[e] = 1;
  });
  counts = {matches: 0, reports: 0, events: 0, rejected: 0, suppressed: 0};
  for (const name of ['matches', 'reports', 'events']) counts[name] = passes[name].reduce((sum, pass) => sum + pass, 0);

  // Reports without matches can be searched by what they are themselves.
  const byMatch = filter.least > 0 || filter.kind || filter.place || filter.rule || filter.event >= 0;
  reports.forEach((report, r) => {
    const without = report[R.matches] === 0;
    if (without) {
      passes.reports[r] = filter.scope !== 'with' && !byMatch && dated[r] && inReport.every(in_ => in_[r]) ? 1 : 0;
    } else if (filter.scope === 'without') {
      passes.reports[r] = 0;
    }
  });
  const inRejected = found('rejected');
  passes.rejected = Uint8Array.from(rejected, (_, i) => inRejected.every(in_ => in_[i]) ? 1 : 0);
  counts.rejected = passes.rejected.reduce((sum, pass) => sum + pass, 0);
  const inSuppressed = found('suppressed');
  passes.suppressed = Uint8Array.from(suppressed, (row, i) => inSuppressed.every(in_ => in_[i]) && (!filter.reason || row[S.reasons].includes(filter.reason)) ? 1 : 0);
  counts.suppressed = passes.suppressed.reduce((sum, pass) => sum + pass, 0);
}
let counts;

// ---- Tables: DataTables sorts and pages; cells are filled by us, as text.

const $ = window.jQuery;
$.fn.dataTable.ext.errMode = 'throw';

const compare = (a, b) => a < b ? -1 : a > b ? 1 : 0;
// {of: what a row is sorted by, number: whether as a number, fill: its cell}.
// A cell is drawn as '' by DataTables and then filled with nodes.
function column({of, number: isNumber = false, right = isNumber, fill, wide = false, descending = isNumber}) {
  return {
    data: (row, type) => type === 'sort' || type === 'type' ? of(row) : '',
    type: isNumber ? 'num' : 'string',
    orderSequence: descending ? ['desc', 'asc'] : ['asc', 'desc'],
    searchable: false,
    className: [right ? 'number' : '', wide ? 'wide' : ''].join(' ').trim(),
    createdCell: (td, _cell, row) => td.append(...[fill(row)].flat().filter(node => node !== null && node !== '')),
  };
}
const words = text => text === null || text === undefined || text === '' ? el('span', {class: 'small'}, '–') : el('bdi', {}, text);

const tables = {
  reports: {
    rows: reports,
    before: (a, b) => -compare(a[R.started] || '', b[R.started] || '') || b[R.matches] - a[R.matches],
    order: [[1, 'desc']],
    empty: 'No report',
    open: i => openReport(i),
    columns: [
      column({of: nameOf, fill: row => {
        const i = row.index;
        return el('div', {class: 'name'}, textButton(nameOf(row), () => openReport(i)),
          nameOf(row) === row[R.source] ? null : el('span', {class: 'small', title: shown(placeOf(row))}, el('bdi', {}, shortPlaceOf(row))));
      }}),
      column({of: row => row[R.matches] ? row[R.best] : -1, number: true, fill: row => row[R.matches] ? confidence(row[R.best]) : words('')}),
      column({of: row => row[R.matches], number: true, fill: row => number(row[R.matches])}),
      column({of: row => { const list = eventsOf(row.index); return list.length ? infoOf(events[list[0]]) : ''; }, wide: true, fill: row => {
        const list = eventsOf(row.index);
        if (!list.length) return words('');
        const first = events[list[0]];
        return el('div', {class: 'name'}, textButton(infoOf(first), () => openEvent(list[0])),
          list.length > 1 ? el('span', {class: 'small'}, `and ${plural(list.length - 1, 'more event')}`) : null);
      }}),
      column({of: row => row[R.score] ?? -1, number: true, wide: true, fill: row => words(row[R.score] === null ? '' : String(row[R.score]))}),
      column({of: row => row[R.started] || '', descending: true, wide: true, fill: row => words(minute(row[R.started]))}),
    ],
  },
  events: {
    rows: events,
    before: (a, b) => b[E.high] - a[E.high] || b[E.matches] - a[E.matches],
    order: [[1, 'desc']],
    empty: 'No event',
    open: i => openEvent(i),
    columns: [
      column({of: infoOf, fill: row => el('div', {class: 'name'}, textButton(infoOf(row), () => openEvent(row.index)),
        el('span', {class: 'small'}, row[E.org] ? el('bdi', {}, row[E.org]) : null, tagList(row[E.tags].slice(0, 4))))}),
      column({of: row => row[E.best], number: true, fill: row => confidence(row[E.best])}),
      column({of: row => row[E.reports], number: true, fill: row => number(row[E.reports])}),
      column({of: row => row[E.matches], number: true, fill: row => number(row[E.matches])}),
      column({of: row => 9 - (row[E.threat] || 9), number: true, right: false, wide: true, fill: row => words(THREATS[row[E.threat]])}),
      column({of: row => row[E.date] || '', descending: true, wide: true, fill: row => words(row[E.date])}),
      column({of: row => row[E.uuid] || '', wide: true, fill: row => mispLink(row[E.url], 'Open in MISP') || words('')}),
    ],
  },
  matches: {
    rows: matches,
    before: (a, b) => -compare(reports[a[M.report]][R.started] || '', reports[b[M.report]][R.started] || ''),
    order: [[1, 'desc']],
    empty: 'No match',
    open: i => openReport(matches[i][M.report], i),
    columns: [
      column({of: row => row[M.value], fill: row => textButton(row[M.value], () => openReport(row[M.report], row.index), {class: 'text value'})}),
      column({of: row => row[M.confidence], number: true, fill: row => confidence(row[M.confidence])}),
      column({of: row => row[M.kind], wide: true, fill: row => words(row[M.kind])}),
      column({of: row => nameOf(reports[row[M.report]]), fill: row => words(nameOf(reports[row[M.report]]))}),
      column({of: row => infoOf(events[eventOf(row)]), wide: true, fill: row => textButton(infoOf(events[eventOf(row)]), () => openEvent(eventOf(row)))}),
      column({of: row => row[M.where].join(', '), wide: true, fill: row => words(row[M.where].join(', '))}),
      column({of: row => row[M.rule], wide: true, fill: row => el('span', {title: RULES[row[M.rule]] || ''}, row[M.rule])}),
      column({of: row => reports[row[M.report]][R.started] || '', descending: true, wide: true, fill: row => words(day(reports[row[M.report]][R.started]))}),
    ],
  },
  rejected: {
    rows: rejected,
    order: [],
    empty: 'No rejected input',
    columns: [
      column({of: row => placeIn(row[X.source], row[X.member]), fill: row => value(placeIn(row[X.source], row[X.member]))}),
      column({of: row => row[X.reason], fill: row => el('span', {title: sentenceOf(row[X.reason])}, row[X.reason])}),
      column({of: row => row[X.detail] || '', wide: true, fill: row => words(row[X.detail] || sentenceOf(row[X.reason]))}),
      column({of: row => row[X.bytes], number: true, wide: true, fill: row => number(row[X.bytes])}),
    ],
  },
  suppressed: {
    rows: suppressed,
    order: [],
    empty: 'No suppressed attribute',
    columns: [
      column({of: row => row[S.value], fill: row => value(row[S.value])}),
      column({of: row => [...row[S.reasons], ...row[S.lists]].join(', '), fill: row => el('div', {class: 'name'},
        el('span', {title: row[S.reasons].map(reason => SUPPRESSED[reason] || '').join(' ')}, row[S.reasons].join(', ')),
        row[S.lists].length ? el('span', {class: 'small', title: shown(row[S.lists].join(', '))}, row[S.lists].map((list, i) => el('bdi', {}, i ? `, ${list}` : list))) : null,
        row[S.whole] ? null : el('span', {class: 'small'}, `only as ${row[S.kinds].join(', ')}; the rest is looked for`))}),
      column({of: row => row[S.type], wide: true, fill: row => el('div', {class: 'name'}, words(row[S.type]), el('span', {class: 'small'}, el('bdi', {}, row[S.category])))}),
      column({of: row => row[S.info] || '', wide: true, fill: row => el('div', {class: 'name'}, words(row[S.info]),
        el('span', {class: 'small'}, [row[S.org], row[S.date]].filter(Boolean).map((text, i) => el('bdi', {}, i ? ` · ${text}` : text)),
          ' ', mispLink(row[S.url], 'Open in MISP')))}),
      column({of: row => row[S.timestamp], number: true, right: false, wide: true, fill: row => words(dayOfSeconds(row[S.timestamp]))}),
    ],
  },
};
const sentenceOf = reason => (data.rejects.find(row => row[0] === reason) || [])[2] || '';

// Rows are arrays; DataTables hands them back without their number.
for (const {rows} of Object.values(tables)) rows.forEach((row, i) => { row.index = i; });

$.fn.dataTable.ext.search.push((settings, _texts, _i, row) => passes[settings.nTable.id][row.index] === 1);

function makeTable(name) {
  const table = tables[name];
  const node = $(byId(name));
  table.made = node.DataTable({
    data: table.before ? table.rows.slice().sort(table.before) : table.rows,
    columns: table.columns,
    order: table.order,
    deferRender: true,
    autoWidth: false,
    processing: false,
    pageLength: 25,
    lengthMenu: [25, 100, 500],
    pagingType: 'simple_numbers',
    dom: 't<"foot"ilp>',
    language: {
      emptyTable: `${table.empty}.`,
      zeroRecords: `${table.empty} that fits the filters.`,
      info: '_START_ to _END_ of _TOTAL_',
      infoEmpty: '',
      infoFiltered: '',
      lengthMenu: 'Rows _MENU_',
      paginate: {previous: 'Previous', next: 'Next'},
    },
  });
  if (table.open) {
    byId(name).tBodies[0].addEventListener('click', event => {
      const row = event.target.closest('tr');
      const of = row && !event.target.closest('button, a') && !String(window.getSelection()) ? table.made.row(row).data() : undefined;
      if (of) table.open(of.index);
    });
  }
}

// ---- Tabs

const TABS = [
  ['reports', 'Reports'],
  ['events', 'Events'],
  ['matches', 'Matches'],
  ['rejected', 'Rejected'],
  ['suppressed', 'Suppressed'],
];
let tab = 'reports';

function makeTabs() {
  const list = byId('tabs');
  for (const [name, label] of TABS) {
    list.append(el('button', {type: 'button', role: 'tab', id: `tab-${name}`, 'aria-controls': `panel-${name}`, onclick: () => chooseTab(name)},
      label, ' ', el('span', {class: 'count', id: `count-${name}`})));
  }
  list.addEventListener('keydown', event => {
    const step = {ArrowRight: 1, ArrowLeft: -1}[event.key];
    if (!step) return;
    const i = TABS.findIndex(([name]) => name === tab);
    const [next] = TABS[(i + step + TABS.length) % TABS.length];
    chooseTab(next);
    byId(`tab-${next}`).focus();
    event.preventDefault();
  });
}

function chooseTab(name) {
  tab = name;
  for (const [other] of TABS) {
    const chosen = other === name;
    byId(`panel-${other}`).hidden = !chosen;
    byId(`tab-${other}`).setAttribute('aria-selected', chosen);
    byId(`tab-${other}`).tabIndex = chosen ? 0 : -1;
  }
  // On a narrow screen the strip of tabs is wider than what is seen of it.
  const strip = byId('tabs'), seen = byId(`tab-${name}`);
  strip.scrollLeft = seen.offsetLeft - strip.offsetLeft - (strip.clientWidth - seen.offsetWidth) / 2;
  drawTable();
}

function drawTable() {
  const table = tables[tab];
  if (!table) return;
  if (!table.made) makeTable(tab);
  else if (table.stale) table.made.draw();
  table.stale = false;
}

// ---- Charts

const colour = name => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const charts = {allKinds: false};

// The first day of the period that `date` lies in.
const UNITS = {
  day: date => date,
  week: date => {
    const at = new Date(`${date}T00:00:00Z`);
    at.setUTCDate(at.getUTCDate() - (at.getUTCDay() + 6) % 7);
    return iso(at);
  },
  month: date => `${date.slice(0, 7)}-01`,
  year: date => `${date.slice(0, 4)}-01-01`,
};
const iso = at => at.toISOString().slice(0, 10);
function after(first, unit) {
  const at = new Date(`${first}T00:00:00Z`);
  if (unit === 'year') at.setUTCFullYear(at.getUTCFullYear() + 1);
  else if (unit === 'month') at.setUTCMonth(at.getUTCMonth() + 1);
  else at.setUTCDate(at.getUTCDate() + (unit === 'week' ? 7 : 1));
  return iso(at);
}
const dayBefore = date => iso(new Date(Date.parse(`${date}T00:00:00Z`) - 86_400_000));

// Days in, periods of one length out: [[first day, high, medium, low]], with
// the empty ones between. The odd report from a sandbox whose clock was wrong
// must not squeeze all others: where it would, up to a hundredth of the matches
// at each end is left out.
function periods(days) {
  const at = row => Date.parse(`${row[0]}T00:00:00Z`) / 86_400_000;
  const sum = row => row[1] + row[2] + row[3];
  let dated = days.filter(row => row[0] !== '' && !Number.isNaN(at(row)));
  const width = rows => rows.length ? at(rows[rows.length - 1]) - at(rows[0]) : 0;
  const inner = dated.slice();
  const total = dated.reduce((n, row) => n + sum(row), 0);
  for (const [last, take] of [[() => 0, () => inner.shift()], [() => inner.length - 1, () => inner.pop()]]) {
    for (let left = total / 100; inner.length > 1;) {
      left -= sum(inner[last()]);
      if (left < 0) break;
      take();
    }
  }
  if (width(inner) < width(dated) / 2) dated = inner;
  const all = days.reduce((n, row) => n + sum(row), 0);
  const kept = dated.reduce((n, row) => n + sum(row), 0);
  if (!dated.length) return {unit: 'day', bins: [], left: all};
  const span = width(dated);
  const unit = span <= 60 ? 'day' : span <= 400 ? 'week' : span <= 2000 ? 'month' : 'year';
  const bins = new Map();
  const last = UNITS[unit](dated[dated.length - 1][0]);
  if (span < 366 * 200) {
    for (let first = UNITS[unit](dated[0][0]); first <= last; first = after(first, unit)) bins.set(first, [first, 0, 0, 0]);
  }
  for (const [date, ...counted] of dated) {
    const first = UNITS[unit](date);
    if (!bins.has(first)) bins.set(first, [first, 0, 0, 0]);
    counted.forEach((n, i) => { bins.get(first)[i + 1] += n; });
  }
  return {unit, bins: [...bins.values()], left: all - kept};
}

// What the charts show: the whole scan; under a filter, what passes of the
// matches that are listed.
function chartData() {
  if (!isFiltered()) {
    return {
      days: data.days,
      kinds: data.kinds,
      confidences: data.confidences,
      events: events.map((event, i) => [i, event[E.matches], event[E.high], event[E.reports]]),
    };
  }
  const days = new Map(), kinds = new Map(), confidences = new Map(), byEvent = new Map();
  let lastReport = -1, seen = new Set();
  matches.forEach((match, m) => {
    if (!passes.matches[m]) return;
    const date = day(reports[match[M.report]][R.started]);
    const level = ['high', 'medium', 'low'].indexOf(band(match[M.confidence]));
    if (!days.has(date)) days.set(date, [date, 0, 0, 0]);
    ++days.get(date)[level + 1];
    if (!kinds.has(match[M.kind])) kinds.set(match[M.kind], [match[M.kind], 0, 0]);
    ++kinds.get(match[M.kind])[1];
    if (level === 0) ++kinds.get(match[M.kind])[2];
    confidences.set(match[M.confidence], (confidences.get(match[M.confidence]) || 0) + 1);
    const e = eventOf(match);
    if (!byEvent.has(e)) byEvent.set(e, [e, 0, 0, 0]);
    ++byEvent.get(e)[1];
    if (level === 0) ++byEvent.get(e)[2];
    if (match[M.report] !== lastReport) {
      lastReport = match[M.report];
      seen = new Set();
    }
    if (!seen.has(e)) ++byEvent.get(e)[3];
    seen.add(e);
  });
  return {
    days: [...days.values()].sort((a, b) => a[0] < b[0] ? -1 : 1),
    kinds: [...kinds.values()],
    confidences: [...confidences],
    events: [...byEvent.values()],
  };
}

function drawBars(list, rows, most, more) {
  list.replaceChildren(...rows.slice(0, most).map(row => {
    const top = Math.max(...rows.map(({count}) => count));
    const bar = el('span', {class: 'bar', 'aria-hidden': true});
    for (const [name, n] of [['high', row.high], ['rest', row.count - row.high]]) {
      const part = el('span', {class: name});
      part.style.width = `${100 * n / top}%`;
      bar.append(part);
    }
    return el('li', {}, el('button', {type: 'button', 'aria-pressed': row.pressed ? 'true' : 'false', title: row.title, onclick: row.onclick},
      el('span', {class: 'label'}, el('bdi', {}, row.label), row.about ? el('span', {class: 'small'}, row.about) : null),
      el('span', {class: 'n'}, number(row.count)), bar));
  }));
  if (rows.length > most) list.append(el('li', {class: 'more'}, more(rows.length - most)));
  if (!rows.length) list.append(el('li', {class: 'small'}, 'Nothing.'));
}

function drawCharts() {
  if (totals.matches === 0) return;
  const now = chartData();
  drawBars(byId('event-bars'),
    now.events.sort((a, b) => b[2] - a[2] || b[1] - a[1] || a[0] - b[0]).map(([e, count, high, inReports]) => ({
      label: infoOf(events[e]),
      about: [plural(inReports, 'report'), events[e][E.org], events[e][E.date], THREATS[events[e][E.threat]] ? `threat ${THREATS[events[e][E.threat]]}` : ''].filter(Boolean).join(' · '),
      title: `${plural(count, 'match', 'matches')}, ${number(high)} of high confidence`,
      count, high,
      pressed: filter.event === e,
      onclick: () => change({event: filter.event === e ? -1 : e}),
    })), 6, n => textButton(`${plural(n, 'more event')} in the list`, () => { chooseTab('events'); byId('lists').scrollIntoView(); }));
  drawBars(byId('kind-bars'),
    now.kinds.slice().sort((a, b) => b[1] - a[1]).map(([kind, count, high]) => ({
      label: kind,
      title: `${plural(count, 'match', 'matches')}, ${number(high)} of high confidence`,
      count, high,
      pressed: filter.kind === kind,
      onclick: () => change({kind: filter.kind === kind ? '' : kind}),
    })), charts.allKinds ? Infinity : 6, n => textButton(`${plural(n, 'more kind')}`, () => { charts.allKinds = true; drawCharts(); }));

  const {unit, bins, left} = periods(now.days);
  charts.bins = bins;
  charts.unit = unit;
  byId('h-time').textContent = `Matches by ${unit} of analysis`;
  byId('time-note').textContent = left ? `${plural(left, 'match', 'matches')} not shown: no date, or one far off` : '';
  const labels = bins.map(([first]) => first.slice(0, {year: 4, month: 7}[unit] || 10));
  byId('timeline').setAttribute('aria-label', bins.length
    ? `Matches by ${unit}: ${bins.filter(bin => bin[1] + bin[2] + bin[3]).slice(-12).map(bin => `${bin[0]} ${bin[1] + bin[2] + bin[3]}`).join(', ')}`
    : 'No dated matches');
  draw('timeline', labels, ['high', 'medium', 'low'].map((name, i) => ({
    label: name, data: bins.map(bin => bin[i + 1]), backgroundColor: colour(name), stack: 'all',
  })), i => change({from: bins[i][0], to: dayBefore(after(bins[i][0], unit))}));

  const tens = Array.from({length: 11}, (_, i) => ({from: i * 10, n: 0}));
  for (const [at, n] of now.confidences) tens[Math.floor(at / 10)].n += n;
  const firstTen = Math.max(0, tens.findIndex(({n}) => n > 0));
  const shownTens = tens.slice(Math.min(firstTen, 3));
  byId('confidence').setAttribute('aria-label', `Matches by confidence: ${shownTens.filter(({n}) => n).map(({from, n}) => `${from} and over ${n}`).join(', ') || 'none'}`);
  draw('confidence', shownTens.map(({from}) => from === 100 ? '100' : `${from}–${from + 9}`), [{
    label: 'matches', data: shownTens.map(({n}) => n), backgroundColor: shownTens.map(({from}) => colour(band(from))),
  }], i => change({least: filter.least === shownTens[i].from ? 0 : shownTens[i].from}));
}

function draw(id, labels, datasets, onBar) {
  const stacked = datasets.length > 1;
  const grid = {color: colour('line'), drawBorder: false};
  const ticks = {color: colour('muted'), maxRotation: 0, autoSkipPadding: 16, precision: 0};
  const options = {
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    font: {family: getComputedStyle(document.body).fontFamily},
    interaction: {mode: 'index', intersect: false},
    onClick: (_event, bars) => { if (bars.length) onBar(bars[0].index); },
    scales: {
      x: {stacked, grid: {display: false, drawBorder: false}, ticks},
      y: {stacked, grid, ticks: {...ticks, maxTicksLimit: 5}, beginAtZero: true},
    },
    plugins: {legend: {display: false}},
  };
  const sets = datasets.map(set => ({maxBarThickness: 36, borderRadius: 2, ...set}));
  if (charts[id]) {
    charts[id].data = {labels, datasets: sets};
    charts[id].options = options;
    charts[id].update();
  } else {
    charts[id] = new window.Chart(byId(id), {type: 'bar', data: {labels, datasets: sets}, options});
  }
}

// ---- Details

function factList(facts) {
  return el('dl', {}, facts.filter(([, text]) => text !== null && text !== undefined && text !== '').map(([name, text]) =>
    [el('dt', {}, name), el('dd', {}, text instanceof Node ? text : value(text))]));
}

function why(match) {
  const attribute = attributes[match[M.attribute]];
  const places = match[M.where].map(where => PLACES[where] || where).join(', ');
  const paths = match[M.paths];
  const often = match[M.count];
  return el('div', {class: 'why'},
    el('p', {}, RULES[match[M.rule]] || match[M.rule], ` Seen ${often === 1 ? 'once' : `${number(often)} times`}, in ${places || 'the report'}:`),
    el('ul', {}, paths.map(path => el('li', {}, value(path))),
      often > paths.length ? el('li', {class: 'small'}, `and ${plural(often - paths.length, 'more place')}`) : null),
    el('p', {class: 'small'}, 'MISP: ', el('bdi', {}, `${attribute[A.type]} `), value(attribute[A.value]), el('bdi', {}, `, ${attribute[A.category]}`),
      attribute[A.comment] ? el('bdi', {}, ` – ${attribute[A.comment]}`) : null, tagList(attribute[A.tags])),
    match[M.lists].length ? el('p', {class: 'small'}, 'Less sure, since the attribute is on ', match[M.lists].map((list, i) => el('bdi', {}, i ? `, ${list}` : list)), '.') : null,
    attribute[A.over] ? el('p', {class: 'small'}, 'Many events of MISP hold this value: it over-correlates.') : null);
}

function eventLine(event) {
  return el('p', {class: 'small'},
    [event[E.org], event[E.date], THREATS[event[E.threat]] ? `threat level ${THREATS[event[E.threat]]}` : '', event[E.published] ? '' : 'unpublished']
      .filter(Boolean).map((text, i) => el('bdi', {}, i ? ` · ${text}` : text)),
    ' ', mispLink(event[E.url], 'Open in MISP'), ' ', tagList(event[E.tags]));
}

// As many at first as one can read; the rest on demand.
function inParts(items, most, make) {
  const node = el('div');
  const add = from => {
    items.slice(from, from + most).forEach(item => node.append(make(item)));
    if (from + most < items.length) {
      const more = textButton(`Show more (${number(items.length - from - most)})`, () => { more.remove(); add(from + most); });
      node.append(more);
    }
  };
  add(0);
  return node;
}

function openReport(i, chosen) {
  const report = reports[i];
  const own = matchesOf(i);
  const body = [factList([
    ['SHA-256', report[R.sha256]],
    ['SHA-1', report[R.sha1]],
    ['MD5', report[R.md5]],
    ['URL', report[R.url]],
    ['Target', report[R.category]],
    ['Analysed', minute(report[R.started])],
    ['Sandbox', [report[R.dialect], report[R.task] ? `task ${report[R.task]}` : '', report[R.score] !== null ? `score ${report[R.score]}` : ''].filter(Boolean).join(', ')],
    ['Report', placeOf(report)],
    ['Report id', report[R.id]],
    ['Values seen', report[R.observables] === null ? 'not counted: nothing in it could match' : number(report[R.observables])],
    ['Notes', report[R.notes].join('; ')],
  ])];
  if (!own.length) body.push(el('p', {}, 'Nothing in this report matches.'));
  if (own.length < report[R.matches]) {
    body.push(el('p', {class: 'note'}, `Here are the ${number(own.length)} surest of ${number(report[R.matches])} matches; all are in `, el('a', {href: 'correlations.jsonl'}, 'correlations.jsonl'), '.'));
  }
  for (const e of eventsOf(i)) {
    const list = own.filter(match => eventOf(match) === e).sort((a, b) => b[M.confidence] - a[M.confidence]);
    body.push(el('section', {}, el('h3', {}, textButton(infoOf(events[e]), () => openEvent(e))), eventLine(events[e]),
      inParts(list, 100, match => {
        const item = el('details', {class: 'match'},
          el('summary', {}, confidence(match[M.confidence]), value(match[M.value]), el('span', {class: 'small'}, `${match[M.kind]} · ${match[M.rule]} · ${match[M.paths][0] || match[M.where].join(', ')}`)), why(match));
        item.open = chosen === undefined ? own.length <= 4 : match.index === chosen;
        return item;
      })));
  }
  openDetail(nameOf(report), body, `#report=${reportKey(i)}`);
}

function openEvent(i) {
  const event = events[i];
  const byReport = new Map();
  for (const match of matches) {
    if (eventOf(match) !== i) continue;
    if (!byReport.has(match[M.report])) byReport.set(match[M.report], []);
    byReport.get(match[M.report]).push(match);
  }
  const best = list => list.reduce((most, match) => Math.max(most, match[M.confidence]), 0);
  const body = [
    eventLine(event),
    el('p', {}, `${plural(event[E.matches], 'match', 'matches')} in ${plural(event[E.reports], 'report')}, ${number(event[E.high])} of high confidence. `,
      textButton('Show only this event in the lists', () => { detail.close(); change({event: i}); byId('lists').scrollIntoView(); })),
    inParts([...byReport].sort((a, b) => best(b[1]) - best(a[1]) || a[0] - b[0]), 50, ([r, list]) => el('section', {},
      el('h3', {}, confidence(best(list)), ' ', textButton(nameOf(reports[r]), () => openReport(r))),
      el('p', {class: 'small'}, el('bdi', {}, [minute(reports[r][R.started]), placeOf(reports[r])].filter(Boolean).join(' · '))),
      el('ul', {class: 'values'}, list.slice(0, 20).map(match => el('li', {}, value(match[M.value]), el('span', {class: 'small'}, ` ${match[M.kind]} · ${match[M.rule]}`))),
        list.length > 20 ? el('li', {class: 'small'}, `and ${number(list.length - 20)} more`) : null))),
    factList([['Event UUID', event[E.uuid]]]),
  ];
  openDetail(infoOf(event), body, event[E.uuid] ? `#event=${event[E.uuid]}` : '');
}

const detail = byId('detail');
function openDetail(title, body, hash) {
  byId('detail-title').replaceChildren(el('bdi', {}, title));
  byId('detail-body').replaceChildren(...body);
  if (!detail.open) detail.showModal();
  byId('detail-body').scrollTop = 0;
  const chosen = byId('detail-body').querySelector('details[open]');
  if (chosen) chosen.scrollIntoView({block: 'nearest'});
  if (hash && window.location.hash !== hash) window.history.replaceState(null, '', hash);
}

function openFromAddress() {
  const [, what, key] = window.location.hash.match(/^#(report|event)=(.+)$/) || [];
  const i = what === 'report' ? reportOfKey(key) : what === 'event' ? eventByUuid.get(key) : undefined;
  if (i !== undefined) (what === 'report' ? openReport : openEvent)(i);
}

// ---- The whole

// Filters and page go together: a control shows what the filter is.
function change(what) {
  Object.assign(filter, what);
  for (const [id, key] of [['q', 'q'], ['f-least', 'least'], ['f-kind', 'kind'], ['f-place', 'place'], ['f-rule', 'rule'], ['f-from', 'from'], ['f-to', 'to'], ['f-scope', 'scope'], ['f-reason', 'reason']]) {
    const control = byId(id);
    if (id === 'f-least' && ![...control.options].some(option => option.value === String(filter.least))) {
      control.append(el('option', {value: filter.least}, `${filter.least} and over`));
    }
    if (control.value !== String(filter[key])) control.value = String(filter[key]);
  }
  update();
}

function update() {
  applyFilter();
  for (const table of Object.values(tables)) table.stale = true;
  drawTable();
  drawCharts();
  drawCounts();
}

function drawCounts() {
  const filtered = isFiltered();
  const capped = matches.length < totals.matches;
  const of = (n, all) => filtered ? `${number(n)}/${number(all)}` : number(all);
  byId('count-reports').textContent = of(counts.reports, capped && filtered ? reports.filter(report => report[R.matches]).length : totals.matched);
  byId('count-events').textContent = of(counts.events, capped && filtered ? events.length : totals.events);
  byId('count-matches').textContent = of(counts.matches, capped && filtered ? matches.length : totals.matches);
  byId('count-rejected').textContent = filter.q.trim() ? `${number(counts.rejected)}/${number(rejected.length)}` : number(totals.rejected);
  byId('count-suppressed').textContent = filter.q.trim() ? `${number(counts.suppressed)}/${number(suppressed.length)}` : number(data.suppressed.reduce((sum, [, n]) => sum + n, 0));
  byId('found').textContent = `${plural(counts.matches, 'match', 'matches')} in ${plural(counts.reports, 'report')} with ${plural(counts.events, 'event')}`;

  const chip = (text, what) => el('button', {type: 'button', class: 'chip', title: 'Remove this filter', onclick: () => change(what)}, el('bdi', {}, text), ' ×');
  const chips = [];
  if (filter.event >= 0) chips.push(chip(infoOf(events[filter.event]), {event: -1}));
  if (filter.least > 0) chips.push(chip(`confidence ${filter.least}+`, {least: 0}));
  if (filter.kind) chips.push(chip(filter.kind, {kind: ''}));
  if (filter.place) chips.push(chip(PLACES[filter.place] || filter.place, {place: ''}));
  if (filter.rule) chips.push(chip(filter.rule, {rule: ''}));
  if (filter.from || filter.to) chips.push(chip(`${filter.from || '…'} to ${filter.to || '…'}`, {from: '', to: ''}));
  if (filtered) chips.push(el('button', {type: 'button', class: 'text', onclick: () => change({q: '', least: 0, kind: '', place: '', rule: '', event: -1, from: '', to: ''})}, 'Clear all'));
  byId('chips').replaceChildren(...chips);
}

function drawSummary() {
  const {run} = data;
  byId('run').replaceChildren(...[
    run.finished ? ` · scanned ${minute(run.finished)} UTC` : '',
    run.snapshot_created ? ` · MISP as of ${minute(run.snapshot_created)} UTC` : '',
  ].filter(Boolean).map(shown));

  const verdict = byId('verdict'), gist = byId('gist');
  const have = (n, one, many) => n === 1 ? one : many;
  if (totals.ok === 0) {
    verdict.textContent = totals.seen ? 'No report could be read.' : 'There were no reports to scan.';
  } else if (totals.matches === 0) {
    verdict.textContent = totals.ok === 1 ? 'The report shows nothing that MISP knows.' : `None of ${number(totals.ok)} reports shows anything that MISP knows.`;
    gist.textContent = totals.rejected ? `${plural(totals.rejected, 'input')} could not be read; see Rejected.` : 'Nothing to look at.';
  } else {
    verdict.textContent = totals.matched_high
      ? `${number(totals.matched_high)} of ${plural(totals.ok, 'report')} ${have(totals.matched_high, 'matches', 'match')} MISP with high confidence.`
      : `${number(totals.matched)} of ${plural(totals.ok, 'report')} ${have(totals.matched, 'matches', 'match')} MISP, none with high confidence.`;
    const more = totals.matched - totals.matched_high;
    const newest = reports.reduce((last, report) => report[R.best] >= data.high && (report[R.started] || '') > (last ? last[R.started] : '') ? report : last, null);
    gist.replaceChildren(`${plural(totals.matches, 'match', 'matches')} with ${plural(totals.events, 'event')}`,
      totals.matched_high && more ? `; ${plural(more, 'more report')} with less confidence only` : '', '.');
    if (newest) gist.append(' Newest with high confidence: ', textButton(nameOf(newest), () => openReport(newest.index)), `, ${minute(newest[R.started])}.`);
  }

  const tile = (name, n, label, onclick, more = '') => el('button', {type: 'button', class: `tile ${name}`, onclick},
    el('strong', {}, number(n)), el('span', {}, label), el('span', {class: 'small'}, more));
  const toLists = name => { chooseTab(name); byId('lists').scrollIntoView(); };
  byId('tiles').replaceChildren(
    tile(totals.high ? 'high' : '', totals.high, have(totals.high, 'match of high confidence', 'matches of high confidence'), () => { change({least: data.high}); toLists('matches'); }, `${number(totals.medium)} medium, ${number(totals.low)} low`),
    tile('', totals.matched, have(totals.matched, 'report with matches', 'reports with matches'), () => toLists('reports'), `of ${number(totals.ok)} read, ${size(totals.bytes)}`),
    tile('', totals.events, have(totals.events, 'MISP event', 'MISP events'), () => toLists('events'), 'that these reports match'),
    tile(totals.rejected ? 'medium' : '', totals.rejected, have(totals.rejected, 'input rejected', 'inputs rejected'), () => toLists('rejected'), totals.rejected ? 'not scanned, each with its reason' : 'every report was read'),
  );

  const hasMatches = totals.matches > 0;
  byId('charts').hidden = !hasMatches;
  if (matches.length < totals.matches) {
    byId('cap').hidden = false;
    byId('cap').replaceChildren(`The lists hold the ${number(matches.length)} matches with the highest confidence, of ${number(totals.matches)}, and filters see only these. Every match is in `,
      el('a', {href: 'correlations.jsonl'}, 'correlations.jsonl'), '.');
  }
  const without = totals.ok - totals.matched;
  const listed = reports.filter(report => report[R.matches] === 0).length;
  byId('without-note').textContent = listed < without ? `Of ${number(without)} reports without matches the first ${number(listed)} are here; all are in reports.jsonl.` : '';
  byId('rejected-note').replaceChildren(...data.rejects.map(([reason, n, sentence]) => el('span', {class: 'reason'}, el('b', {}, `${number(n)} ${reason}`), ` ${sentence} `)),
    rejected.length < totals.rejected ? `The first ${number(rejected.length)} are listed; all are in reports.jsonl.` : '');
  byId('reasons').tBodies[0].replaceChildren(...data.suppressed.map(([reason, n]) => el('tr', {},
    el('td', {}, el('div', {class: 'name'}, listedFor(reason) ? textButton(reason, () => change({reason})) : el('b', {}, reason), el('span', {class: 'small'}, SUPPRESSED[reason] || ''))), el('td', {class: 'number'}, plural(n, reason === 'sandbox' ? 'match' : 'attribute', reason === 'sandbox' ? 'matches' : 'attributes')))));
  byId('kept-out').hidden = !suppressed.length;
  const cut = data.suppressed.filter(([reason, n]) => reason !== 'sandbox' && listedFor(reason) < n);
  byId('suppressed-note').textContent = cut.length
    ? `Here are ${cut.map(([reason, n]) => `${number(listedFor(reason))} of ${number(n)} for ${reason}`).join(', ')}: those with no other reason first, of these the newest.` : '';
  byId('common-part').hidden = !data.common.length;
  byId('common-note').textContent = `These values match in more than ${run.common_share} % of the reports. Such a value often says more of the sandbox than of a sample.`;
  byId('common').tBodies[0].replaceChildren(...data.common.slice(0, 500).map(([kind, text, n]) => el('tr', {},
    el('td', {}, textButton(text, () => { change({q: text}); chooseTab('matches'); }, {class: 'text value'})), el('td', {}, kind), el('td', {class: 'number'}, number(n)))));

  byId('sources').replaceChildren('From ', ...run.sources.flatMap(([kind, location], i) => [i ? ', ' : '', el('bdi', {}, `${kind} ${location}`)]),
    `; snapshot ${run.snapshot_id}. ${run.as_misp ? `Correlated as MISP does (${run.as_misp}). ` : ''}mispsift ${run.version}, ${run.seconds.toFixed(1)} s, ${plural(run.threads, 'thread')}.`);
}

const listed = new Map();
for (const row of suppressed) for (const reason of row[S.reasons]) listed.set(reason, (listed.get(reason) || 0) + 1);
const listedFor = reason => listed.get(reason) || 0;

function fillChoices() {
  const choose = (id, values) => byId(id).append(...values.map(([key, text]) => el('option', {value: key}, text)));
  choose('f-least', [[0, 'any'], [data.medium, `${data.medium} and over`], [data.high, `${data.high} and over: high`], [100, '100']]);
  const seen = cell => [...new Set(matches.flatMap(match => match[cell]))].sort();
  choose('f-kind', data.kinds.map(([kind]) => [kind, kind]));
  choose('f-place', seen(M.where).map(where => [where, PLACES[where] || where]));
  choose('f-rule', seen(M.rule).map(rule => [rule, rule]));
  choose('f-reason', [...listed].map(([reason, n]) => [reason, `${reason} (${number(n)})`]));
}

function listen() {
  byId('f-scope').value = filter.scope;
  let timer;
  byId('q').addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => change({q: byId('q').value}), 120);
  });
  for (const [id, key] of [['f-least', 'least'], ['f-kind', 'kind'], ['f-place', 'place'], ['f-rule', 'rule'], ['f-from', 'from'], ['f-to', 'to'], ['f-scope', 'scope'], ['f-reason', 'reason']]) {
    byId(id).addEventListener('change', () => change({[key]: key === 'least' ? Number(byId(id).value) : byId(id).value}));
  }
  byId('filters').addEventListener('submit', event => event.preventDefault());
  document.addEventListener('keydown', event => {
    if (event.key === '/' && !detail.open && !/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) {
      event.preventDefault();
      byId('q').focus();
    }
  });
  byId('detail-close').addEventListener('click', () => detail.close());
  detail.addEventListener('click', event => { if (event.target === detail) detail.close(); });
  detail.addEventListener('close', () => {
    byId('detail-body').replaceChildren();  // a thousand matches are 20,000 nodes
    window.history.replaceState(null, '', window.location.pathname + window.location.search);
  });
  window.addEventListener('hashchange', openFromAddress);
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawCharts);
}

drawSummary();
fillChoices();
makeTabs();
applyFilter();
chooseTab('reports');
drawCounts();
drawCharts();
listen();
openFromAddress();
document.documentElement.dataset.ready = 'yes';
})();
