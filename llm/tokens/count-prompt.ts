import type { ChatRequest } from '../../core/chat.js'
import { countTexts } from './count-text.js'
import type { EncodingName } from './encoding.js'
import { type PromptParts, promptParts } from './prompt-parts.js'
import type { Tokenizer, TokenizerChoice } from './tokenizer.js'

/** A prompt's size in the model's tokens. */
export interface PromptCount {
  readonly tokens: number
  /** `tokens` and the stated errors on top: what to reserve for. Equal to `tokens` where the count is exact. */
  readonly upperBound: number
  /** Counted with the model's own vocabulary by documented rules alone: no tools, images or files. */
  readonly exact: boolean
  readonly encoding: EncodingName
}

/**
 * Counts everything that a request sends to the model: messages and their frame, tools, schema, images, files. Small
 * prompts are counted at once; for long ones it is a promise, and `pause` is awaited every few milliseconds of work.
 */
export function countPrompt(
  request: ChatRequest,
  tokenizer: Tokenizer,
  pause: () => Promise<void>,
): PromptCount | Promise<PromptCount> {
  const parts = promptParts(request, tokenizer.choice)
  const counted = countTexts(parts.texts, tokenizer.encoding, pause)
  return typeof counted === 'number'
    ? promptCount(counted, parts, tokenizer.choice)
    : counted.then((tokens) => promptCount(tokens, parts, tokenizer.choice))
}

/** No less than the `tokens` of `countPrompt`: no token is shorter than a byte. */
export function promptCeiling(request: ChatRequest, choice: TokenizerChoice): number {
  const parts = promptParts(request, choice)
  let bytes = 0
  for (const text of parts.texts) bytes += Buffer.byteLength(text)
  return promptCount(bytes, parts, choice).tokens
}

/** Counts an answer's text, in the model's tokens; a promise for a long one, as with `countPrompt`. */
export function countText(text: string, tokenizer: Tokenizer, pause: () => Promise<void>): number | Promise<number> {
  const counted = countTexts([text], tokenizer.encoding, pause)
  const { factor } = tokenizer.choice
  return typeof counted === 'number' ? scale(counted, factor) : counted.then((tokens) => scale(tokens, factor))
}

function promptCount(counted: number, parts: PromptParts, choice: TokenizerChoice): PromptCount {
  const text = scale(counted, choice.factor) + parts.frame
  return {
    tokens: text + parts.media.tokens,
    upperBound: scale(text, 1000 + (parts.kind === 'text' ? choice.error : choice.toolsError)) + parts.media.upperBound,
    exact: choice.exact && parts.kind === 'text' && parts.media.upperBound === 0,
    encoding: choice.encoding,
  }
}

function scale(tokens: number, perMille: number): number {
  return Math.ceil((tokens * perMille) / 1000)
}
