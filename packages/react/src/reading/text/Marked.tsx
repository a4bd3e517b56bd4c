import type { ReactElement } from 'react';
import { splitMatches } from './find-matches.js';

export interface MarkedProps {
  readonly text: string;
  readonly matcher: RegExp | undefined;
}

/** A text with what is searched for marked in it. Renders again only with its props. */
export function Marked({ text, matcher }: MarkedProps): ReactElement {
  if (!matcher) return <>{text}</>;
  return (
    <>
      {splitMatches(text, matcher).map((piece, index) =>
        piece.match === undefined ? (
          piece.text
        ) : (
          <mark key={index} className="fg-mark">
            {piece.text}
          </mark>
        ),
      )}
    </>
  );
}
