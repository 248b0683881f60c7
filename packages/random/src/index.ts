export { deriveSeed, foldIn, keyFromSeed, type Key } from './key.js';
export { philox4x32 } from './philox.js';
export { Stream } from './stream.js';
export { COARSE, FINE, type Ziggurat } from './ziggurat.js';
