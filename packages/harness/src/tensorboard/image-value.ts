import { hasPngSignature } from 'fast-png';
import type { PngImage } from './heat-map.js';
import { stringTensor, type PluginValue } from './tensor-value.js';

/**
 * Images of one size as TensorBoard stores them: the strings [width, height, PNG, PNG, …].
 *
 * @throws RangeError when there is none, their sizes differ, or one is not a PNG
 */
export function imageValue(tag: string, images: readonly PngImage[]): PluginValue {
  if (images.length === 0) {
    throw new RangeError(`TensorBoardWriter.image: expected an image for "${tag}", got none.`);
  }
  const [{ width, height }] = images;
  for (const [i, image] of images.entries()) {
    if (image.width !== width || image.height !== height) {
      throw new RangeError(
        `TensorBoardWriter.image: expected images of one size for "${tag}", got ` +
          `${width} × ${height} and, as number ${i}, ${image.width} × ${image.height}. ` +
          `Log them under two tags.`,
      );
    }
    if (!hasPngSignature(image.png)) {
      throw new RangeError(
        `TensorBoardWriter.image: expected PNG bytes for "${tag}", got something else as number ${i}. ` +
          `Encode the image first, with heatMap() for a matrix.`,
      );
    }
  }
  const text = (size: number) => new TextEncoder().encode(String(size));
  return {
    plugin: 'images',
    value: stringTensor([text(width), text(height), ...images.map((image) => image.png)]),
  };
}
