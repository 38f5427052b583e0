/** Characters, and parts, that are put together at a time. */
const TOGETHER = 16 * 1024
const PARTS = 4096

/** Puts a long text together out of many parts, and hands it on in pieces of some 16,384 characters: no one step takes long. */
export class TextPieces {
  private readonly write: (piece: string) => void
  private parts: string[] = []
  private length = 0

  constructor(write: (piece: string) => void) {
    this.write = write
  }

  add(part: string): void {
    this.parts.push(part)
    this.length += part.length
    if (this.length >= TOGETHER || this.parts.length >= PARTS) this.flush()
  }

  /** Hands on what is left. */
  flush(): void {
    if (this.length > 0) this.write(this.parts.join(''))
    this.parts = []
    this.length = 0
  }
}
