import { readFileSync } from 'node:fs';

/** A document of tests/fixtures/json/documents.txt. */
export interface JsonDocument {
  /** Valid to JSON.parse and to the decoder: `y` both, `n` neither, `i` one of the two. */
  readonly kind: string;
  readonly name: string;
  readonly bytes: Uint8Array;
}

export function jsonDocuments(): readonly JsonDocument[] {
  const file = new URL('../../fixtures/json/documents.txt', import.meta.url);
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [kind = '', name = '', ...text] = line.split(' ');
      const bytes = text
        .join(' ')
        .replace(/%([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
      return { kind, name, bytes: Uint8Array.from(bytes, (char) => char.charCodeAt(0)) };
    });
}
