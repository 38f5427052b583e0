/** One answer as a client understood it; token counts by OpenAI's convention, whatever the client's API says. */
export interface Answer {
  readonly text: string
  readonly reasoning: string | null
  readonly refusal: string | null
  readonly calls: readonly Call[]
  /** The word of the client's API; null where it said none. */
  readonly finish: string | null
  readonly usage: AnswerUsage | null
  /** What an answer of embeddings consists of. */
  readonly vectors: Vectors | null
  readonly error: AnswerError | null
}

/** How many vectors, of how many numbers, and how the first one begins. */
export interface Vectors {
  readonly count: number
  readonly dims: number
  readonly first: readonly number[]
}

/** A tool call; `arguments` as the model wrote them, or the JSON text of the object that the client got. */
export interface Call {
  readonly kind: 'function' | 'custom'
  readonly name: string
  readonly arguments: string
}

/** Tokens: `input` includes what was cached or written to a cache, `output` includes reasoning. Null was not said. */
export interface AnswerUsage {
  readonly input: number | null
  readonly cachedInput: number | null
  readonly cacheWrite: number | null
  readonly output: number | null
  readonly reasoning: number | null
}

/** `status` is the HTTP status, null where there was none: a broken connection, or an error inside a stream. */
export interface AnswerError {
  readonly status: number | null
  readonly message: string
  /** Whether it came as an event of a stream that had begun. */
  readonly inStream: boolean
}

/**
 * One way to read an answer: an application's own (event by event), or that of the client library's helper, which adds the
 * events up. The first reading of a list is the one that counts; the others must not say anything else.
 */
export interface Reading {
  readonly by: string
  readonly answer: Answer
}

/** An answer before anything came. */
export const noAnswer: Answer = {
  text: '',
  reasoning: null,
  refusal: null,
  calls: [],
  finish: null,
  usage: null,
  vectors: null,
  error: null,
}
