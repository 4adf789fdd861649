import type { ColumnType, Schema } from 'eventglass';

// docs/row_block.md, written down a second time, for backends that tests script.

const columnTypes: readonly ColumnType[] = [
  'id',
  'timestamp',
  'dictionary',
  'text',
  'number',
  'boolean',
];
const headerBytes = 72;
const absent = 0xffffffff;

type Event = Readonly<Record<string, unknown>>;

interface WrittenColumn {
  readonly type: ColumnType;
  readonly values: Buffer;
  readonly strings: readonly string[] | undefined;
}

/** A block for transport that holds `events`, in their order. */
export function writeRowBlock(schema: Schema, events: readonly Event[]): Uint8Array<ArrayBuffer> {
  const columns = schema.map(({ name, type }) =>
    writeColumn(
      type,
      events.map((event) => event[name]),
    ),
  );
  const directory = Buffer.alloc(16 * columns.length);
  const block: Uint8Array[] = [Buffer.alloc(headerBytes), directory];
  let length = headerBytes + directory.length;
  const place = (section: Buffer): number => {
    const padding = Buffer.alloc(-length & 7);
    const offset = length + padding.length;
    block.push(padding, section);
    length = offset + section.length;
    return offset;
  };
  const names = place(stringTable(schema.map(({ name }) => name)));
  columns.forEach(({ type, values }, i) => {
    directory.writeUInt32LE(columnTypes.indexOf(type), 16 * i);
    directory.writeUInt32LE(place(values), 16 * i + 4);
  });
  columns.forEach(({ strings }, i) => {
    if (strings === undefined) return;
    directory.writeUInt32LE(place(stringTable(strings)), 16 * i + 8);
    directory.writeUInt32LE(strings.length, 16 * i + 12);
  });
  place(Buffer.alloc(0));
  const bytes = Uint8Array.from(Buffer.concat(block));
  const header = new DataView(bytes.buffer);
  const fields = { 0: 0x42524745, 4: 2, 8: events.length, 12: columns.length };
  for (const [at, value] of Object.entries({ ...fields, 48: length, 60: names })) {
    header.setUint32(Number(at), value, true);
  }
  return bytes;
}

function writeColumn(type: ColumnType, cells: readonly unknown[]): WrittenColumn {
  switch (type) {
    case 'timestamp':
    case 'number':
      return {
        type,
        values: doubles(cells.map((cell) => Number(cell ?? NaN))),
        strings: undefined,
      };
    case 'boolean': {
      const values = Buffer.from(cells.map((cell) => (cell === undefined ? 2 : Number(cell))));
      return { type, values, strings: undefined };
    }
    case 'dictionary': {
      const strings = [...new Set(cells.filter((cell) => typeof cell === 'string'))];
      const codes = cells.map((cell) => strings.findIndex((string) => string === cell));
      return { type, values: integers(codes.map((code) => code >>> 0)), strings };
    }
    case 'id':
    case 'text': {
      const strings = cells.map((cell) => (typeof cell === 'string' ? cell : ''));
      const lengths = cells.map((cell) =>
        typeof cell === 'string' ? Buffer.byteLength(cell) : absent,
      );
      return { type, values: integers(lengths), strings };
    }
  }
}

function stringTable(strings: readonly string[]): Buffer {
  const bytes = strings.map((string) => Buffer.from(string));
  const offsets = [0];
  for (const each of bytes) offsets.push((offsets.at(-1) ?? 0) + each.length);
  return Buffer.concat([integers(offsets), ...bytes]);
}

function integers(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => bytes.writeUInt32LE(value, 4 * i));
  return bytes;
}

function doubles(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(8 * values.length);
  values.forEach((value, i) => bytes.writeDoubleLE(value, 8 * i));
  return bytes;
}
