import type { EventKey } from 'eventglass';

import { type PageRequest, maxPageLimit } from '../source/event_source.js';
import { compareKeys, parseBound } from '../store/bounds.js';
import { readFilter } from './filter_parameter.js';
import { invalidParameter, readInteger, readParameters } from './query_parameters.js';

const parameterNames = ['start', 'after', 'rank', 'stop', 'limit', 'direction', 'filter'] as const;

type Parameters = Readonly<Partial<Record<(typeof parameterNames)[number], string>>>;

/**
 * The page that the client at `address` asks `GET /data` for, in the format that it prefers.
 *
 * @throws {HttpError} 400 for parameters that make no sense, alone or together.
 */
export function readPageRequest(
  url: string,
  { address, format }: Pick<PageRequest, 'address' | 'format'>,
): PageRequest {
  const parameters = readParameters(url, parameterNames);
  const direction = readDirection(parameters.direction);
  checkOneOfEach(parameters, direction);
  const begin = readAfter(parameters.after) ?? readBound('start', parameters.start);
  const end = readBound('stop', parameters.stop);
  if (begin !== undefined && end !== undefined && compareKeys(begin, end) > 0) {
    throw parameters.after === undefined
      ? invalidParameter('start', 'is after stop')
      : invalidParameter('after', 'is not before stop');
  }
  return {
    begin,
    end,
    rank: readInteger('rank', parameters.rank, 0, Number.MAX_SAFE_INTEGER),
    limit: readInteger('limit', parameters.limit, 1, maxPageLimit),
    direction,
    filter: readFilter(parameters.filter),
    address,
    format,
  };
}

/**
 * Either end of a page is named once: `after` and `rank` stand for `start`; backwards `rank` stands
 * for `stop`.
 */
function checkOneOfEach(
  { start, after, rank, stop }: Parameters,
  direction: PageRequest['direction'],
): void {
  if (after !== undefined && start !== undefined) {
    throw invalidParameter('after', 'stands for start: give one of the two');
  }
  if (rank === undefined) return;
  if (direction === 'backward') {
    if (stop === undefined) return;
    throw invalidParameter('rank', 'stands for stop in direction backward: give one of the two');
  }
  if (start === undefined && after === undefined) return;
  const name = start === undefined ? 'after' : 'start';
  throw invalidParameter('rank', `stands for ${name} in direction forward: give one of the two`);
}

function readBound(name: 'start' | 'stop', text: string | undefined): EventKey | undefined {
  if (text === undefined || text === 'open') return undefined;
  const bound = parseBound(text);
  if (bound === undefined) {
    const expected = 'milliseconds since 1970, ISO 8601, or a key (timestamp,id)';
    throw invalidParameter(name, `${JSON.stringify(text)} is not a time: expected ${expected}`);
  }
  return bound;
}

/** The key right after the one that `text` names. */
function readAfter(text: string | undefined): EventKey | undefined {
  if (text === undefined) return undefined;
  // The id ends the text, and U+0000 makes its successor; a time alone becomes no bound by it.
  const bound = parseBound(`${text}%00`);
  if (bound === undefined) {
    const expected = 'timestamp,id with the id percent-encoded';
    throw invalidParameter('after', `${JSON.stringify(text)} is not a key: expected ${expected}`);
  }
  return bound;
}

function readDirection(text: string | undefined): PageRequest['direction'] {
  if (text === undefined || text === 'forward') return 'forward';
  if (text === 'backward') return 'backward';
  throw invalidParameter('direction', 'expected forward or backward');
}
