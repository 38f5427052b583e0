import type { ChatRequest, Reasoning } from '../../../core/chat.js'
import { isObject } from '../../../core/json.js'
import type { Fields } from '../fields.js'
import { type Note, noteRest, optional } from '../shared/note.js'
import type { BedrockTraits } from './models.js'

type Read = Pick<ChatRequest, 'topK' | 'reasoning'>

/**
 * Reads what of `additionalModelRequestFields` the vocabulary has words for, in the form of the model's family; every other
 * member is noted.
 */
export function decodeModelFields(fields: Fields, traits: BedrockTraits, note: Note): Read {
  // Any JSON may stand here; what is no object says nothing to the families that are known.
  if (!isObject(fields.raw('additionalModelRequestFields'))) {
    note('additionalModelRequestFields', fields.raw('additionalModelRequestFields'))
    return {}
  }
  const more = fields.fields('additionalModelRequestFields')
  if (more === undefined) return {}
  const read = readFamily(more, traits, note)
  noteRest(more, note)
  return read
}

function readFamily(more: Fields, traits: BedrockTraits, note: Note): Read {
  switch (traits.reasoning) {
    case 'claude': {
      const reasoning = { ...readThinking(more, note), ...readEffort(more, note) }
      return { ...optional('topK', more.integer('top_k', 0)), ...unlessEmpty(reasoning) }
    }
    case 'nova':
      return { ...readTopK(more, traits, note), ...unlessEmpty(readNova(more, note)) }
    case 'effort':
      return unlessEmpty(optional('effort', more.string('reasoning_effort')))
    case 'none':
      return readTopK(more, traits, note)
  }
}

const unlessEmpty = (reasoning: Reasoning): Pick<Read, 'reasoning'> =>
  Object.keys(reasoning).length === 0 ? {} : { reasoning }

const MODES = ['enabled', 'disabled', 'adaptive'] as const

/** `thinking`, or `reasoning_config`, which Bedrock takes for the same. */
function readThinking(more: Fields, note: Note): Reasoning {
  const thinking = more.fields('thinking') ?? more.fields('reasoning_config')
  if (thinking === undefined) return {}
  const type = thinking.required('type', thinking.oneOf('type', MODES))
  const budgetTokens = thinking.integer('budget_tokens', 1)
  noteRest(thinking, note)
  switch (type) {
    case 'enabled':
      return { mode: 'on', ...optional('budgetTokens', budgetTokens) }
    case 'disabled':
      return { mode: 'off' }
    case 'adaptive':
      return { mode: 'adaptive' }
  }
}

function readEffort(more: Fields, note: Note): Reasoning {
  const config = more.fields('output_config')
  if (config === undefined) return {}
  const effort = config.string('effort')
  noteRest(config, note)
  return optional('effort', effort)
}

function readNova(more: Fields, note: Note): Reasoning {
  const config = more.fields('reasoningConfig')
  if (config === undefined) return {}
  const type = config.oneOf('type', ['enabled', 'disabled'])
  const effort = config.string('maxReasoningEffort')
  noteRest(config, note)
  return type === 'disabled' ? { mode: 'off' } : { mode: 'on', ...optional('effort', effort) }
}

function readTopK(more: Fields, traits: BedrockTraits, note: Note): Pick<Read, 'topK'> {
  if (traits.topK !== 'nova') return {}
  const config = more.fields('inferenceConfig')
  if (config === undefined) return {}
  const topK = config.integer('topK', 0)
  noteRest(config, note)
  return optional('topK', topK)
}
