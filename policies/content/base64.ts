/** Letters of base64 (RFC 4648) in either alphabet, not both. */
const WHOLE = /^(?:[A-Za-z0-9+/]+|[A-Za-z0-9_-]+)={0,2}$/

/** As MIME (RFC 2045) and PEM break lines. */
const LINE = /^[A-Za-z0-9+/]{60,80}\r?$/
const LAST_LINE = /^[A-Za-z0-9+/]{1,80}={0,2}$/

/** Whether all of a text is base64, in one line or in long ones. Words in its place have spaces or short lines, and are none. */
export function isBase64(text: string): boolean {
  return WHOLE.test(text) || isInLines(text)
}

function isInLines(text: string): boolean {
  let start = 0
  // Line by line: one expression for all of them would need a stack as deep as the text is long.
  for (let end = text.indexOf('\n'); end !== -1 && end < text.length - 1; end = text.indexOf('\n', start)) {
    if (!LINE.test(text.slice(start, end))) return false
    start = end + 1
  }
  const last = text.slice(start).trimEnd()
  // No longer than those before it: where it is, the break within a long text is not MIME's.
  return start === 0 ? WHOLE.test(last) : LAST_LINE.test(last)
}
