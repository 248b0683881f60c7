import { isDeepStrictEqual } from 'node:util';
import type { CommandContext } from '../context.js';
import { corpusHash, loadText, readsOwnText } from '../data/index.js';
import { throwIfInterrupted, usageFailure } from '../failure.js';
import { recordingReporter, type Result } from '../progress/index.js';
import {
  beginStep,
  completeStep,
  isComplete,
  readJsonl,
  readManifest,
  stepDigest,
  updateManifest,
  writeJsonl,
  type StepName,
} from '../run/index.js';

/** What a step does; it returns its outcome where it has one, such as a verdict. */
export type StepWork = (context: CommandContext) => Promise<string | void>;

/**
 * Makes a step of a run, or, when it was completed for the same configuration and text before, shows
 * its results again. Returns its outcome.
 *
 * @param again whether results of a complete step are shown
 * @throws Failure (exit code 2) when it would take the place of another training
 */
export async function runStep(
  context: CommandContext,
  step: StepName,
  work: StepWork,
  again = true,
): Promise<string | undefined> {
  const { run, reporter, signal } = context;
  throwIfInterrupted(signal);
  // What is wrong with the user's text is said before the step begins.
  if (readsOwnText(step, context.config)) await loadText(context.config, context);
  const digest = stepDigest(step, context.config, corpusHash(step, context.config));
  const shown = run.path('results', `${step}.jsonl`);
  if (isComplete(run, step, digest) && run.has('results', `${step}.jsonl`)) {
    reporter.line(`${step}: complete already`);
    if (again) for (const { text, data } of readJsonl<Result>(shown)) reporter.result(text, data);
    return readManifest(run).steps[step]?.outcome;
  }
  const begun = readManifest(run).steps[step];
  if (step === 'train' && begun !== undefined && begun.digest !== digest && run.keepsTraining()) {
    throw usageFailure(
      `${run.path('train')} keeps a training of another text or with other settings than those of now. Put them back, choose another --out, or remove that folder to begin anew.`,
    );
  }
  beginStep(run, step, digest);
  const recording = recordingReporter(reporter);
  const outcome = (await work({ ...context, reporter: recording.reporter })) ?? undefined;
  throwIfInterrupted(signal);
  writeJsonl(shown, recording.results);
  completeStep(run, step, outcome);
  return outcome;
}

/** Writes which text the run reads into its manifest. */
export async function recordCorpus(context: CommandContext): Promise<void> {
  const { corpus, tokenizer, tokens } = await loadText(context.config, context);
  const { notes, ...known } = corpus;
  const about = { ...known, tokenizer: tokenizer.name, tokens: tokens.length };
  if (isDeepStrictEqual(readManifest(context.run).corpus, about)) return;
  for (const note of notes) context.reporter.warn(note);
  updateManifest(context.run, (manifest) => {
    manifest.corpus = about;
  });
}
