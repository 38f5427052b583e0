import { isObject, type JsonObject } from '../../../core/json.js'
import { type Lane, type Piece, piecesOf } from '../../content/piece.js'
import type { Work } from './stages.js'
import { textLane } from './text-lane.js'

/** A stretch of a transcript that can go out; `blocked` when nothing may follow it. */
interface Spoken {
  readonly text: string
  readonly how: 'passed' | 'blocked'
}

/** What is said in sound, when it is streamed: one text over all events that hold a piece of it. */
export interface Transcript {
  push(text: string): Spoken
  /** What is held. */
  end(): Spoken
}

export function createTranscript(work: Work): Transcript {
  return new StreamedTranscript(work)
}

class StreamedTranscript implements Transcript {
  private readonly work: Work
  private lane: Lane | undefined = undefined
  /** What has come and is not decided. */
  private held = ''

  constructor(work: Work) {
    this.work = work
  }

  push(text: string): Spoken {
    this.lane ??= textLane(this.work)
    this.held += text
    return this.decided(piecesOf(this.lane.push(text)))
  }

  end(): Spoken {
    const last = this.decided(this.lane?.end() ?? [])
    this.lane = undefined
    return last
  }

  private decided(pieces: readonly Piece[]): Spoken {
    let text = ''
    for (const piece of pieces) {
      if (piece.kind === 'blocked') return { text, how: 'blocked' }
      text += piece.kind === 'changed' ? piece.text : this.held.slice(0, piece.length)
      this.held = this.held.slice(piece.length)
    }
    return { text, how: 'passed' }
  }
}

/** The piece of a transcript that stands in Chat Completions' `audio`; undefined where sound stands with it, which is whole. */
export function transcriptIn({ audio }: JsonObject): string | undefined {
  if (!isObject(audio) || typeof audio['transcript'] !== 'string') return undefined
  return audio['data'] === undefined ? audio['transcript'] : undefined
}

/** The same with another piece in its place. */
export function withTranscript(value: JsonObject, transcript: string): JsonObject {
  const { audio } = value
  return { ...value, audio: { ...(isObject(audio) ? audio : {}), transcript } }
}
