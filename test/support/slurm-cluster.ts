import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { cpus, hostname, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';

/** Time for a daemon to come up, or to be gone, on a busy machine. */
const PATIENCE_MS = 60_000;
const POLL_MS = 100;

/** Life of the credentials of jobs. */
const CREDENTIAL_SECONDS = 10;

/** Memory left to everything else, in MiB. */
const SPARE_MIB = 1024;

/** A Slurm of one node on this machine. */
export interface SlurmCluster {
  /** What programs need in their environment to find it. */
  env: Record<string, string>;
  /** What a program of Slurm prints. */
  run: (program: string, ...args: string[]) => string;
  /** Ends its daemons and jobs and removes its folder. */
  stop: () => Promise<void>;
}

/** Daemons are not on everyone's PATH. */
const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;

const pause = () => new Promise((wake) => setTimeout(wake, POLL_MS));

/** A port that nobody listens on. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** The settings of a cluster without systemd, cgroups and accounting, all of it below one folder. */
async function configuration(at: (...names: string[]) => string): Promise<string> {
  const host = hostname().split('.')[0];
  const memory = Math.floor(totalmem() / 2 ** 20) - SPARE_MIB;
  return [
    'ClusterName=shaped',
    `SlurmctldHost=${host}(127.0.0.1)`,
    `SlurmctldPort=${await freePort()}`,
    `SlurmdPort=${await freePort()}`,
    ...['SlurmUser=root', 'SlurmdUser=root', 'AuthType=auth/munge', 'CredType=cred/munge'],
    // A requeued task waits for its credential to expire: two minutes, if nothing is said.
    `AuthInfo=socket=${at('munge', 'socket')},cred_expire=${CREDENTIAL_SECONDS}`,
    `StateSaveLocation=${at('state')}`,
    `SlurmdSpoolDir=${at('spool')}`,
    `SlurmctldPidFile=${at('slurmctld.pid')}`,
    `SlurmdPidFile=${at('slurmd.pid')}`,
    `SlurmctldLogFile=${at('slurmctld.log')}`,
    `SlurmdLogFile=${at('slurmd.log')}`,
    ...['ProctrackType=proctrack/linuxproc', 'TaskPlugin=task/none', 'SwitchType=switch/none'],
    ...['JobAcctGatherType=jobacct_gather/none', 'AccountingStorageType=accounting_storage/none'],
    ...['SelectType=select/cons_tres', 'SelectTypeParameters=CR_Core', 'MpiDefault=none'],
    ...['SchedulerType=sched/backfill', 'SchedulerParameters=batch_sched_delay=0,sched_interval=1'],
    ...['ReturnToService=2', 'MaxArraySize=1001', 'KillWait=5', 'MailProg=/bin/true'],
    `NodeName=${host} NodeAddr=127.0.0.1 CPUs=${cpus().length} RealMemory=${memory} State=UNKNOWN`,
    `PartitionName=main Nodes=${host} Default=YES MaxTime=INFINITE State=UP`,
    '',
  ].join('\n');
}

function pidOf(path: string): number | undefined {
  if (!existsSync(path)) return undefined;
  const pid = Number(readFileSync(path, 'utf8'));
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Ends a daemon by the file that holds its process's number. */
async function end(path: string): Promise<void> {
  const pid = pidOf(path);
  if (pid === undefined || !isThere(pid)) return;
  process.kill(pid, 'SIGTERM');
  for (const start = Date.now(); isThere(pid) && Date.now() - start < PATIENCE_MS;) await pause();
  if (isThere(pid)) process.kill(pid, 'SIGKILL');
}

/**
 * Starts a Slurm of one node, as root, in a folder of its own.
 *
 * @throws Error with the daemons' logs when it does not come up
 */
export async function startSlurm(): Promise<SlurmCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'shaped-slurm-'));
  const at = (...names: string[]) => join(folder, ...names);
  for (const name of ['munge', 'state', 'spool']) mkdirSync(at(name), { mode: 0o755 });
  writeFileSync(at('munge', 'key'), randomBytes(1024), { mode: 0o400 });
  writeFileSync(at('slurm.conf'), await configuration(at));
  const env = { SLURM_CONF: at('slurm.conf'), PATH };
  const options = { env: { ...process.env, ...env }, encoding: 'utf8' } as const;
  const run = (program: string, ...args: string[]) =>
    execFileSync(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = async () => {
    const own = (name: string) => at(name);
    if (pidOf(own('slurmctld.pid')) !== undefined) {
      spawnSync('scancel', ['--state=RUNNING,PENDING', '--full'], options);
      const live = () => spawnSync('squeue', ['--noheader'], options).stdout?.trim() !== '';
      for (const start = Date.now(); live() && Date.now() - start < PATIENCE_MS;) await pause();
    }
    await end(own('slurmd.pid'));
    await end(own('slurmctld.pid'));
    await end(at('munge', 'pid'));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    run(
      'munged',
      ...['--force', `--key-file=${at('munge', 'key')}`, `--socket=${at('munge', 'socket')}`],
      ...[`--pid-file=${at('munge', 'pid')}`, `--log-file=${at('munge', 'log')}`],
      `--seed-file=${at('munge', 'seed')}`,
    );
    // Daemons that keep the pipes of their parent would keep it waiting.
    for (const daemon of ['slurmctld', 'slurmd']) {
      execFileSync(daemon, ['-f', at('slurm.conf')], { ...options, stdio: 'ignore' });
    }
    const state = () =>
      spawnSync('sinfo', ['--noheader', '--format=%T'], options).stdout?.trim() ?? '';
    for (const start = Date.now(); state() !== 'idle'; await pause()) {
      if (Date.now() - start > PATIENCE_MS)
        throw new Error(`the node is ${state() || 'not there'}`);
    }
  } catch (error) {
    const logs = ['slurmctld.log', 'slurmd.log'].filter((name) => existsSync(at(name)));
    const text = logs.map((name) => `${name}:\n${readFileSync(at(name), 'utf8')}`).join('\n');
    await stop();
    throw new Error(`startSlurm: ${(error as Error).message}\n${text}`, { cause: error });
  }
  return { env, run, stop };
}
