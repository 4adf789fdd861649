/**
 * The module that Emscripten makes of `wasm/src/bindings/bindings.cc`, typed by hand: generated types
 * call every view into the heap `any`. `tests/module/raw_module.test.ts` compares both.
 */
import type { Facet } from './types.js';

interface RawKey {
  readonly timestamp: number;
  readonly id: string;
}

export interface RawBound {
  readonly open: boolean;
  readonly key: RawKey;
}

export interface RawCounts {
  readonly inserted: number;
  readonly updated: number;
  readonly moved: number;
  readonly deleted: number;
  readonly stale: number;
  readonly unknown: number;
  readonly outsideOlder: number;
  readonly outsideNewer: number;
  readonly evicted: number;
  readonly skipped: number;
  readonly skippedSamples: readonly {
    readonly index: number;
    readonly code: number;
    readonly column: string;
  }[];
}

export interface RawPageReport {
  readonly status: number;
  readonly errorCode: number;
  readonly errorMessage: string;
  readonly errorOffset: number;
  readonly counts: RawCounts;
}

export interface RawFeedReport extends RawPageReport {
  readonly type: number;
  readonly epoch: string;
  readonly seq: number;
  readonly hasTotalCount: boolean;
  readonly totalCount: number;
  readonly reason: string;
}

export interface RawOpenReport {
  readonly status: number;
  readonly view: number;
  /** Bytes of the filter's UTF-8. */
  readonly errorBegin: number;
  readonly errorEnd: number;
  readonly expected: string;
}

interface RawSchemaBuilder {
  add(name: string, type: number): void;
  problem(): string;
  delete(): void;
}

/** Arrays that its methods answer are views into the heap: they live until the next call. */
export interface RawEngine {
  version(): number;
  hasCursor(): boolean;
  cursorEpoch(): string;
  cursorSeq(): number;
  isCovering(): boolean;
  coverageBegin(): RawBound;
  coverageEnd(): RawBound;
  beSource(epoch: string, seq: number): void;
  /** A pointer, or 0 where there is no memory for it. */
  inputBuffer(size: number): number;
  applyPage(
    size: number,
    epoch: string,
    seq: number,
    begin: RawBound,
    end: RawBound,
  ): RawPageReport;
  applyPageBlock(
    size: number,
    epoch: string,
    seq: number,
    begin: RawBound,
    end: RawBound,
  ): RawPageReport;
  openPage(epoch: string, seq: number, begin: RawBound, end: RawBound, format: number): number;
  /** A pointer, or 0 where there is no memory for it or no page is open. */
  pieceBuffer(size: number): number;
  addPiece(size: number): RawPageReport;
  closePage(): RawPageReport;
  abortPage(): void;
  applyFeed(size: number): RawFeedReport;
  /** With 32 bytes for each mutation, the caller's own: see `BatchEffects`. */
  applyFeedWithEffects(size: number): RawFeedReport & { readonly effects: Uint8Array };
  reapplyFeed(size: number): RawFeedReport;
  beginRequest(): void;
  endRequest(): boolean;
  setEvictionSide(side: number): void;
  clear(): void;
  openView(filter: string, column: number, direction: number): RawOpenReport;
  openSearch(view: number, filter: string): RawOpenReport;
  closeView(view: number): void;
  rowCount(view: number): number;
  rank(view: number, key: RawKey): number;
  keyAt(view: number, index: number): RawKey;
  /** 2^32 - 1 where the view does not show the event. */
  indexOf(view: number, id: string): number;
  readText(view: number, index: number, column: number): Uint8Array;
  readRows(view: number, begin: number, end: number, since: number): Uint8Array;
  readRowsAt(view: number, indexes: readonly number[]): Uint8Array;
  density(view: number, beginMs: number, endMs: number, buckets: number): Uint32Array;
  facet(view: number, column: number, limit: number): Facet;
  /** The index of a row, or 2^32 - 1 where there is no match. */
  matchFrom(view: number, matches: number, index: number): number;
  matchBefore(view: number, matches: number, index: number): number;
  writeJson(view: number, begin: number, end: number): Uint8Array;
  /** Empty where there is no memory for it. */
  writeBlock(view: number, begin: number, end: number): Uint8Array;
  delete(): void;
}

export interface RawModule {
  readonly HEAPU8: Uint8Array;
  readonly SchemaBuilder: new () => RawSchemaBuilder;
  readonly Engine: new (
    schema: RawSchemaBuilder,
    capacityRows: number,
    capacityTextBytes: number,
    maxCellCharacters: number,
    seed0: number,
    seed1: number,
  ) => RawEngine;
}
