// Inside JSON strings quotes are escaped, so content can never look like these members.
const ERROR_OR_USAGE = /"error"|"usage"\s*:\s*\{/

/** Whether frames of a JSON event stream may hold an error or usage; `"usage":null` is none. */
export function mustRead(frames: Uint8Array): boolean {
  // Latin-1 is the fastest way to a string, and as good as any to look for ASCII.
  const text = Buffer.from(frames.buffer, frames.byteOffset, frames.length).toString('latin1')
  return ERROR_OR_USAGE.test(text)
}
