import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readEventFile, readRun } from './event-file-reader.js';
import { LayoutSchema } from './generated/custom_scalars_pb.js';
import { HparamsPluginDataSchema } from './generated/hparams_pb.js';
import { TensorBoardWriter } from './tensorboard-writer.js';
import golden from './testing/golden/tensorboard-events.json' with { type: 'json' };

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'shaped-writer-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const now = () => 1700000000250;

/** What `log` writes, read back. */
function logged(log: (writer: TensorBoardWriter) => void) {
  const writer = new TensorBoardWriter(directory, { now });
  log(writer);
  writer.close();
  return readRun(directory);
}

test('every kind of value gives the bytes that TensorBoard’s own classes give (golden)', () => {
  const png = Uint8Array.from([
    0x89,
    ...new TextEncoder().encode('PNG\r\n'),
    0x1a,
    0x0a,
    46,
    46,
    46,
  ]);
  const writer = new TensorBoardWriter(directory, { now });
  writer.scalar('train/loss', 0.1, 7, { description: 'in nats', displayName: 'loss' });
  writer.scalar('train/loss', -2.5e-8, 8);
  writer.scalars({ a: 1, b: 2 }, 1);
  writer.histogram('rho/density', [-1, 0, 0.5, 1], 2, { buckets: 2, range: [-1, 1] });
  writer.image(
    'picture',
    [0, 1].map(() => ({ width: 5, height: 4, png })),
    3,
  );
  writer.text('config', '# γ');
  writer.layout([
    {
      title: 'Depth',
      closed: true,
      charts: [
        { title: 'band', series: [{ value: 'rho/mean', lower: 'rho/lower', upper: 'rho/upper' }] },
        { title: 'lines', tags: ['a.b'] },
      ],
    },
  ]);
  writer.hparamsExperiment({
    name: 'depth',
    description: 'a table',
    hparams: [
      { name: 'gamma', displayName: 'γ', type: 'number', domain: { minimum: 0, maximum: 1 } },
      { name: 'block', type: 'string', domain: { values: ['shaped'] } },
      { name: 'causal', type: 'boolean' },
    ],
    metrics: [{ tag: 'train/loss', displayName: 'loss', description: 'nats' }],
  });
  writer.hparamsStart({ gamma: 0.25 }, 'g');
  writer.hparamsEnd('failure');
  writer.close();
  expect(readFileSync(writer.path).toString('base64')).toBe(golden.exact);
});

test('a scalar comes back as the nearest float32, its metadata from the first value', () => {
  const [first, second] = logged((writer) => {
    writer.scalar('train/loss', 0.1, 0, { description: 'in nats' });
    writer.scalar('train/loss', 0.2, 5, { description: 'ignored' });
  });
  expect(first).toMatchObject({
    tag: 'train/loss',
    step: 0,
    wallTime: 1700000000.25,
    plugin: 'scalars',
    description: 'in nats',
    content: { shape: [], numbers: [Math.fround(0.1)] },
  });
  expect(second).toMatchObject({ step: 5, description: 'in nats' });
  const { events } = readEventFile(join(directory, 'events.out.tfevents.1700000000.shaped'));
  const metadata = events.flatMap(({ what }) =>
    what.case === 'summary' ? what.value.value.map((value) => value.metadata !== undefined) : [],
  );
  expect(metadata).toEqual([true, false]);
});

test('a depth profile has step = layer', () => {
  const values = logged((writer) => {
    writer.depthProfile('rho/mean', Float64Array.of(0.5, 0.25, 0.125), { description: 'mean ρ' });
    writer.depthProfile('rho/residual', [1, 2], { firstLayer: 1 });
  });
  expect(values.map(({ tag, step, content }) => [tag, step, content.numbers[0]])).toEqual([
    ['rho/mean', 0, 0.5],
    ['rho/mean', 1, 0.25],
    ['rho/mean', 2, 0.125],
    ['rho/residual', 1, 1],
    ['rho/residual', 2, 2],
  ]);
});

test('a heat map’s description says what its colours mean', () => {
  const [image] = logged((writer) =>
    writer.heatMap('rho', { values: [1, 0, 0, 1], rows: 2, columns: 2, scale: 'diverging' }, 0, {
      description: 'ρ between tokens.',
    }),
  );
  expect(image.plugin).toBe('images');
  expect(image.description).toBe('ρ between tokens.\n\nColours: -1 blue, 0 white, 1 red.');
  const [width, height] = image.content.strings.map((s) => Buffer.from(s).toString());
  expect([width, height]).toEqual(['320', '320']);
});

test('the tags of a multi-line chart match themselves and nothing else', () => {
  const tags = ['train/loss', 'rho.mean', 'a+b(c)[d]{e}|f*?$^\\'];
  const [layout] = logged((writer) =>
    writer.layout([{ title: 't', charts: [{ title: 'c', tags }] }]),
  );
  const { content } = fromBinary(LayoutSchema, layout.content.strings[0]).category[0].chart[0];
  const patterns = content.case === 'multiline' ? content.value.tag : [];
  patterns.forEach((pattern, i) => {
    expect(tags.filter((tag) => new RegExp(pattern).test(tag))).toEqual([tags[i]]);
    expect(new RegExp(pattern).test(`${tags[i]}_smoothed`)).toBe(false);
    expect(new RegExp(pattern).test(tags[i].replace('.', 'x').replace('train', 'val'))).toBe(
      i === 2,
    );
  });
});

test('hyperparameters of every type come back', () => {
  const [start] = logged((writer) =>
    writer.hparamsStart({ gamma: 0.5, block: 'shaped', causal: false }, 'repeat'),
  );
  const { data } = fromBinary(HparamsPluginDataSchema, start.pluginContent);
  const values = data.case === 'sessionStart' ? data.value : undefined;
  expect(values?.groupName).toBe('repeat');
  expect(Object.entries(values?.hparams ?? {}).map(([k, v]) => [k, v.kind.value])).toEqual([
    ['gamma', 0.5],
    ['block', 'shaped'],
    ['causal', false],
  ]);
});

describe('the writer refuses, naming tag and step,', () => {
  test.each([NaN, Infinity, -Infinity, 1e39])(
    'the scalar %d, and logs nothing of its step',
    (bad) => {
      const values = logged((writer) => {
        expect(() => writer.scalar('a', bad, 3)).toThrow(
          `TensorBoardWriter.scalar: expected a finite float32 for "a" at step 3, got ${bad}.`,
        );
        expect(() => writer.scalars({ a: 1, b: bad }, 3)).toThrow('for "b" at step 3');
        expect(() => writer.depthProfile('c', [1, bad])).toThrow('for "c" at step 1');
        writer.scalar('a', 1, 3);
      });
      expect(values.map(({ tag, step }) => [tag, step])).toEqual([['a', 3]]);
    },
  );

  test('NaN in a histogram and in a heat map', () => {
    logged((writer) => {
      expect(() => writer.histogram('h', [1, NaN], 4)).toThrow(
        /got NaN at index 1.*It was to be logged as "h" at step 4/,
      );
      expect(() =>
        writer.heatMap('m', { values: [NaN], rows: 1, columns: 1, scale: 'diverging' }, 5),
      ).toThrow(/got NaN at row 0, column 0.*as "m" at step 5/);
    });
  });

  test('a step that does not come after the tag’s last one', () => {
    logged((writer) => {
      writer.scalar('a', 1, 3);
      expect(() => writer.scalar('a', 1, 3)).toThrow('expected a step after 3 for "a", got 3');
      expect(() => writer.scalar('a', 1, 2)).toThrow('expected a step after 3 for "a", got 2');
      writer.scalar('b', 1, 0);
    });
  });

  test.each([-1, 0.5, NaN, 2 ** 53])('the step %d', (step) => {
    logged((writer) => {
      expect(() => writer.text('note', 'x', step)).toThrow(`non-negative integer, got ${step}`);
    });
  });

  test('a tag used for two kinds of value', () => {
    logged((writer) => {
      writer.scalar('a', 1, 0);
      expect(() => writer.histogram('a', [1], 1)).toThrow(
        'expected "a" to stay with the scalars plugin, got a value for histograms',
      );
    });
  });

  test.each(['', '/a', 'a/', 'a//b', 'a\nb'])('the tag %j', (tag) => {
    logged((writer) => {
      expect(() => writer.scalar(tag, 1, 0)).toThrow(`got ${JSON.stringify(tag)}`);
    });
  });

  test('images that are none, of two sizes, or no PNG', () => {
    const image = { width: 1, height: 1, png: Uint8Array.of(1, 2, 3) };
    logged((writer) => {
      expect(() => writer.image('i', [], 0)).toThrow('expected an image for "i", got none');
      expect(() => writer.image('i', image, 0)).toThrow('expected PNG bytes for "i"');
    });
    const png = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);
    const sizes = [1, 2].map((width) => ({ width, height: 1, png }));
    logged((writer) => {
      expect(() => writer.image('i', sizes, 0)).toThrow('1 × 1 and, as number 1, 2 × 1');
    });
  });

  test('a chart without lines, two charts of one title, and a hyperparameter that is NaN', () => {
    logged((writer) => {
      const empty = { title: 'c', tags: [] };
      expect(() => writer.layout([{ title: 't', charts: [empty] }])).toThrow('a line in chart "c"');
      const line = { title: 'c', tags: ['a'] };
      expect(() => writer.layout([{ title: 't', charts: [line, line] }])).toThrow('"c" twice');
      expect(() => writer.hparamsStart({ lr: NaN })).toThrow('finite number for "lr", got NaN');
    });
  });
});
