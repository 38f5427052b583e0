import type { ModelLimits } from '../../core/provider.js'
import { catalogModel } from './catalog-price.js'

/**
 * The most tokens that one answer may have, by the vendors' model pages (platform.openai.com/docs/models,
 * platform.claude.com/docs/en/models, ai.google.dev/gemini-api/docs/models). The first match holds.
 */
const MAX_OUTPUT: readonly (readonly [RegExp, number])[] = [
  [/^claude-(2|instant)/, 4_096],
  [/^claude-3-5/, 8_192],
  [/^claude-3-7/, 64_000],
  [/^claude-3/, 4_096],
  [/^claude-opus-4([-.][01])?(?![-.]?\d{1,2}(?!\d))/, 32_000],
  [/^claude-(sonnet|haiku)-4([-.][0-5])?(?![-.]?\d{1,2}(?!\d))/, 64_000],
  [/^claude-opus-4[-.]5/, 64_000],
  [/^claude-haiku/, 64_000],
  [/^claude-[a-z]+-\d/, 128_000],
  [/^gpt-5[^/]*-chat/, 16_384],
  [/^gpt-[5-9]/, 128_000],
  [/^gpt-oss/, 131_072],
  [/^o1-mini/, 65_536],
  [/^o1-preview/, 32_768],
  [/^o[1-9](?!\d)/, 100_000],
  [/^gpt-4\.1/, 32_768],
  [/^gpt-4o-2024-05-13/, 4_096],
  [/^(gpt-4o|chatgpt-4o|gpt-4\.5)/, 16_384],
  [/^gpt-4-32k/, 32_768],
  [/^gpt-4-(turbo|1106|0125|vision)/, 4_096],
  [/^gpt-4/, 8_192],
  [/^gpt-3\.?5/, 4_096],
  [/^gemini-(1\.5|2\.0)/, 8_192],
  [/^gemini-(2\.5|[3-9])/, 65_536],
]

/**
 * Context window and longest answer of a model, in tokens; what `override` (the config's `catalog`) says goes first.
 * Vendor prefixes (`openai/`, `us.anthropic.`, `ft:`) are fine; members are absent where nobody knows.
 */
export function modelLimits(model: string, override: ModelLimits = {}): ModelLimits {
  const id = bareName(model)
  const contextWindow = override.contextWindow ?? contextWindowOf(id)
  const maxOutput = override.maxOutput ?? MAX_OUTPUT.find(([pattern]) => pattern.test(id))?.[1]
  return { ...(contextWindow !== undefined && { contextWindow }), ...(maxOutput !== undefined && { maxOutput }) }
}

// As prices are: a file with thousands of targets has few models, and each reload has them again.
const windows = new Map<string, number | undefined>()
const MOST_WINDOWS = 4096

function contextWindowOf(id: string): number | undefined {
  if (windows.has(id)) return windows.get(id)
  if (windows.size >= MOST_WINDOWS) windows.clear()
  const found = catalogModel(id)?.context_window
  windows.set(id, found)
  return found
}

function bareName(model: string): string {
  const id = model.toLowerCase().replace(/^ft:/, '')
  return /claude-.*$/.exec(id)?.[0] ?? id.slice(id.lastIndexOf('/') + 1)
}
