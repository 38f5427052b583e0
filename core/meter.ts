import type { ChatRequest, Usage } from './chat.js'
import type { NanoUsd } from './money.js'
import type { Target } from './settings.js'

/** Tokens of a prompt, counted before the call. */
export interface PromptCount {
  readonly tokens: number
  /** The most it can be, given the stated error of an approximate tokenizer. */
  readonly upperBound: number
  readonly exact: boolean
}

/**
 * Counts tokens and prices usage. Small inputs are counted at once; large ones in slices, so that the event loop is never
 * held for long.
 */
export interface Meter {
  countPrompt(request: ChatRequest, target: Target): PromptCount | Promise<PromptCount>
  /** No less than the `tokens` that `countPrompt` would give; found without counting, and often several times as many. */
  promptCeiling(request: ChatRequest, target: Target): number | Promise<number>
  countText(text: string, target: Target): number | Promise<number>
  /**
   * The most that a prompt and an answer of so many tokens can cost at the target: every token at the dearest rate that may apply
   * to it (cache writes, prompt-size tiers), and so many searches of the web, none unless said. Undefined without a known price.
   */
  worstCost(
    promptTokens: number,
    completionTokens: number,
    target: Target,
    now: number,
    webSearches?: number,
  ): NanoUsd | undefined
  /** Undefined when nobody knows a price for the model, or for the searches that it ran; never zero in its place. */
  cost(usage: Usage, target: Target, now: number): NanoUsd | undefined
}
