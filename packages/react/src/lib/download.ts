/** Hands a file to the person, made on this page and sent nowhere. Does nothing outside a browser. */
export function download(name: string, mediaType: string, content: BlobPart): void {
  if (typeof document === 'undefined') return;
  const url = URL.createObjectURL(new Blob([content], { type: mediaType }));
  const link = document.createElement('a');
  link.href = url;
  link.download = safeFileName(name);
  link.click();
  URL.revokeObjectURL(url);
}

/** A name that no file system misreads: what is neither a letter, a digit, a dot nor a dash becomes a dash. */
export function safeFileName(name: string): string {
  const plain = name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').replaceAll(/^[-.]+|(?<![-.])[-.]+$/g, '');
  return plain.slice(0, 120) || 'file';
}
