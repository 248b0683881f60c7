/**
 * Measures the engine against its peers and writes docs/benchmarks.md:
 *
 *     npx nx run sde:bench
 *     npx nx run sde:bench -- --check
 *
 * Needs a build of @shaped/sde and the peers (`node tools/bench/install-peers.mjs`). Exit codes: 0
 * done; 1 a target is missed (with --check), two laws differ, or a run failed; 2 usage, or no peers.
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { workerPool } from '../../packages/sde/dist/index.js';
import { ROOT } from './lib/find-peers.mjs';
import { machine } from './lib/machine.mjs';
import { measureGrowth } from './lib/measure-growth.mjs';
import { measureMemory } from './lib/measure-memory.mjs';
import { parseOptions, USAGE } from './lib/parse-options.mjs';
import { PeerProcess, THREADS } from './lib/peer-process.mjs';
import { race } from './lib/race.mjs';
import { report } from './lib/report.mjs';
import { rowOf, verdictLine } from './lib/rows.mjs';
import { works } from './lib/works.mjs';
import { peersOrUsage, runCommand } from './lib/run-command.mjs';

const log = (line) => console.error(line);

/** Results in the order of the table, of the works asked for. */
async function measure(options, peers) {
  const { only, engine, rounds, quick } = options;
  const results = [];
  const pool = workerPool(THREADS);
  try {
    const how = { engine, workers: pool };
    for (const work of works(quick)) {
      if (only.includes(work.name)) results.push(await race(work, { peers, how, rounds, log }));
    }
  } finally {
    await pool.close();
  }
  if (only.includes('growth')) results.push(await measureGrowth({ engine, rounds, quick, log }));
  if (only.includes('memory')) results.push(await measureMemory({ engine, quick, log }));
  return results;
}

async function main() {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  const racing = works(options.quick).some(({ name }) => options.only.includes(name));
  const python = racing ? peersOrUsage() : undefined;
  const peers = python && (await new PeerProcess(python).start());
  let results;
  try {
    results = await measure(options, peers);
  } finally {
    await peers?.close();
  }
  for (const result of results) {
    if (options.check) console.log(verdictLine(result));
    else {
      const { name, ours, peers: theirs, measured, target } = rowOf(result);
      console.log(
        [name, ours, theirs, `${measured}, target ${target}`].filter(Boolean).join(' | '),
      );
    }
  }
  if (options.out !== undefined) {
    const path = resolve(ROOT, options.out);
    writeFileSync(path, await report(results, machine(peers?.versions), path));
    log(`Written to ${path}`);
  }
  if (results.some(({ agrees }) => agrees === false)) {
    console.error(
      'bench: expected ours and the peer to follow one law, got different ones. See --check.',
    );
    return 1;
  }
  return options.check && results.some(({ met }) => !met) ? 1 : 0;
}

await runCommand(main);
