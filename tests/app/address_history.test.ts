import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { liveAddress, type Address } from '../../app/src/lib/timeline/address.js';
import { AddressHistory } from '../../app/src/lib/timeline/address_history.js';

const addressAt = (timestamp: number): Address => ({
  place: { type: 'key', key: { timestamp, id: 'evt_1' } },
  filter: '',
});

describe('the place in the address', () => {
  const replace = vi.fn<(query: string) => void>();
  const push = vi.fn<(query: string) => void>();
  let history: AddressHistory;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.resetAllMocks();
    history = new AddressHistory({ replace, push }, liveAddress);
  });

  afterEach(() => {
    history.delete();
    vi.useRealTimers();
  });

  test('changes less often than browsers allow, however fast the reader scrolls', () => {
    // Safari refuses more than 100 changes in 30 s.
    for (let ms = 0; ms < 30_000; ms += 16) {
      history.note(addressAt(ms));
      vi.advanceTimersByTime(16);
    }
    expect(replace.mock.calls.length).toBeGreaterThan(50);
    expect(replace.mock.calls.length).toBeLessThanOrEqual(100);
    expect(push).not.toHaveBeenCalled();
  });

  test('is the last that was noted', () => {
    for (const timestamp of [1, 2, 3]) history.note(addressAt(timestamp));
    vi.advanceTimersByTime(1_000);
    expect(replace.mock.calls).toEqual([['?t=1970-01-01T00:00:00.003Z&e=evt_1']]);
    history.note(addressAt(3));
    vi.advanceTimersByTime(1_000);
    expect(replace).toHaveBeenCalledTimes(1);
  });

  test('is there at once when the page is about to go', () => {
    history.note(addressAt(1));
    history.flush();
    expect(replace.mock.calls).toEqual([['?t=1970-01-01T00:00:00.001Z&e=evt_1']]);
    vi.advanceTimersByTime(1_000);
    expect(replace).toHaveBeenCalledTimes(1);
  });

  test('that was asked for is an entry after the place the reader left', () => {
    const calls: string[] = [];
    replace.mockImplementation((query) => calls.push(`replace ${query}`));
    push.mockImplementation((query) => calls.push(`push ${query}`));
    history.note(addressAt(1));
    history.push(addressAt(2));
    history.push(addressAt(2));
    expect(calls).toEqual([
      'replace ?t=1970-01-01T00:00:00.001Z&e=evt_1',
      'push ?t=1970-01-01T00:00:00.002Z&e=evt_1',
    ]);
  });

  test('is left alone after back and forward', () => {
    history.note(addressAt(1));
    history.restored(addressAt(2));
    history.note(addressAt(2));
    vi.advanceTimersByTime(1_000);
    expect(replace).not.toHaveBeenCalled();
  });
});
