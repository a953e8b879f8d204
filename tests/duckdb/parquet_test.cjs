// DuckDB reads correlations.jsonl as it is, writes Parquet, and reads that.
//   node parquet_test.cjs MISPSIFT DATA PACKAGES
// PACKAGES is a folder in which `npm install @duckdb/node-api` was run.
'use strict';
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { execFileSync, spawnSync } = require('node:child_process');
const { createRequire } = require('node:module');

const [mispsift, data, packages] = process.argv.slice(2);
const { DuckDBInstance } = createRequire(path.resolve(packages, 'x.js'))('@duckdb/node-api');

async function test(folder) {
  const sample = path.join(data, 'sample');
  const snapshot = path.join(folder, 'snapshot');
  const results = path.join(folder, 'results');
  execFileSync(mispsift, ['fetch', '--quiet', '--out', snapshot, '--feed', path.join(sample, 'feed')]);
  const scan = spawnSync(mispsift, ['scan', '--quiet', path.join(sample, 'archive'), '--snapshot', snapshot, '--out', results,
    '--format', 'csv,ecs']);
  assert.strictEqual(scan.status, 3, String(scan.stderr));
  const lines = fs.readFileSync(path.join(results, 'correlations.jsonl'), 'utf8').trim().split('\n').map(JSON.parse);

  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const rows = async (sql) => (await connection.runAndReadAll(sql)).getRowsJson();
  const parquet = path.join(folder, 'correlations.parquet');
  await connection.run(`COPY (SELECT * FROM read_json('${results}/correlations.jsonl')) TO '${parquet}' (FORMAT parquet)`);
  const counted = await rows(`SELECT event.info, count(*)::INT, count(DISTINCT report.id)::INT FROM '${parquet}' GROUP BY 1 ORDER BY 1`);
  const expected = new Map();
  for (const line of lines) {
    const seen = expected.get(line.event.info) || { lines: 0, reports: new Set() };
    seen.lines += 1;
    seen.reports.add(line.report.id);
    expected.set(line.event.info, seen);
  }
  assert.deepStrictEqual(counted.map(String),
    [...expected].sort(([a], [b]) => (a < b ? -1 : 1)).map(([info, seen]) => String([info, seen.lines, seen.reports.size])));

  // The other files are tables as well.
  const [[csv]] = await rows(`SELECT count(*)::INT FROM read_csv('${results}/correlations.csv') WHERE confidence BETWEEN 0 AND 100`);
  assert.strictEqual(csv, lines.length);
  const [[ecs]] = await rows(`SELECT count(*)::INT FROM read_json('${results}/correlations.ecs.ndjson') WHERE event.kind = 'enrichment'`);
  assert.strictEqual(ecs, lines.length);
  const [[rejected]] = await rows(`SELECT count(*)::INT FROM read_json('${results}/reports.jsonl') WHERE status = 'rejected'`);
  assert.strictEqual(rejected, 4);
  console.log(`${lines.length} correlations, ${counted.length} events, ${fs.statSync(parquet).size} bytes of Parquet`);
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mispsift-duckdb-'));
test(folder).finally(() => fs.rmSync(folder, { recursive: true })).catch((error) => {
  console.error(error);
  process.exit(1);
});
