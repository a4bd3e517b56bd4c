/** What stands above what is printed. */
export interface PrintOptions {
  /** At the top of the first page, and the name of the PDF: what it is. */
  readonly title: string;
  /** Below it: when it was printed. */
  readonly note: string;
}

/** Inner width of a sheet at which everything is laid out, in pixels. */
const SHEET = 960;

/**
 * Prints an element through the browser, where it can be saved as a PDF: a copy in a frame of its own, in light colours,
 * so that nothing of the host's page is printed and the page itself does not change. Does nothing outside a browser.
 *
 * @returns when the browser's dialog was left
 */
export async function printElement(element: HTMLElement, { title, note }: PrintOptions): Promise<void> {
  const { ownerDocument } = element;
  const frame = ownerDocument.createElement('iframe');
  frame.setAttribute('aria-hidden', 'true');
  frame.tabIndex = -1;
  Object.assign(frame.style, {
    position: 'fixed',
    insetInlineStart: '-10000px',
    width: `${SHEET}px`,
    height: '1000px',
    border: '0',
  });
  ownerDocument.body.append(frame);
  try {
    const page = frame.contentDocument;
    if (!page) return;
    page.title = title;
    page.documentElement.lang = ownerDocument.documentElement.lang;
    await copyStyles(ownerDocument, page);
    page.body.append(sheetOf(element, page, title, note));
    await page.fonts.ready;
    frame.contentWindow?.focus();
    frame.contentWindow?.print();
  } finally {
    frame.remove();
  }
}

/** Waits for the linked ones, as long as they load at all. */
async function copyStyles(from: Document, to: Document): Promise<void> {
  const loading: Promise<void>[] = [];
  for (const style of from.querySelectorAll('style, link[rel="stylesheet"]')) {
    const copy = to.importNode(style, true);
    if (copy instanceof HTMLLinkElement || copy.nodeName === 'LINK') {
      loading.push(
        new Promise((resolve) => {
          copy.addEventListener('load', () => resolve());
          copy.addEventListener('error', () => resolve());
        }),
      );
    }
    to.head.append(copy);
  }
  await Promise.all(loading);
}

/** The element below a heading, on the tokens that its provider gives it. */
function sheetOf(element: HTMLElement, page: Document, title: string, note: string): HTMLElement {
  const provider = element.closest<HTMLElement>('.fg-root');
  const sheet = page.createElement('div');
  sheet.className = 'fg-root fg-print';
  sheet.dataset.theme = 'light';
  sheet.dir = getComputedStyle(element).direction;
  if (provider?.dataset.density) sheet.dataset.density = provider.dataset.density;
  const head = page.createElement('header');
  head.className = 'fg-print-head';
  const heading = page.createElement('h1');
  heading.textContent = title;
  const line = page.createElement('p');
  line.textContent = note;
  head.append(heading, line);
  const copy = page.importNode(element, true);
  closeUp(copy);
  sheet.append(head, copy);
  return sheet;
}

/** Of a virtual list the rows that are drawn, without the room of those that are not: it would be empty pages. */
function closeUp(copy: HTMLElement): void {
  for (const list of copy.querySelectorAll<HTMLElement>('.fg-scroll [style*="padding-block-start"]')) {
    list.style.blockSize = 'auto';
    list.style.paddingBlockStart = '0';
  }
  for (const room of copy.querySelectorAll('.fg-scroll tr[aria-hidden="true"]')) room.remove();
}
