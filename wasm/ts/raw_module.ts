/**
 * The module that Emscripten makes of `wasm/src/bindings/bindings.cc`, typed by hand: generated types
 * call every view into the heap `any`. `tests/module/raw_module.test.ts` compares both.
 */

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

interface RawSchemaBuilder {
  add(name: string, type: number): void;
  problem(): string;
  delete(): void;
}

/** Arrays that its methods answer are views into the heap: they live until the next call. */
export interface RawEngine {
  readonly rowCount: number;
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
  applyFeed(size: number): RawFeedReport;
  reapplyFeed(size: number): RawFeedReport;
  beginRequest(): void;
  endRequest(): boolean;
  setEvictionSide(side: number): void;
  clear(): void;
  rank(key: RawKey): number;
  keyAt(index: number): RawKey;
  /** 2^32 - 1 where the event is not in the window. */
  indexOf(id: string): number;
  readText(index: number, column: number): Uint8Array;
  readRows(begin: number, end: number): Uint8Array;
  readRowsAt(indexes: readonly number[]): Uint8Array;
  writeJson(begin: number, end: number): Uint8Array;
  delete(): void;
}

export interface RawModule {
  readonly HEAPU8: Uint8Array;
  readonly SchemaBuilder: new () => RawSchemaBuilder;
  readonly Engine: new (
    schema: RawSchemaBuilder,
    capacityRows: number,
    capacityTextBytes: number,
    maxCellBytes: number,
    seed0: number,
    seed1: number,
  ) => RawEngine;
}
