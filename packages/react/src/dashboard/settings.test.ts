import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeSettings, DEFAULT_SETTINGS, readSettings } from './settings.js';

describe('settings', () => {
  it('survive storage', () => {
    const settings = changeSettings(DEFAULT_SETTINGS, {
      theme: 'industrial',
      shortcuts: true,
      timeZone: 'Europe/Berlin',
      layout: { overview: { order: ['runs', 'waiting'], hidden: ['mcp'] } },
    });
    expect(readSettings(JSON.parse(JSON.stringify(settings)))).toEqual(settings);
  });

  it('take what they know of anything, and the default for the rest', () => {
    expect(readSettings({ theme: 'neon', density: 'compact', locale: 'not a language', layout: [] })).toEqual(
      {
        ...DEFAULT_SETTINGS,
        density: 'compact',
      },
    );
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const settings = readSettings(value);
        expect(readSettings(settings)).toEqual(settings);
        expect(Object.keys(settings)).toEqual(expect.arrayContaining(Object.keys(DEFAULT_SETTINGS)));
      }),
    );
  });

  it('go back to the default where a change says so', () => {
    const settings = changeSettings(DEFAULT_SETTINGS, { timeZone: 'UTC', theme: 'dark' });
    expect(changeSettings(settings, { timeZone: undefined, theme: undefined })).toEqual(DEFAULT_SETTINGS);
  });
});
