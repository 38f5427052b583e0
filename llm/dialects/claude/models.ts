/**
 * What a Claude generation accepts, as far as requests must differ; the API answers 400 to anything else.
 * Every name that is not Claude's (compatible servers) gets the form that such servers copied first: budgets.
 */
export interface ModelTraits {
  /** How thinking is asked for: not at all, by token budget, in either form, or only as `adaptive` plus an effort. */
  readonly thinking: 'none' | 'budget' | 'either' | 'adaptive'
  /** What turns thinking off where it is on by default; `unneeded` where it is off, `impossible` where it stays on. */
  readonly off: 'unneeded' | 'disabled' | 'between_tools' | 'impossible'
  /** The words that `output_config.effort` takes, rising; none where the member is refused. */
  readonly efforts: readonly string[]
  /** `one`: temperature or top_p, not both. `none`: no sampling parameter but its default. */
  readonly sampling: 'free' | 'one' | 'none'
  readonly forcedTools: 'accepted' | 'refused'
  /** `output_config.format` and `strict` tools. */
  readonly structuredOutputs: 'accepted' | 'refused'
  /** `role: 'system'` inside `messages`. */
  readonly systemTurns: 'accepted' | 'refused'
}

const COMPATIBLE: ModelTraits = {
  thinking: 'budget',
  off: 'disabled',
  efforts: ['low', 'medium', 'high', 'xhigh', 'max'],
  sampling: 'free',
  forcedTools: 'accepted',
  structuredOutputs: 'accepted',
  systemTurns: 'refused',
}

/**
 * Looks a model up by the version in its name: `claude-3-7-sonnet-20250219`, `claude-opus-4-8`,
 * `anthropic.claude-sonnet-4-5-20250929-v1:0`, `anthropic/claude-opus-4.7`. A Claude name without a version counts as
 * newer than all that are known.
 */
export function traitsOf(model: string): ModelTraits {
  const name = model.toLowerCase()
  if (!name.includes('claude')) return COMPATIBLE
  const family = /(haiku|sonnet|opus|fable|mythos|instant)/.exec(name)?.[1]
  const version = family === 'instant' ? 100 : versionOf(name)
  const always = family === 'fable' || family === 'mythos' || version === Infinity
  // The generation after Opus 5: thinking cannot be turned off, and a tool cannot be forced.
  const unforced = (family === 'opus' && version >= 505) || (always && version >= 501)
  return {
    thinking: version < 307 ? 'none' : version < 406 ? 'budget' : version < 407 ? 'either' : 'adaptive',
    off: always || unforced ? 'impossible' : version < 500 ? 'unneeded' : offAt(family, version),
    efforts: effortsAt(family, version),
    sampling: version < 401 ? 'free' : version < 407 ? 'one' : 'none',
    forcedTools: unforced ? 'refused' : 'accepted',
    structuredOutputs: structuredAt(name, family, version),
    systemTurns: version >= 408 ? 'accepted' : 'refused',
  }
}

/**
 * Anthropic's own API began with Opus 4.1, Bedrock with the 4.5 generation, Vertex AI with 4.6; names tell the host, where they
 * are written as it does (`anthropic.claude-...`, `claude-...@20250929`).
 * https://platform.claude.com/docs/en/build-with-claude/structured-outputs
 * https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html
 * https://docs.cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/structured_outputs
 */
function structuredAt(name: string, family: string | undefined, version: number): 'accepted' | 'refused' {
  const first = name.includes('@') ? 406 : name.includes('anthropic.') || family !== 'opus' ? 405 : 401
  return version >= first ? 'accepted' : 'refused'
}

const offAt = (family: string | undefined, version: number) =>
  family === 'sonnet' && version >= 505 ? 'between_tools' : 'disabled'

function effortsAt(family: string | undefined, version: number): readonly string[] {
  if (version >= 407) return ['low', 'medium', 'high', 'xhigh', 'max']
  if (version >= 406) return ['low', 'medium', 'high', 'max']
  return family === 'opus' && version === 405 ? ['low', 'medium', 'high'] : []
}

/** 405 for `4-5` or `4.5`, so that minors compare as numbers. A date is no minor; a name without a number is Infinity. */
function versionOf(name: string): number {
  const match = /claude-(?:[a-z]+-)?v?(\d{1,2})(?:[-.](\d{1,2}))?(?!\d)/.exec(name)
  if (match === null) return Infinity
  return Number(match[1]) * 100 + Number(match[2] ?? 0)
}
