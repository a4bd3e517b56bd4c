import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createZoneOffset } from './zone-offset.js';

const MINUTE = 60_000;

it.each([
  ['UTC', '2026-07-01T12:00:00Z', 0],
  ['Europe/Vienna', '2026-03-29T00:59:59Z', 60],
  ['Europe/Vienna', '2026-03-29T01:00:00Z', 120],
  ['America/New_York', '2026-11-01T06:00:00Z', -300],
  ['Asia/Kathmandu', '2026-01-01T00:00:00Z', 345],
  ['Australia/Lord_Howe', '2026-04-04T14:59:59Z', 660],
  ['Australia/Lord_Howe', '2026-04-04T15:00:00Z', 630],
])('%s is at %s ahead by %i minutes', (zone, at, minutes) => {
  expect(createZoneOffset(zone)(Date.parse(at))).toBe(minutes * MINUTE);
});

it('says what clocks there show, at any moment', () => {
  const zones = [
    'Europe/Vienna',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
    'America/St_Johns',
    'Pacific/Apia',
  ];
  for (const timeZone of zones) {
    const offsetAt = createZoneOffset(timeZone);
    const clock = new Intl.DateTimeFormat('en', { timeZone, dateStyle: 'long', timeStyle: 'medium' });
    const utc = new Intl.DateTimeFormat('en', { timeZone: 'UTC', dateStyle: 'long', timeStyle: 'medium' });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), (time) => {
        expect(utc.format(time + offsetAt(time))).toBe(clock.format(time));
      }),
    );
  }
});

it('knows nothing of what is no moment, and takes the zone of the machine without a name', () => {
  expect([Number.NaN, Infinity, -Infinity, 9e15].map(createZoneOffset('Asia/Tokyo'))).toEqual([0, 0, 0, 0]);
  const time = Date.UTC(2026, 6, 1);
  expect(createZoneOffset()(time)).toBe(0 - new Date(time).getTimezoneOffset() * MINUTE);
});
