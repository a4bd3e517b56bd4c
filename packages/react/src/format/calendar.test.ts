import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createCalendar } from './calendar.js';

it.each([
  ['UTC', '2026-11-21T09:30:00Z', '2026-11-21T00:00:00Z', '2026-11-01T00:00:00Z'],
  ['Asia/Tokyo', '2026-11-21T16:30:00Z', '2026-11-21T15:00:00Z', '2026-10-31T15:00:00Z'],
  ['America/New_York', '2026-11-01T12:00:00Z', '2026-11-01T04:00:00Z', '2026-11-01T04:00:00Z'],
  ['America/New_York', '2026-11-21T02:00:00Z', '2026-11-20T05:00:00Z', '2026-11-01T04:00:00Z'],
  ['Europe/Berlin', '2026-03-29T12:00:00Z', '2026-03-28T23:00:00Z', '2026-02-28T23:00:00Z'],
])('in %s the day and the month of %s begin at %s and %s', (zone, at, day, month) => {
  const calendar = createCalendar(zone);
  expect(new Date(calendar.startOfDay(Date.parse(at))).toISOString()).toBe(new Date(day).toISOString());
  expect(new Date(calendar.startOfMonth(Date.parse(at))).toISOString()).toBe(new Date(month).toISOString());
});

it('never begins a day later than the moment that lies in it, whatever the moment', () => {
  const { startOfDay, startOfMonth } = createCalendar('Asia/Kolkata');
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e12 }), (ms) => {
      expect(startOfDay(ms)).toBeLessThanOrEqual(ms);
      expect(ms - startOfDay(ms)).toBeLessThanOrEqual(86_400_000);
      expect(startOfMonth(ms)).toBeLessThanOrEqual(startOfDay(ms));
    }),
  );
  fc.assert(fc.property(fc.double(), (ms) => void startOfDay(ms)));
});
