/** What a body is declared as, without parameters and in small letters; '' when it is not. */
export function mediaTypeOf(headers: Headers): string {
  return headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
}
