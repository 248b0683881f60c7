import { closeSync, existsSync, openSync, rmSync, writeSync } from 'node:fs';
import type { Architecture } from '@shaped/sde';
import type { MapAxis } from '../config/index.js';
import type { Theory } from '../predict/index.js';
import { diskFailure, jsonLine, readJsonl, writeJsonl, type RunDirectory } from '../run/index.js';
import type { MapSummary } from './map-summary.js';
import type { MapCell } from './map-cell.js';

const FOLDER = 'map';
const CELLS = 'cells.jsonl';
const RECORD = 'map.json';
/** Cells in the order of completion, while the map is being made. */
const PARTIAL = 'cells.partial.jsonl';

/** What `map/map.json` says; it is written last and marks completeness. */
export interface MapRecord {
  theory: Theory;
  /** The model of the configuration, of which the axes vary two parameters. */
  arch: Architecture;
  x: MapAxis;
  y: MapAxis;
  paths: number;
  seed: number;
  /** Most solver steps of a cell; null for the chain, whose steps are its layers. */
  steps: number | null;
  /** Fewest, where cells take steps of their own. */
  fewestSteps?: number;
  stopAt: number;
  /** Off-diagonal of the standard V0; null where V0 is that of the text windows. */
  startRho: number | null;
  /** Mean ρ beyond which a path counts as collapsed. */
  collapsedAbove: number;
  /** Share of failing paths up to which a cell is healthy. */
  mostFailing: number;
  /** Confidence at which a class counts as decided. */
  confidence: number;
  summary: MapSummary;
}

/** A phase diagram read back from a run directory, its cells row by row. */
export interface MapResult {
  record: MapRecord;
  cells: MapCell[];
}

/** Cells of a map that is being made; each is handed to the operating system as it comes. */
export class PartialMap {
  readonly #path: string;
  #descriptor: number | undefined;
  /** What an earlier, interrupted command left. */
  readonly found: MapCell[];

  /** Takes up what an interrupted map left behind. @throws Failure when the disk refuses */
  constructor(run: RunDirectory) {
    this.#path = run.path(FOLDER, PARTIAL);
    this.found = existsSync(this.#path) ? readJsonl<MapCell>(this.#path) : [];
    writeJsonl(this.#path, this.found); // without a last line that a crash cut short
    try {
      this.#descriptor = openSync(this.#path, 'a');
    } catch (cause) {
      throw diskFailure('write', this.#path, cause);
    }
  }

  /** Adds a cell, by one write of a whole line. @throws Failure when the disk refuses */
  append(cell: MapCell): void {
    if (this.#descriptor === undefined) throw new Error('PartialMap: append after close');
    try {
      writeSync(this.#descriptor, jsonLine(cell));
    } catch (cause) {
      throw diskFailure('write', this.#path, cause);
    }
  }

  /** Closes the file and leaves it. A second call does nothing. */
  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  /** Removes the file: the map is complete. */
  remove(): void {
    this.close();
    rmSync(this.#path, { force: true });
  }
}

/** Writes a complete map: cells in grid order, then the record. */
export function writeMap(run: RunDirectory, { record, cells }: MapResult): void {
  writeJsonl(run.path(FOLDER, CELLS), cells);
  run.writeJson(record, FOLDER, RECORD);
}

/** Whether a run holds a complete map. */
export function hasMap(run: RunDirectory): boolean {
  return run.has(FOLDER, RECORD);
}

/** The map of a run. @throws Failure when it is missing or damaged */
export function readMap(run: RunDirectory): MapResult {
  return {
    record: run.readJson(FOLDER, RECORD),
    cells: readJsonl(run.path(FOLDER, CELLS)),
  };
}
