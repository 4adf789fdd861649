import { describe, expect, test } from 'vitest';
import { Requests } from '../../app/src/lib/timeline/requests.js';

describe('viewport requests', () => {
  test('tell by how much rows have shifted since one was made', () => {
    const requests = new Requests();
    requests.set(1, 100);
    requests.set(2, 300);
    expect(requests.shiftSince(2, 310)).toBe(10);
    expect(requests.shiftSince(3, 310)).toBeUndefined();
  });

  test('follow shifts that have been told already', () => {
    const requests = new Requests();
    requests.set(1, 100);
    requests.shift(10);
    expect(requests.shiftSince(1, 115)).toBe(5);
  });

  test('are where the newest answer says, however far that is from where they were made', () => {
    const requests = new Requests();
    requests.set(1, 100);
    requests.set(1, 90_000);
    expect(requests.shiftSince(1, 90_002)).toBe(2);
  });

  test('older than an answer are forgotten', () => {
    const requests = new Requests();
    requests.set(1, 100);
    requests.set(2, 200);
    requests.shiftSince(2, 200);
    expect(requests.shiftSince(1, 100)).toBeUndefined();
  });
});
