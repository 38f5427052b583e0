/** Error codes of RFC 9113, section 7, as far as they are sent here. */
export const CODES = {
  none: 0,
  protocol: 1,
  'flow control': 3,
  'stream closed': 5,
  'frame size': 6,
  compression: 9,
  'too much': 11,
} as const

/** What the other side did wrong; the connection cannot go on. */
export class ConnectionError extends Error {
  readonly code: keyof typeof CODES
  constructor(code: keyof typeof CODES, message: string) {
    super(message)
    this.code = code
  }
}
