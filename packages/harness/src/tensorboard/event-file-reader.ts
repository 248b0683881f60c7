import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { isEventFileName } from './event-file-name.js';
import { EventSchema, type Event, type SummaryValue } from './generated/event_pb.js';
import { decodeRecords } from './record.js';
import { tensorContent, type TensorContent } from './tensor-content.js';

/** The events of a file. */
export interface EventFileContent {
  events: Event[];
  /** Bytes of an incomplete last record; 0 in a file that was closed. */
  truncatedBytes: number;
}

/**
 * The events of an event file, checksums verified; an incomplete last record is left out.
 *
 * @throws Error when a checksum does not match
 */
export function readEventFile(path: string): EventFileContent {
  const bytes = readFileSync(path);
  const { data, complete } = decodeRecords(bytes);
  return {
    events: data.map((record) => fromBinary(EventSchema, record)),
    truncatedBytes: bytes.length - complete,
  };
}

/** One logged value. */
export interface LoggedValue {
  tag: string;
  step: number;
  /** Seconds since 1970. */
  wallTime: number;
  /** The plugin that shows the tag, from the tag's first value; `scalars` for the old form. */
  plugin: string;
  description: string;
  displayName: string;
  /** The plugin's own message in the metadata. */
  pluginContent: Uint8Array;
  content: TensorContent;
}

/** Every value of a run folder, file after file, in the order in which it was logged. */
export function readRun(directory: string): LoggedValue[] {
  const metadata = new Map<string, SummaryValue['metadata']>();
  const values: LoggedValue[] = [];
  for (const name of readdirSync(directory).filter(isEventFileName).sort()) {
    for (const event of readEventFile(join(directory, name)).events) {
      if (event.what.case !== 'summary') continue;
      for (const value of event.what.value.value) {
        if (value.metadata && !metadata.has(value.tag)) metadata.set(value.tag, value.metadata);
        const known = metadata.get(value.tag);
        values.push({
          tag: value.tag,
          step: Number(event.step),
          wallTime: event.wallTime,
          plugin: known?.pluginData?.pluginName ?? 'scalars',
          description: known?.summaryDescription ?? '',
          displayName: known?.displayName ?? '',
          pluginContent: known?.pluginData?.content ?? new Uint8Array(),
          content: tensorContent(value),
        });
      }
    }
  }
  return values;
}
