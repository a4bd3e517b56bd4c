// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';

const src = join(dirname(fileURLToPath(import.meta.url)), '../src');
const STYLES = join(src, 'styles');

interface Rule {
  readonly selector: string;
  readonly declarations: readonly { readonly property: string; readonly value: string }[];
  /** Names of the at-rules round it, such as `layer fleetglass`, outermost first. */
  readonly within: readonly string[];
}

const sheets = readdirSync(STYLES)
  .filter((name) => name.endsWith('.css'))
  .map((name) => ({ name, rules: parse(readFileSync(join(STYLES, name), 'utf8')) }));
const code = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name))
  .map((name) => readFileSync(join(src, name), 'utf8'))
  .join('\n');

/** Hold what several parts are made of; the part's own stylesheet adds to it. */
const SHARED = new Set(['base.css', 'parts.css', 'panel.css']);
/** Classes that no file spells out, because their names are computed. */
const COMPUTED = new Set<string>();

describe('styles', () => {
  test('every class that is styled is used', () => {
    const used = new Set(code.match(/(?<![-\w])fg-[a-z0-9-]+/g));
    const unused = each(({ selector }) => classesOf(selector).filter((name) => !used.has(name))).filter(
      (found) => !COMPUTED.has(found.split(' ')[1] ?? ''),
    );
    expect(unused).toEqual([]);
  });

  test('a class belongs to one stylesheet; others say where they differ from it', () => {
    const homes = new Map<string, Set<string>>();
    for (const { name, rules } of sheets) {
      if (name === 'tokens.css' || name === 'print.css') continue;
      for (const { selector, within } of rules) {
        if (within.length > 0) continue;
        for (const branch of split(selector, ',').map((part) => part.trim())) {
          if (/^\.fg-[a-z0-9-]+$/.test(branch)) homes.set(branch, (homes.get(branch) ?? new Set()).add(name));
        }
      }
    }
    const shared = [...homes].filter(
      ([, names]) => [...names].filter((name) => !SHARED.has(name)).length > 1,
    );
    expect(shared.map(([branch, names]) => `${branch} ${[...names].join(' ')}`)).toEqual([]);
  });

  test('colours have names: literals stand in the tokens alone', () => {
    const literal = /#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|hwb|oklch|oklab|lab|lch|color)\(/i;
    const found = each(({ selector, declarations }) =>
      declarations
        .filter(({ value }) => literal.test(value))
        .map(({ property }) => `${selector} ${property}`),
    );
    expect(found.filter((place) => !place.startsWith('tokens.css'))).toEqual([]);
  });

  test('nothing outside the components is styled', () => {
    const found = each(({ selector, within }) =>
      within.some((name) => name.includes('keyframes'))
        ? []
        : branches(selector).filter((branch) => classesOf(branch).length === 0),
    );
    expect(found).toEqual([]);
  });

  test('nothing names a side of the screen', () => {
    const property =
      /^(?:(?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:left|right|top|bottom)(?:-\w+)?|left|right|top|bottom|border-(?:top|bottom)-(?:left|right)-radius)$/;
    const size = /^(?:min-|max-)?(?:width|height)$/;
    const found = each(({ selector, declarations }) =>
      declarations
        .filter(
          ({ property: name, value }) =>
            property.test(name) ||
            size.test(name) ||
            (/^(?:text-align|float|clear|caption-side)$/.test(name) && /^(?:left|right)$/.test(value)),
        )
        .map((declaration) => `${selector} ${declaration.property}`),
    );
    expect(found).toEqual([]);
  });

  test.each([
    ['styles', 12_000],
    ['reading', 6_000],
    ['graph', 6_000],
    ['charts', 6_000],
  ])('%s.css stands in the layer and stays below %d bytes compressed', async (name, most) => {
    const css = await bundle(name);
    const outside = parse(css).filter(({ within }) => within[0] !== 'layer fleetglass');
    expect(outside.map(({ selector }) => selector)).toEqual([]);
    expect(gzipSync(css, { level: 9 }).byteLength).toBeLessThanOrEqual(most);
  });
});

/** What each rule of each file is found guilty of, with the file's name. */
function each(find: (rule: Rule) => readonly string[]): readonly string[] {
  return sheets.flatMap(({ name, rules }) => rules.flatMap(find).map((found) => `${name} ${found}`));
}

async function bundle(name: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(src, `${name}.css`)],
    bundle: true,
    minify: true,
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}

function classesOf(selector: string): readonly string[] {
  return [...selector.matchAll(/\.(fg-[a-z0-9-]+)/g)].map(([, name = '']) => name);
}

/** The parts of a selector between commas that stand in no brackets; an `:is()` at the front counts as its parts. */
function branches(selector: string): readonly string[] {
  const parts = split(selector, ',').map((part) => part.trim());
  return parts.flatMap((part) => {
    const list = /^:is\((.*)\)/s.exec(part)?.[1];
    // Whatever follows may carry the class: `:is(a, b) > .fg-x`.
    return list === undefined ? [part] : split(list, ',').map((each) => part.replace(list, each.trim()));
  });
}

/** Rules in their order. Small, as our own files are plain: strings hold no braces, and nothing is nested but at-rules. */
function parse(css: string): readonly Rule[] {
  const rules: Rule[] = [];
  const within: string[] = [];
  for (const [, opened = '', body, closed] of css
    .replace(/\/\*.*?\*\//gs, '')
    .matchAll(/([^{}]*)(?:\{([^{}]*)\}|(\})|\{)/g)) {
    const head = (split(opened, ';').at(-1) ?? '').trim();
    if (closed !== undefined) within.pop();
    else if (body === undefined) within.push(head.replace(/^@/, ''));
    else if (!head.startsWith('@'))
      rules.push({ selector: head, declarations: declarationsOf(body), within: [...within] });
  }
  return rules;
}

function declarationsOf(body: string): Rule['declarations'] {
  return split(body, ';')
    .map((text) => /^\s*([-\w]+)\s*:\s*(.*?)\s*$/s.exec(text))
    .flatMap((match) => (match ? [{ property: match[1] ?? '', value: match[2] ?? '' }] : []));
}

/** Cuts at a sign that stands in no round or square brackets. */
function split(text: string, sign: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '(' || char === '[') depth += 1;
    else if (char === ')' || char === ']') depth -= 1;
    else if (char === sign && depth === 0) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return [...parts, text.slice(from)];
}
