import type { Meter } from '../../core/meter.js'
import type { Target } from '../../core/settings.js'
import type { Turns } from '../../core/turns.js'
import { costOf, worstCostOf } from '../../llm/prices/cost.js'
import type { Price } from '../../llm/prices/price.js'
import { countPrompt, countText, promptCeiling } from '../../llm/tokens/count-prompt.js'
import type { Encodings } from '../../llm/tokens/encoding.js'
import { type Tokenizer, type TokenizerChoice, tokenizerFor } from '../../llm/tokens/tokenizer.js'

export interface MeterOptions {
  readonly encodings: Encodings
  /** The tokenizer that the configuration names for a target's model. */
  tokenizerName(model: string): string | undefined
  price(target: Target, now: number): Price | undefined
  readonly turns: Turns
}

/** Counts with the tokenizer of each target's model and prices with what is known of it. */
export function createMeter(options: MeterOptions): Meter {
  const { encodings, turns } = options
  const choices = new Map<string, TokenizerChoice>()

  const choiceFor = ({ model }: Target): TokenizerChoice => {
    const known = choices.get(model)
    if (known) return known
    const choice = tokenizerFor(model, options.tokenizerName(model))
    choices.set(model, choice)
    return choice
  }
  const withTokenizer = <T>(target: Target, use: (tokenizer: Tokenizer) => T | Promise<T>): T | Promise<T> => {
    const choice = choiceFor(target)
    const encoding = encodings.loaded(choice.encoding)
    if (encoding) return use({ choice, encoding })
    return encodings.load(choice.encoding).then((loaded) => use({ choice, encoding: loaded }))
  }

  return {
    countPrompt: (request, target) => withTokenizer(target, (tokenizer) => countPrompt(request, tokenizer, turns)),
    promptCeiling: (request, target) => promptCeiling(request, choiceFor(target), turns),
    countText: (text, target) => withTokenizer(target, (tokenizer) => countText(text, tokenizer, turns)),
    worstCost(promptTokens, completionTokens, target, now, webSearches) {
      const price = options.price(target, now)
      return price && worstCostOf(price, promptTokens, completionTokens, webSearches)
    },
    cost(usage, target, now) {
      const price = options.price(target, now)
      return price && costOf(price, usage)
    },
  }
}
