import { createSimulatedClock } from '@fleetglass/core/testing';
import { render } from '@testing-library/react';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MonitorProvider } from '@fleetglass/react';
import { createFakeMonitor } from '../../../test/fake-monitor.js';
import { isHarmless } from './is-harmless.js';
import { RichText } from './RichText.js';

function draw(text: string, matcher?: RegExp): HTMLElement {
  const { container } = render(
    <MonitorProvider monitor={createFakeMonitor([], { clock: createSimulatedClock(0) })} locale="en">
      <RichText text={text} matcher={matcher} />
    </MonitorProvider>,
  );
  return container.querySelector('.fg-md') as HTMLElement;
}

const namesIn = (root: HTMLElement): ReadonlySet<string> =>
  new Set([...root.querySelectorAll('*')].map(({ localName }) => localName));

const ALLOWED = new Set(
  'a blockquote br button code del div em hr li mark ol p path pre span strong svg table tbody td th thead tr ul'.split(
    ' ',
  ),
);

/** No element and no address but those that are meant. */
function expectSafe(root: HTMLElement): void {
  for (const name of namesIn(root)) expect(ALLOWED).toContain(name);
  for (const element of root.querySelectorAll('*')) {
    for (const { name } of element.attributes) expect(name).not.toMatch(/^(?:on|src|srcset|id|name|action)/);
  }
  for (const link of root.querySelectorAll('a')) {
    expect(link.getAttribute('href')).toMatch(/^(?:https?:\/\/|mailto:)/i);
    expect(link).toHaveAttribute('rel', 'noopener noreferrer');
    expect(link.querySelector('a')).toBeNull();
  }
}

describe('Markdown as elements', () => {
  it('is laid out as it was meant', () => {
    const root = draw(
      [
        '# A *title*',
        '- one\n- two\n  1. inner\n\n- [x] ticked\n- [ ] open',
        '> quoted **words**',
        '| left | right |\n| :- | -: |\n| `a` | ~~b~~ |',
        '```ts extra\nconst x = 1 < 2\n```',
        '---',
        'a  \nb &amp; &lt;c&gt; &unknown; \\*d\\* snake_case_name',
      ].join('\n\n'),
    );
    expect(root.querySelector('h1, h2, h3')).toBeNull();
    expect(root.querySelector('[data-level="1"] em')).toHaveTextContent('title');
    expect(root.querySelectorAll('ul > li')).toHaveLength(4);
    expect(root.querySelector('ul ol li')).toHaveTextContent('inner');
    expect([...root.querySelectorAll('li[data-task]')].map((item) => item.textContent?.trim())).toEqual([
      '☑ Done: ticked',
      '☐ Open: open',
    ]);
    expect(root.querySelector('blockquote strong')).toHaveTextContent('words');
    expect(root.querySelectorAll('td')[1]).toHaveStyle({ textAlign: 'right' });
    expect(root.querySelector('td code')).toHaveTextContent('a');
    expect(root.querySelector('pre')).toHaveAccessibleName('ts');
    expect(root.querySelector('pre code')?.textContent).toBe('const x = 1 < 2');
    expect(root.lastElementChild?.textContent).toBe('ab & <c> &unknown; *d* snake_case_name');
    expectSafe(root);
  });

  it('keeps HTML, hidden letters and other addresses as text, and loads no picture', () => {
    const root = draw(
      [
        '<script>alert(1)</script>',
        'a <b onclick="x()">bold</b> word',
        '[one](javascript:alert(1)) [two](JaVaScRiPt&#58;alert(1)) [three](data:text/html,x) [four](/etc/passwd)',
        '![tracker](https://example.com/p.png) [![inner](https://example.com/i.png)](https://example.com/page)',
        '<https://example.com/auto> https://example.com/bare. (www.example.com)',
        'order &#x202E;txt.exe&#x202C;',
        '[^1]: note\n\nsee[^1]',
      ].join('\n\n'),
    );
    expectSafe(root);
    expect(root).toHaveTextContent('<script>alert(1)</script>');
    expect(root).toHaveTextContent('<b onclick="x()">bold</b>');
    expect([...root.querySelectorAll('a')].map((link) => link.getAttribute('href'))).toEqual([
      'https://example.com/p.png',
      'https://example.com/page',
      'https://example.com/auto',
      'https://example.com/bare',
      'http://www.example.com',
    ]);
    expect(root).toHaveTextContent('Image: inner (https://example.com/i.png)');
    expect(root.textContent).not.toMatch(/[\u202A-\u202E\u2066-\u2069]/);
    expect(root).toHaveTextContent('[^1]: note');
  });

  it('marks what is searched for in words and code', () => {
    const root = draw('a **needle** and `needle`\n\n```\nneedle\n```', /needle/giu);
    expect(root.querySelectorAll('mark')).toHaveLength(3);
  });

  it('draws nothing that it should not, whatever is written', () => {
    const piece = fc.constantFrom(
      ...[
        '> ',
        '- ',
        '1. ',
        '**',
        '*',
        '_',
        '~~',
        '`',
        '```\n',
        '[',
        '](',
        '](https://a.b)',
        '![',
        ')',
        '\n',
      ],
      ...['\n\n', '    ', '| a |', '\n|-|\n', '<a href="x">', '<img src=x onerror=y>', '<!--', '</p>', '# '],
      ...[
        'javascript:',
        'data:',
        'https://',
        'www.a.b',
        'a@b.c',
        '&#106;avascript:',
        '&lt;',
        '\\',
        '[x]: y\n',
      ],
      ...['- [x] ', '__proto__', '[__proto__]', 'é', '\u202E', '\u0000', '"', "'", '===\n', '  \n', 'x', ' '],
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 9, arbitrary: piece }, fc.string({ unit: 'binary' })), { maxLength: 40 }),
        (pieces) => {
          const text = pieces.join('');
          if (isHarmless(text)) expectSafe(draw(text));
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each([
    ['a long word before an @', `${'a.b.'.repeat(9_000)}@`],
    ['an address that ends in marks', `https://a.b${'?!'.repeat(19_000)}`],
    ['brackets that nothing closes', `[${'a]('.repeat(1_400)}`],
    ['lists in lists', Array.from({ length: 28 }, (_, depth) => `${'  '.repeat(depth)}- a`).join('\n')],
    ['a long line', 'x '.repeat(19_000)],
  ])('comes to an end with %s', (_, text) => {
    expect(isHarmless(text)).toBe(true);
    expectSafe(draw(text));
  });
});
