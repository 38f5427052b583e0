/** The recordings' words for why an answer ended. */
export type NeutralFinish = 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'refusal' | 'other'

/**
 * What a client's dialect can say of an answer. From it the comparison is made:
 *
 * | recording | client |
 * | --- | --- |
 * | text | text, with the refusal's words where the dialect has no refusals |
 * | reasoning, calls | the same, where the dialect has them |
 * | vectors | as many, as long, the first one beginning the same |
 * | broken arguments, free text of custom tools | text, or the object that stands for it where arguments are objects |
 * | finish | one of the words for it, or for one of `finish_also`; `other` and null: anything |
 * | usage | what the dialect can say of it; 0 may be left out; no sum is less than its parts |
 */
export interface Projection {
  /** The client's words for each reason. */
  readonly finish: Readonly<Record<Exclude<NeutralFinish, 'other'>, readonly string[]>>
  readonly refusal: 'its own' | 'as text'
  readonly reasoning: 'said' | 'not said'
  readonly calls: 'said' | 'not said'
  /** How arguments arrive that are no JSON object. */
  readonly unparsed: 'text' | 'object'
  /** Whether answers that were streamed bring arguments as text after all. */
  readonly unparsedInStreams: 'text' | 'object'
  readonly usage: {
    readonly cacheWrite: 'said' | 'not said'
    /**
     * `beside`: input that was cached is counted beside the rest, so that the sum cannot be less than it, whatever a
     * provider's contradicting figures say.
     */
    readonly cached: 'inside' | 'beside'
    /** The same of reasoning and output. */
    readonly reasoning: 'inside' | 'beside'
  }
}

/** OpenAI's Chat Completions: https://platform.openai.com/docs/api-reference/chat/object */
export const chatProjection: Projection = {
  finish: {
    stop: ['stop'],
    length: ['length'],
    tool_calls: ['tool_calls', 'function_call'],
    content_filter: ['content_filter'],
    refusal: ['content_filter'],
  },
  refusal: 'its own',
  reasoning: 'said',
  calls: 'said',
  unparsed: 'text',
  unparsedInStreams: 'text',
  usage: { cacheWrite: 'said', cached: 'inside', reasoning: 'inside' },
}

/** Anthropic's Messages: https://docs.anthropic.com/en/api/messages */
export const messagesProjection: Projection = {
  finish: {
    stop: ['end_turn', 'stop_sequence'],
    length: ['max_tokens', 'model_context_window_exceeded'],
    tool_calls: ['tool_use'],
    content_filter: ['refusal'],
    refusal: ['refusal'],
  },
  refusal: 'as text',
  reasoning: 'said',
  calls: 'said',
  unparsed: 'object',
  unparsedInStreams: 'text',
  usage: { cacheWrite: 'said', cached: 'beside', reasoning: 'inside' },
}

/**
 * OpenAI's Responses (https://platform.openai.com/docs/api-reference/responses/object): a status, or why it is incomplete.
 * An answer that calls tools, or that refuses in words, is complete.
 */
export const responsesProjection: Projection = {
  finish: {
    stop: ['completed'],
    length: ['max_output_tokens'],
    tool_calls: ['completed'],
    content_filter: ['content_filter'],
    refusal: ['completed', 'content_filter'],
  },
  refusal: 'its own',
  reasoning: 'said',
  calls: 'said',
  unparsed: 'text',
  unparsedInStreams: 'text',
  usage: { cacheWrite: 'said', cached: 'inside', reasoning: 'inside' },
}

const BLOCKED = ['SAFETY', 'RECITATION', 'BLOCKLIST', 'PROHIBITED_CONTENT', 'SPII', 'IMAGE_SAFETY']

/** Gemini's generateContent: https://ai.google.dev/api/generate-content#FinishReason */
export const geminiProjection: Projection = {
  finish: {
    stop: ['STOP'],
    length: ['MAX_TOKENS'],
    tool_calls: ['STOP'],
    content_filter: BLOCKED,
    refusal: BLOCKED,
  },
  refusal: 'as text',
  reasoning: 'said',
  calls: 'said',
  unparsed: 'object',
  unparsedInStreams: 'object',
  usage: { cacheWrite: 'not said', cached: 'inside', reasoning: 'beside' },
}

/** OpenAI's legacy Completions (https://platform.openai.com/docs/api-reference/completions/object): text alone. */
export const completionsProjection: Projection = {
  ...chatProjection,
  finish: {
    stop: ['stop'],
    length: ['length'],
    tool_calls: ['stop'],
    content_filter: ['content_filter'],
    refusal: ['content_filter'],
  },
  refusal: 'as text',
  reasoning: 'not said',
  calls: 'not said',
}
