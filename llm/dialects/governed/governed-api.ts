import type { JsonObject } from '../../../core/json.js'

/** What is known of an API whose requests are passed on without translation. Fields of forms are text, whatever they mean. */
export interface GovernedApi {
  readonly name: string
  /** What the model is given to read, as far as it is text. Throws `malformed_request` on what is no request of this API. */
  texts(body: JsonObject): readonly string[]
  /** How many answers are asked for; one unless said. */
  choices?(body: JsonObject): number
  /** Whether the client reads its answer as it comes. */
  streams?(body: JsonObject): boolean
  /** The most tokens of output that one answer can be billed for; absent where nobody knows. */
  readonly mostOutput?: number
  /** What whole answers are: always JSON, or anything (text, subtitles, sound). */
  readonly answer: 'json' | 'anything'
  /** Where clients look for an error's message, besides OpenAI's place. */
  readonly errorMessage?: 'at the top'
}
