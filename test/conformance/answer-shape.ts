import type { JsonObject } from '../../core/json.js'

/** One answer as a client of OpenAI's chat API understood it. */
export interface Answer {
  readonly text: string
  readonly reasoning: string | null
  readonly refusal: string | null
  readonly calls: readonly Call[]
  readonly finish: string | null
  /** OpenAI's `usage` object as it came. */
  readonly usage: JsonObject | null
  readonly error: AnswerError | null
}

/** A tool call; `arguments` as the model wrote them. */
export interface Call {
  readonly kind: 'function' | 'custom'
  readonly name: string
  readonly arguments: string
}

/** `status` is the HTTP status, null where there was none: a broken connection, or an error inside a stream. */
export interface AnswerError {
  readonly status: number | null
  readonly message: string
  /** Whether it came as an event of a stream that had begun. */
  readonly inStream: boolean
}

/** An answer before anything came. */
export const noAnswer: Answer = {
  text: '',
  reasoning: null,
  refusal: null,
  calls: [],
  finish: null,
  usage: null,
  error: null,
}
