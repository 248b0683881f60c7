import { rolldown, type Plugin } from 'rolldown';

/** A module in browsers' form, with the files that went into it. */
export interface Bundle {
  code: string;
  modules: string[];
}

/** Node's own modules, by the prefix that is theirs alone. */
const refuseNode: Plugin = {
  name: 'refuse-node',
  resolveId(id, importer) {
    if (!id.startsWith('node:')) return null;
    throw new Error(`bundle: expected no module of Node, got ${id}, imported by ${importer}.`);
  },
};

/**
 * An entry with everything that it imports, as one ES module for browsers. The packages are taken
 * as users get them: what they export without conditions of this repository's own.
 *
 * @throws Error when a module of Node, or one that cannot be found, is among the imports
 */
export async function bundle(input: string): Promise<Bundle> {
  const build = await rolldown({
    input,
    platform: 'browser',
    tsconfig: false,
    plugins: [refuseNode],
    onLog(level, log) {
      // An import without its module would otherwise be left to the browser.
      if (log.code === 'UNRESOLVED_IMPORT') throw new Error(`bundle: ${log.message}`);
      if (level === 'warn') console.warn(log.message);
    },
  });
  try {
    const { output } = await build.generate({ format: 'es', codeSplitting: false });
    const [chunk] = output;
    if (output.length !== 1) throw new Error(`bundle: expected one file, got ${output.length}.`);
    const outside = [...chunk.imports, ...chunk.dynamicImports];
    if (outside.length > 0) throw new Error(`bundle: expected no imports, got ${outside.join()}.`);
    return { code: chunk.code, modules: chunk.moduleIds };
  } finally {
    await build.close();
  }
}
