import { HttpError } from './http_error.js';

/**
 * Bytes of a parameter in the address: a filter of 4,096 bytes, percent-encoded. A key whose id of
 * 1,024 bytes is percent-encoded twice takes half as many.
 */
const maxParameterLength = 12_288;

/**
 * The parameters of `url`, percent-decoded once. In a filter and in an id `+` is a space, as
 * `URLSearchParams` writes it; elsewhere it stays what it is: ISO 8601 uses it for zones.
 *
 * @throws {HttpError} 400, naming the parameter, for one that is not `known`, repeated, empty, too
 * long or not percent-encoded UTF-8.
 */
export function readParameters<Name extends string>(
  url: string,
  known: readonly Name[],
): Readonly<Partial<Record<Name, string>>> {
  const parameters: Partial<Record<Name, string>> = {};
  for (const { name: given, raw } of pairsOf(url)) {
    const name = known.find((candidate) => candidate === given);
    if (name === undefined) {
      throw invalidParameter(given, `unknown parameter; known are ${known.join(', ')}`);
    }
    if (parameters[name] !== undefined) throw invalidParameter(name, 'given more than once');
    parameters[name] = checkValue(name, raw);
  }
  return parameters;
}

/** Whether `url` has a parameter of this name, whatever its value. */
export function hasParameter(url: string, name: string): boolean {
  return pairsOf(url).some((pair) => pair.name === name);
}

interface Pair {
  readonly name: string;
  /** The value as it stands in the address. */
  readonly raw: string;
}

function pairsOf(url: string): readonly Pair[] {
  const begin = url.indexOf('?');
  const query = begin < 0 ? '' : url.slice(begin + 1);
  const pairs = query.split('&').filter((text) => text !== '');
  return pairs.map((pair) => {
    const separator = pair.includes('=') ? pair.indexOf('=') : pair.length;
    const rawName = pair.slice(0, separator);
    return { name: decode(rawName) ?? rawName, raw: pair.slice(separator + 1) };
  });
}

/** Parameters that hold any text, as forms write it. */
const textNames: readonly string[] = ['filter', 'id'];

function checkValue(name: string, raw: string): string {
  if (raw === '') throw invalidParameter(name, 'has no value');
  if (raw.length > maxParameterLength) {
    throw invalidParameter(name, `longer than ${maxParameterLength} characters`);
  }
  const value = decode(textNames.includes(name) ? raw.replaceAll('+', ' ') : raw);
  if (value === undefined) throw invalidParameter(name, 'not percent-encoded UTF-8');
  return value;
}

/**
 * The integer from `min` to `max` that `text` is; `undefined` where there is no text.
 *
 * @throws {HttpError} 400 for anything else.
 */
export function readInteger(
  name: string,
  text: string | undefined,
  min: number,
  max: number,
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max) {
    throw invalidParameter(name, `expected an integer from ${min} to ${max}`);
  }
  return value;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** The answer to a parameter that can't be used. */
export function invalidParameter(parameter: string, message: string): HttpError {
  return new HttpError(400, { code: 'invalid_parameter', parameter, message });
}
