import { plainText } from '@eventglass/table/timeline/cell_text.js';
import { cutText, memberCount, membersOf, pointerTo } from '../json.js';

/** One line of the tree. */
export interface TreeLine {
  /** JSON Pointer of the value; that of the container where a line stands for more of its members. */
  readonly path: string;
  /** From 1. */
  readonly level: number;
  readonly name: string;
  readonly kind: 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null' | 'more';
  /** Text without control characters but line ends. */
  readonly text: string;
  /** Whether a container's members are shown; `undefined` for what has none to show. */
  readonly isOpen: boolean | undefined;
  /** What a press shows of the rest, for people; `undefined` if there is no rest. */
  readonly rest: string | undefined;
}

/** What the reader has opened. */
export interface Unfolded {
  /** Containers whose members are shown. */
  readonly open: ReadonlySet<string>;
  /** How often more of a container, or of a long text, was asked for. */
  readonly more: ReadonlyMap<string, number>;
}

/** Members that one press shows: some screens of them. */
export const memberStep = 100;

/** UTF-16 units of a text that are shown at first: some seven lines. */
export const firstTextLength = 400;

/** UTF-16 units that one press shows: some hundred screens, laid out in a few frames. */
export const textStep = 20_000;

/** Nothing that people write nests as deep. */
export const maxLevel = 64;

/** Lines that are there unasked: the payload of a usual event. */
const maxOpenLines = 90;

const count = new Intl.NumberFormat('en-US');

function sizeText(size: number, isArray: boolean): string {
  const noun = isArray ? 'item' : 'member';
  return size === 0
    ? isArray
      ? '[ ]'
      : '{ }'
    : `${count.format(size)} ${noun}${size === 1 ? '' : 's'}`;
}

/** `text` with its control characters made visible; its line ends stay what they are. */
function shownText(text: string): string {
  return text.split(/\r?\n/).map(plainText).join('\n');
}

type Value = Pick<TreeLine, 'kind' | 'text' | 'isOpen' | 'rest'>;

function stringLine(text: string, moreCount: number): Value {
  const shown = cutText(text, firstTextLength + moreCount * textStep);
  const left = text.length - shown.length;
  const rest =
    left === 0
      ? undefined
      : left <= textStep
        ? `show all ${count.format(text.length)} characters`
        : `show ${count.format(textStep)} more of ${count.format(text.length)} characters`;
  return {
    kind: 'string',
    text: shownText(shown) + (left > 0 ? '…' : ''),
    isOpen: undefined,
    rest,
  };
}

function valueLine(value: unknown, path: string, level: number, unfolded: Unfolded): Value {
  const size = memberCount(value);
  if (size !== undefined) {
    const isArray = Array.isArray(value);
    const isDeep = level >= maxLevel && size > 0;
    const text = sizeText(size, isArray);
    return {
      kind: isArray ? 'array' : 'object',
      text: isDeep ? `${text}, nested too deep to be shown` : text,
      isOpen: isDeep || size === 0 ? undefined : unfolded.open.has(path),
      rest: undefined,
    };
  }
  if (typeof value === 'string') return stringLine(value, unfolded.more.get(path) ?? 0);
  const kind = value === null ? 'null' : typeof value === 'number' ? 'number' : 'boolean';
  return { kind, text: String(value), isOpen: undefined, rest: undefined };
}

/** The lines of `root`'s members, and of what is open in them. */
export function treeLines(root: unknown, unfolded: Unfolded): readonly TreeLine[] {
  const lines: TreeLine[] = [];
  const addMembers = (container: unknown, path: string, level: number): void => {
    const shown = memberStep * (1 + (unfolded.more.get(path) ?? 0));
    for (const [name, value] of membersOf(container, shown)) {
      const memberPath = pointerTo(path, name);
      const line = valueLine(value, memberPath, level, unfolded);
      lines.push({ path: memberPath, level, name: plainText(name), ...line });
      if (line.isOpen === true) addMembers(value, memberPath, level + 1);
    }
    const left = (memberCount(container) ?? 0) - shown;
    if (left <= 0) return;
    const rest = `show ${count.format(Math.min(left, memberStep))} more of ${count.format(left)}`;
    lines.push({ path, level, name: '', kind: 'more', text: '', isOpen: undefined, rest });
  };
  addMembers(root, '', 1);
  return lines;
}

/** The containers that are open at first: the outermost, as many as come to few lines. */
export function firstOpen(root: unknown): ReadonlySet<string> {
  const open = new Set<string>();
  let lineCount = memberCount(root) ?? 0;
  const level: { readonly value: unknown; readonly path: string }[] = [{ value: root, path: '' }];
  for (const { value, path } of level) {
    if (level.length > maxOpenLines) break;
    for (const [name, member] of membersOf(value, maxOpenLines)) {
      const size = memberCount(member) ?? 0;
      if (size === 0 || lineCount + size > maxOpenLines) continue;
      const memberPath = pointerTo(path, name);
      lineCount += size;
      open.add(memberPath);
      level.push({ value: member, path: memberPath });
    }
  }
  return open;
}

/** Whether `path` or, where its members are not to be seen, one of them is among `changed`. */
export function isChanged({ path, kind, isOpen }: TreeLine, changed: ReadonlySet<string>): boolean {
  if (kind === 'more') return false;
  if (changed.has(path)) return true;
  return isOpen === false && [...changed].some((other) => other.startsWith(`${path}/`));
}

/** The line that the arrow to the left leads to from line `index`: that of its container. */
export function containerLine(lines: readonly TreeLine[], index: number): number {
  const level = lines[index]?.level ?? 1;
  for (let i = index - 1; i >= 0; i--) {
    if ((lines[i]?.level ?? level) < level) return i;
  }
  return index;
}
