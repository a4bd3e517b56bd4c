/** Answers as text, so that the same question at the same position of the log is answered once. */
export interface Answers {
  /** The remembered answer, or what `make` makes. What fails is not remembered. */
  get(key: string, make: () => Promise<string>): Promise<string>;
}

const MOST_ANSWERS = 500;
const MOST_CHARACTERS = 16 * 1024 * 1024;

export function createAnswers(): Answers {
  const answers = new Map<string, { readonly text: Promise<string>; length: number }>();
  let characters = 0;

  const forget = (key: string): void => {
    characters -= answers.get(key)?.length ?? 0;
    answers.delete(key);
  };

  return {
    get(key, make) {
      const known = answers.get(key);
      if (known) {
        // The ones asked for last stay longest.
        answers.delete(key);
        answers.set(key, known);
        return known.text;
      }
      const answer = { text: make(), length: 0 };
      answers.set(key, answer);
      answer.text.then(
        ({ length }) => {
          if (answers.get(key) !== answer) return;
          answer.length = length;
          characters += length;
          for (const oldest of answers.keys()) {
            if (answers.size <= MOST_ANSWERS && characters <= MOST_CHARACTERS) break;
            forget(oldest);
          }
        },
        () => answers.delete(key),
      );
      return answer.text;
    },
  };
}
