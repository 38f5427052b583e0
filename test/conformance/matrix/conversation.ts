import type { JsonObject } from '../../../core/json.js'

/** What a user asks, before it is written in a client's own terms. */
export interface Ask {
  readonly system?: string
  readonly text: string
  readonly image?: { readonly mediaType: 'image/png'; readonly base64: string }
  /** The tool `weather`: the model may call it, or must. */
  readonly weather?: 'may be called' | 'must be called'
  /** JSON Schema of the answer. */
  readonly schema?: JsonObject
  readonly stop?: readonly string[]
}

export type Manner = 'whole' | 'streamed'

/** An answer as the official client library understood it. */
export interface Heard {
  readonly text: string
  readonly calls: readonly { readonly name: string; readonly args: JsonObject }[]
  readonly finish: 'stop' | 'tools' | 'something else'
  readonly tokens: { readonly input: number; readonly output: number }
  /** How many pieces of text came one by one; 0 for whole answers. */
  readonly pieces: number
}

/** A conversation that the library's own types hold: its answers go back as the library gave them. */
export interface Conversation {
  /** Sends everything so far to a model, and keeps its answer. Rejects with what the library throws. */
  send(model: string, manner: Manner): Promise<Heard>
  /** Gives the results of the last answer's calls, in their order. */
  giveResults(results: readonly string[]): void
  /** Goes on with another question, with nothing of the first one's settings. */
  add(ask: Ask): void
}

/** A client library, connected to a gateway. */
export interface Driver {
  readonly name: string
  /** What its API has no word for. */
  readonly lacks: readonly ('stop' | 'image')[]
  start(ask: Ask): Conversation
  /** The status (null inside a stream) and the message of what the library threw. */
  errorIn(thrown: unknown): { readonly status: number | null; readonly message: string }
}

/** The tool that models may call. */
export const WEATHER = {
  name: 'weather',
  description: 'Tells the weather in a city',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string', description: 'The name of the city' } },
    required: ['city'],
    additionalProperties: false,
  },
} as const

/** The most tokens of every answer. */
export const MOST_TOKENS = 2000

/** The key that clients come with. */
export const CLIENT_KEY = 'client-secret-key'
