import type { Encoding } from './encoding.js'
import { FAMILIES, type Family, frameOf } from './families.js'
import type { ImageRule } from './image-tokens.js'

/** What the config's `catalog.<model>.tokenizer` may say. */
export const TOKENIZER_NAMES = [
  'o200k_base',
  'cl100k_base',
  'gpt-oss',
  'claude',
  'claude-4.7',
  'gemini',
  'llama3',
  'mistral',
  'qwen',
  'deepseek',
  'grok',
  'command',
  'unknown',
] as const

/** One of `TOKENIZER_NAMES`. */
export type TokenizerName = (typeof TOKENIZER_NAMES)[number]

/** How a model's tokens are counted, and how far off the count may be. */
export interface TokenizerChoice extends Family {
  readonly name: TokenizerName
  readonly images: ImageRule
}

/** A choice together with its vocabulary, ready to count. */
export interface Tokenizer {
  readonly choice: TokenizerChoice
  readonly encoding: Encoding
}

const PATTERNS: readonly (readonly [RegExp, TokenizerName])[] = [
  [/claude/, 'claude'],
  [/gemini|gemma|learnlm/, 'gemini'],
  [/gpt-?oss/, 'gpt-oss'],
  [/deepseek/, 'deepseek'],
  [/llama/, 'llama3'],
  [/(mi|code|dev|magi|mini)stral|mixtral|pixtral|voxtral/, 'mistral'],
  [/qwen|qwq|qvq/, 'qwen'],
  [/grok/, 'grok'],
  [/(^|[./])(c4ai|command|aya)/, 'command'],
  [
    /(^|[/.:])(chatgpt|gpt-4o|gpt-4\.[1-9]|gpt-[5-9]|gpt-audio|gpt-realtime|o[1-9](?!\d)|codex|computer-use)/,
    'o200k_base',
  ],
  [/(^|[/.:])(gpt-4|gpt-3|text-embedding|davinci-002|babbage-002)/, 'cl100k_base'],
  [/(^|[/.:])gpt-/, 'o200k_base'],
]

/**
 * The tokenizer of a model by its name (vendor prefixes such as `openai/` or `us.anthropic.` and fine-tune prefixes are
 * fine), or the one that `override` names. A name that nothing matches is counted as `unknown`, an unknown override too.
 */
export function tokenizerFor(model: string, override?: string): TokenizerChoice {
  const id = model.toLowerCase()
  const name =
    override === undefined ? familyOf(id) : (TOKENIZER_NAMES.find((known) => known === override) ?? 'unknown')
  return { ...FAMILIES[name], name, frame: frameOf(id, name), images: imageRuleOf(id, name) }
}

function familyOf(id: string): TokenizerName {
  const found = PATTERNS.find(([pattern]) => pattern.test(id))?.[1] ?? 'unknown'
  return found === 'claude' && hasNewClaudeTokenizer(id) ? 'claude-4.7' : found
}

/** Claude Opus 4.7 brought a new tokenizer; the models after it have it too. */
function hasNewClaudeTokenizer(id: string): boolean {
  const version = /claude-[a-z]+-(\d+)(?:[-.](\d{1,2}))?(?!\d)/.exec(id)
  if (version === null) return false
  const major = Number(version[1])
  return major >= 5 || (major === 4 && Number(version[2] ?? 0) >= 7)
}

const IMAGE_RULES: readonly (readonly [RegExp, ImageRule])[] = [
  [/gpt-4o-mini/, { kind: 'tiles', base: 2833, tile: 5667 }],
  [/gpt-4\.1-mini|gpt-5[^/]*-mini/, { kind: 'patches', factor: 1620 }],
  [/gpt-4\.1-nano|gpt-5[^/]*-nano/, { kind: 'patches', factor: 2460 }],
  [/o4-mini/, { kind: 'patches', factor: 1720 }],
  [/gpt-5/, { kind: 'tiles', base: 70, tile: 140 }],
  [/(^|[/.:])o[13](?!\d)/, { kind: 'tiles', base: 75, tile: 150 }],
  [/computer-use/, { kind: 'tiles', base: 65, tile: 129 }],
]

function imageRuleOf(id: string, name: TokenizerName): ImageRule {
  if (name === 'claude') return { kind: 'area', longestEdge: 1568, most: 1600 }
  if (name === 'claude-4.7') return { kind: 'area', longestEdge: 2576, most: 4784 }
  if (name === 'gemini') return { kind: 'gemini' }
  return IMAGE_RULES.find(([pattern]) => pattern.test(id))?.[1] ?? { kind: 'tiles', base: 85, tile: 170 }
}
