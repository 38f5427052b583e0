import type { ChatRequest } from '../../core/chat.js'
import { then } from '../../core/transform.js'
import { inTurns, type Turns } from '../../core/turns.js'
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
 * prompts are counted at once; for long ones it is a promise, and they are counted in turns with other work.
 */
export function countPrompt(
  request: ChatRequest,
  { choice, encoding }: Tokenizer,
  turns: Turns,
): PromptCount | Promise<PromptCount> {
  return then(inTurns(promptParts(request, choice), turns), (parts) =>
    then(countTexts(parts.texts, encoding, turns.pause), (tokens) => promptCount(tokens, parts, choice)),
  )
}

/** No less than the `tokens` of `countPrompt`: no token is shorter than a byte. */
export function promptCeiling(request: ChatRequest, choice: TokenizerChoice, turns: Turns): number | Promise<number> {
  return then(inTurns(promptParts(request, choice), turns), (parts) => {
    let bytes = 0
    for (const text of parts.texts) bytes += Buffer.byteLength(text)
    return promptCount(bytes, parts, choice).tokens
  })
}

/** Counts an answer's text, in the model's tokens; a promise for a long one, as with `countPrompt`. */
export function countText(text: string, { choice, encoding }: Tokenizer, { pause }: Turns): number | Promise<number> {
  return then(countTexts([text], encoding, pause), (tokens) => scale(tokens, choice.factor))
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
