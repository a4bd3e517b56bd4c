import type { GraphShape } from '../../protocol/events/run.js';
import { END, START } from './graph-definition.js';

/** Characters that would end a label or begin markup in it. */
const UNSAFE = /[^\p{L}\p{N} _.,:()/-]/gu;

const safe = (text: string): string =>
  text.replace(UNSAFE, (character) => `#${String(character.codePointAt(0))};`);

/** A graph as a Mermaid flowchart, conditional edges dotted and joins thick (https://mermaid.js.org/syntax/flowchart.html). */
export function mermaidOf({ nodes, edges }: GraphShape): string {
  const names = [START, ...nodes.map(({ name }) => name), END];
  const idOf = new Map(names.map((name, index) => [name, `n${index}`]));
  const declare = (name: string): string => {
    const id = idOf.get(name) ?? '';
    if (name === START) return `${id}([start])`;
    if (name === END) return `${id}([end])`;
    const agent = nodes.find((node) => node.name === name)?.agent;
    return `${id}["${safe(name)}${agent === undefined ? '' : `<br/>${safe(agent)}`}"]`;
  };
  return [
    'flowchart TD',
    ...names.map((name) => `  ${declare(name)}`),
    ...edges.map(
      ({ from, to, conditional, join }) =>
        `  ${idOf.get(from) ?? ''} ${conditional ? '-.->' : join ? '==>' : '-->'} ${idOf.get(to) ?? ''}`,
    ),
    '',
  ].join('\n');
}
