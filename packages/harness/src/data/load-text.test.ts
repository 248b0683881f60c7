import { describe, expect, it } from 'vitest';
import { configSchema } from '../config/schema.js';
import { loadText, loadWindows } from './load-text.js';

describe('loadWindows', () => {
  it('reads the windows that a configuration asks for, as ids and as text', () => {
    const config = configSchema.parse({ model: { tokens: 5 }, probe: { windows: 3 } });
    const windows = loadWindows(config);
    expect(windows).toHaveLength(3);
    for (const { ids, text } of windows) {
      expect(ids).toHaveLength(5);
      expect([...loadText(config).tokenizer.encode(text)]).toEqual(ids);
    }
    expect(loadWindows(config)).toEqual(windows);
  });

  it('reads the corpus once for one configuration', () => {
    const config = configSchema.parse({ data: { tokenizer: 'bytes' } });
    const text = loadText(config);
    expect(loadText(config)).toBe(text);
    expect(text.tokens).toHaveLength(Buffer.byteLength(text.corpus.text));
  });
});
