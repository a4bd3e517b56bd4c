import { describe, expect, it } from 'vitest';
import { germanLabels } from './de.js';
import type { LabelGroup } from './define-labels.js';
import { englishLabels } from './en.js';

/** Words that German product screens use as they are. */
const SAME_IN_GERMAN = new Set([
  'Agent',
  'Code',
  'CSV',
  'Debug',
  'Elite',
  'HTML',
  'in USD',
  'JSON',
  'Label',
  'Limit',
  'Live',
  'Markdown',
  'MCP',
  'Name',
  'Normal',
  'Offline',
  'OK',
  'optional',
  'PDF',
  'Prompt',
  'Standard',
  'Status',
  'System',
  'Text',
  'Token',
]);

type Say = (...args: readonly unknown[]) => unknown;
type Leaves = ReadonlyMap<string, unknown>;

/** Every word and function below an object, by the path to it. */
function leavesOf(words: object, path = ''): Leaves {
  return new Map(
    Object.entries(words).flatMap(([key, value]: [string, unknown]) => {
      const at = path === '' ? key : `${path}/${key}`;
      return typeof value === 'object' && value !== null ? [...leavesOf(value, at)] : [[at, value] as const];
    }),
  );
}

const english = leavesOf(englishLabels);
const german = leavesOf(germanLabels);
const pathsOf = (kind: 'string' | 'function'): readonly string[] =>
  [...english].filter(([, value]) => typeof value === kind).map(([path]) => path);

const isGroup = (value: unknown): value is LabelGroup<object> =>
  typeof value === 'object' && value !== null && 'name' in value && 'english' in value;

const files = Object.entries(
  import.meta.glob<object>(['../**/*-labels.ts', '!./define-labels.ts'], { eager: true }),
).map(([path, file]) => ({ path, groups: Object.values(file).filter(isGroup) }));
const groups = files.flatMap((file) => file.groups);

describe('the words of all components', () => {
  it.each(files)('$path declares a group, which `Labels` has', ({ groups: declared }) => {
    expect(declared).not.toHaveLength(0);
    for (const { name, english: words } of declared) {
      expect(new Map<string, object>(Object.entries(englishLabels)).get(name), name).toBe(words);
    }
  });

  it('are nothing but declared groups, each under a name of its own', () => {
    expect(groups.map(({ name }) => name).sort()).toEqual(Object.keys(englishLabels).sort());
  });
});

/** Arguments by path, where they are not all texts. The others are called with texts that can be told apart. */
const SAMPLES: { readonly [path: string]: readonly (readonly unknown[])[] } = {
  'pendingApprovals/announce': [[['31', '32']]],
  'budget/scopeIn': ['usd', 'tokens', 'steps', 'seconds'].map((unit) => ['31', unit]),
  'charts/comparedWith': [[1], [31]],
  'charts/lastDays': [[1], [31]],
  'charts/lowerBound': [[1], [31]],
  'charts/more': [[1], [31]],
  'charts/others': [[1], [31]],
  'charts/signed': [
    ['31', 1],
    ['31', 0],
    ['31', -1],
  ],
  'comparison/summary': [[{ same: '31', changed: '32', added: '33', removed: '34' }]],
  'cost/mixed': [[['31', '32']]],
  'cost/unknownReason': [[1], [31], [31, 0], [31, 31], [31, 32]],
  'fork/againAmount': [
    ['31', true],
    ['31', false],
  ],
  'fork/patchHint': [[[]], [['31', '32']]],
  'graph/nodeName': [['31', ['32', '33']]],
  'system/tools': [
    [1, '1'],
    [31, '31'],
  ],
  'table/updateOrder': [[undefined], ['31']],
  'taskBoard/announce': [[['31', '32']]],
  'toasts/announce': [[['31', '32']]],
};

const TEXTS = ['31', '32', '33', '34', '35'];
/** One of several has words of its own; what is empty is left out. */
const USUAL = [TEXTS, TEXTS.map(() => '1'), ['31', '', '33', '34', '35']];
/** Beside a text, whether it means one. */
const COUNTED = [
  ['1', true],
  ['31', false],
];

const isCounted = (path: string): boolean =>
  /^(?:conversation|files|json|log)\/(?:calls|count|items|members|said)$/.test(path);
const samplesOf = (path: string): readonly (readonly unknown[])[] =>
  SAMPLES[path] ?? (isCounted(path) ? COUNTED : USUAL);

/** What an answer tells of what it was given. */
const toldIn = (text: string): readonly string[] => [...new Set(text.match(/3[1-5]/g))].sort();

describe('German', () => {
  it('has the words that English has, and no others', () => {
    expect([...german.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it.each(pathsOf('string'))('%s is a word', (path) => {
    const word = german.get(path);
    expect(word).toBeTypeOf('string');
    expect(word === '').toBe(english.get(path) === '');
  });

  it('leaves no word in English but those that are the same', () => {
    const same = pathsOf('string').filter((path) => german.get(path) === english.get(path));
    const words = new Set(
      same.map((path) => english.get(path) as string).filter((word) => /\p{L}/u.test(word)),
    );
    expect([...words].sort()).toEqual([...SAME_IN_GERMAN].sort());
  });

  it('names no function in vain whose arguments are not texts', () => {
    expect(Object.keys(SAMPLES).filter((path) => typeof english.get(path) !== 'function')).toEqual([]);
  });

  it.each(pathsOf('function'))('%s tells as much as in English', (path) => {
    for (const args of samplesOf(path)) {
      const [inEnglish, inGerman] = [english, german].map((words) => (words.get(path) as Say)(...args)) as [
        string,
        string,
      ];
      for (const text of [inEnglish, inGerman]) {
        expect(text).toBeTypeOf('string');
        expect(text).not.toMatch(/^$|undefined|null|NaN|\[object|,,/);
      }
      expect(toldIn(inGerman), inGerman).toEqual(toldIn(inEnglish));
    }
  });
});
