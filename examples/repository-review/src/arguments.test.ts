import { isFleetglassError } from '@fleetglass/core';
import { describe, expect, it } from 'vitest';
import { parseArguments } from './arguments.js';

const refusal = (...argv: string[]): string => {
  try {
    parseArguments(argv);
  } catch (error) {
    if (isFleetglassError(error, 'BAD_INPUT')) return error.message;
    throw error;
  }
  throw new Error('accepted');
};

describe('parseArguments', () => {
  it('has a default for everything', () => {
    expect(parseArguments([])).toEqual({
      help: false,
      port: 4747,
      maxFiles: 40,
      askSeconds: 45,
      budgetUsd: 0.5,
      seed: 1,
    });
  });

  it('reads every flag', () => {
    const argv = [
      '--dir',
      'a',
      '--port=0',
      '--max-files',
      '3',
      '--budget',
      '0.01',
      '--ask=0',
      '--data',
      'd',
      '--seed',
      '7',
    ];
    expect(parseArguments(argv)).toEqual({
      help: false,
      dir: 'a',
      data: 'd',
      port: 0,
      maxFiles: 3,
      askSeconds: 0,
      budgetUsd: 0.01,
      seed: 7,
    });
    expect(parseArguments(['--open', 'x.jsonl']).open).toBe('x.jsonl');
    expect(parseArguments(['--help']).help).toBe(true);
  });

  it.each([
    [['--colour'], /--colour/],
    [['review'], /review/],
    [['--dir'], /--dir/],
    [['--dir', ' '], /--dir needs a path/],
    [['--port', '65536'], /--port must be a whole number from 0 to 65535/],
    [['--port', '-1'], /--port/],
    [['--port', '80x'], /--port/],
    [['--max-files', '0'], /--max-files/],
    [['--max-files', '1.5'], /--max-files/],
    [['--ask', 'me'], /--ask must be a whole number from 0 to 86400/],
    [['--budget', '0'], /--budget/],
    [['--budget', 'free'], /--budget/],
    [['--dir', 'a', '--open', 'b'], /--open shows a recording and --dir reviews a folder/],
  ])('refuses %j in one line', (argv, message) => {
    const text = refusal(...argv);
    expect(text).toMatch(message);
    expect(text).not.toContain('\n');
  });
});
