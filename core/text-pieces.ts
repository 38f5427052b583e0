import { TOGETHER } from './json-reader.js'

/** Parts that are put together at a time; or `TOGETHER` characters, whichever are first. */
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

/** The same for a text that is wanted in one. */
export class LongText {
  private readonly written: string[] = []
  private readonly pieces = new TextPieces((piece) => this.written.push(piece))

  add(part: string): void {
    this.pieces.add(part)
  }

  /** All of it. */
  end(): string {
    this.pieces.flush()
    return this.written.join('')
  }
}
