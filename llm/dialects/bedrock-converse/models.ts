import { traitsOf as claudeTraitsOf, type ModelTraits } from '../claude/models.js'

/** What a model behind Converse accepts, as far as requests must differ; Bedrock answers 400 to anything else. */
export interface BedrockTraits {
  /** Claude's own traits, which hold behind Converse too; absent for every other family. */
  readonly claude?: ModelTraits
  /** The form of `additionalModelRequestFields` that asks for reasoning. */
  readonly reasoning: 'claude' | 'nova' | 'effort' | 'none'
  readonly topK: 'claude' | 'nova' | 'refused'
  /** The strongest `toolChoice` that is taken. */
  readonly forcedTools: 'named' | 'any' | 'none'
  /** `status` of a tool result. */
  readonly resultStatus: 'accepted' | 'refused'
  /** Where cache points are taken. */
  readonly caching: 'everywhere' | 'content' | 'nowhere'
  readonly cacheTtl: 'accepted' | 'refused'
  /** `outputConfig.textFormat`, and `strict` tools. */
  readonly structuredOutputs: 'accepted' | 'refused'
}

/** A family that nothing is known of, and profiles whose names do not tell: what Converse itself offers is sent. */
const UNKNOWN: BedrockTraits = {
  reasoning: 'none',
  topK: 'refused',
  forcedTools: 'named',
  resultStatus: 'refused',
  caching: 'nowhere',
  cacheTtl: 'refused',
  structuredOutputs: 'accepted',
}

const PLAIN: BedrockTraits = { ...UNKNOWN, forcedTools: 'none', structuredOutputs: 'refused' }

const NOVA: BedrockTraits = {
  reasoning: 'none',
  topK: 'nova',
  forcedTools: 'named',
  resultStatus: 'accepted',
  caching: 'content',
  cacheTtl: 'refused',
  structuredOutputs: 'refused',
}

/**
 * Looks a model up by the vendor and name in its id, whatever is before them: `anthropic.claude-sonnet-4-5-20250929-v1:0`,
 * `us.amazon.nova-2-lite-v1:0`, `arn:aws:bedrock:us-east-1:1:inference-profile/eu.mistral.pixtral-large-2502-v1:0`.
 */
export function bedrockTraitsOf(model: string): BedrockTraits {
  const [, vendor, name = ''] =
    /(?:^|[./:])(anthropic|amazon|meta|mistral|cohere|ai21|deepseek|openai)\.(.*)$/.exec(model) ?? []
  switch (vendor) {
    case 'anthropic':
      return claude(name)
    case 'amazon':
      if (name.startsWith('nova-2')) return { ...NOVA, reasoning: 'nova' }
      return name.startsWith('nova') ? NOVA : PLAIN
    case 'mistral':
      return {
        ...UNKNOWN,
        forcedTools: 'any',
        resultStatus: 'accepted',
        structuredOutputs: /^(mistral-large-3|ministral-3|magistral|voxtral|devstral)/.test(name)
          ? 'accepted'
          : 'refused',
      }
    case 'openai':
      return name.startsWith('gpt-oss') ? { ...UNKNOWN, reasoning: 'effort' } : UNKNOWN
    case 'deepseek':
      return name.startsWith('r1') ? PLAIN : UNKNOWN
    case 'meta':
    case 'cohere':
    case 'ai21':
      return PLAIN
    default:
      return UNKNOWN
  }
}

function claude(name: string): BedrockTraits {
  const traits = claudeTraitsOf(`anthropic.${name}`)
  return {
    claude: traits,
    reasoning: 'claude',
    topK: 'claude',
    forcedTools: traits.forcedTools === 'accepted' ? 'named' : 'none',
    resultStatus: 'accepted',
    caching: /^claude-(v\d|instant|3-(haiku|sonnet|opus))/.test(name) ? 'nowhere' : 'everywhere',
    // An hour came with the same generation as structured outputs.
    cacheTtl: traits.structuredOutputs,
    structuredOutputs: traits.structuredOutputs,
  }
}
