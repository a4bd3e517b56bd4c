import { splitMatches } from '../text/find-matches.js';

/** What is used of a node of the parsed document. */
export interface TreeNode {
  type: string;
  tagName?: string;
  value?: string;
  properties?: { [name: string]: unknown };
  children?: TreeNode[];
}

/** Takes away what several messages on one page would have in common, such as the names of footnotes. */
export function withoutNames() {
  return (tree: TreeNode): void => {
    each(tree, ({ tagName, properties }) => {
      if (!properties) return;
      for (const name of Object.keys(properties)) {
        const isKept = ['href', 'src', 'alt', 'title', 'align', 'checked', 'start'].includes(name);
        if (!isKept && !(tagName === 'code' && name === 'className'))
          Reflect.deleteProperty(properties, name);
      }
    });
  };
}

/** Marks what is searched for in the words of the document. */
export function withMarks(matcher: RegExp) {
  return (tree: TreeNode): void => {
    each(tree, (node) => {
      if (!node.children) return;
      node.children = node.children.flatMap((child) =>
        child.type === 'text' ? marked(child.value ?? '', matcher) : [child],
      );
    });
  };
}

function marked(text: string, matcher: RegExp): TreeNode[] {
  return splitMatches(text, matcher).map((piece): TreeNode => {
    const word: TreeNode = { type: 'text', value: piece.text };
    if (piece.match === undefined) return word;
    return { type: 'element', tagName: 'mark', properties: {}, children: [word] };
  });
}

/** Every element, before those inside of it. */
function each(tree: TreeNode, visit: (node: TreeNode) => void): void {
  const waiting = [tree];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (node.tagName === 'mark') continue;
    visit(node);
    waiting.push(...(node.children ?? []));
  }
}

/** All words below a node. */
export function wordsOf(node: TreeNode | undefined): string {
  const words: string[] = [];
  const waiting = node ? [node] : [];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (next.value !== undefined) words.push(next.value);
    waiting.push(...[...(next.children ?? [])].reverse());
  }
  return words.join('');
}

/** The only addresses that are offered: those of pages and of mail. */
export function safeAddress(address: string): string {
  return /^(?:https?:\/\/|mailto:)/i.test(address) ? address : '';
}
