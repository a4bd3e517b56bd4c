/** One thing that makes a task harder, or easier. */
export interface ComplexityReason {
  /** Name of the signal, for labels. */
  readonly code: string;
  /** What it adds to the score; negative when it makes the task easier. */
  readonly points: number;
  /** What was found in the description: words, paths, or a count. */
  readonly found: readonly string[];
  readonly message: string;
}

/** Looks for one thing in a description. Must be pure. */
export interface ComplexitySignal {
  readonly code: string;
  measure(description: string): Omit<ComplexityReason, 'code'> | undefined;
}

type Measured = Omit<ComplexityReason, 'code'>;

/** A word of a script that separates words by spaces, or one character of a script that does not. */
const WORD =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{N}][\p{L}\p{N}'’]*/gu;
const LIST_ITEM = /^[ \t]*(?:[-*•+]|\d{1,3}[.)])[ \t]+\S/gm;
/** A path such as `src/log/store.ts`, or a file name with an extension of letters. */
const PLACE = /(?<![\w@.-])[\w@.-]{1,100}(?:\/[\w@.-]{1,100}){1,20}|(?<![\w-])[\w-]{2,100}\.[a-z]{1,5}\b/gi;
/** A sentence of a description that asks for something. */
const OBLIGATION = /\b(?:must|should|shall|needs? to|has to|have to|required to|make sure|ensure)\b/gi;

const MOST_FOUND = 8;

const unique = (found: Iterable<string>): string[] =>
  [...new Set([...found].map((text) => text.toLowerCase()))].sort();

const matches = (text: string, pattern: RegExp): string[] => text.match(pattern) ?? [];

/** Points of the greatest step that `count` reaches. */
function pointsOf(count: number, steps: readonly (readonly [least: number, points: number])[]): number {
  return steps.reduce((points, [least, more]) => (count >= least ? more : points), 0);
}

function words(code: string, pattern: RegExp, most: number, message: string, sign: 1 | -1 = 1) {
  return {
    code,
    measure(text: string): Measured | undefined {
      const found = unique(matches(text, pattern));
      if (found.length === 0) return undefined;
      return {
        points: sign * Math.min(most, found.length),
        found: found.slice(0, MOST_FOUND),
        message: `${message}: ${found.slice(0, MOST_FOUND).join(', ')}`,
      };
    },
  } satisfies ComplexitySignal;
}

const BREADTH =
  /\b(?:architecture|redesign|re-?write|re-?factor(?:ing)?|migrat(?:e|ion|ing)|across|entire|everywhere|throughout|framework|integrat(?:e|ion|ing)|end-to-end|from scratch|multiple (?:services|modules|packages))\b/gi;
const RISK =
  /\b(?:security|authenticat(?:e|ion)|authori[sz]ation|payments?|billing|encrypt(?:ion|ed)?|concurren(?:t|cy)|race conditions?|deadlocks?|transactions?|database|schema|distributed|backwards?[- ]compatib(?:le|ility)|performance|real-?time|production data)\b/gi;
const UNCERTAINTY =
  /\b(?:investigate|find out|figure out|root cause|unclear|intermittent(?:ly)?|flaky|sometimes|occasionally|research|explore|evaluate)\b/gi;
const SMALL =
  /\b(?:typos?|spelling|rename|one[- ]lin(?:e|er)|comments?|wording|bump|small|minor|trivial|tiny|simple)\b/gi;

/** What the estimate looks for when it is not told otherwise. */
export const DEFAULT_SIGNALS: readonly ComplexitySignal[] = [
  {
    code: 'length',
    measure(text) {
      const count = matches(text, WORD).length;
      const points = pointsOf(count, [
        [25, 1],
        [80, 2],
        [200, 3],
      ]);
      return points === 0
        ? undefined
        : { points, found: [String(count)], message: `The description has ${count} words` };
    },
  },
  {
    code: 'requirements',
    measure(text) {
      const count = matches(text, LIST_ITEM).length + matches(text, OBLIGATION).length;
      const points = pointsOf(count, [
        [1, 1],
        [4, 2],
        [8, 3],
      ]);
      return points === 0
        ? undefined
        : {
            points,
            found: [String(count)],
            message: `It states ${count} requirement${count === 1 ? '' : 's'}`,
          };
    },
  },
  {
    code: 'places',
    measure(text) {
      const found = unique(matches(text, PLACE));
      const points = pointsOf(found.length, [
        [2, 1],
        [4, 2],
        [8, 3],
      ]);
      return points === 0
        ? undefined
        : {
            points,
            found: found.slice(0, MOST_FOUND),
            message: `It names ${found.length} files or folders`,
          };
    },
  },
  words('breadth', BREADTH, 3, 'It reaches across the project'),
  words('risk', RISK, 3, 'It touches what must not break'),
  words('uncertainty', UNCERTAINTY, 2, 'Something has to be found out first'),
  words('smallChange', SMALL, 2, 'It is said to be a small change', -1),
];
