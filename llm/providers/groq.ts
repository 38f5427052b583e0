import {
  type Adjust,
  AS_IT_IS,
  effortWords,
  forModels,
  inTurn,
  schemaInPrompt,
  without,
  withoutInMessages,
  withoutThoughts,
} from './adjustments.js'
import { openaiCompatible } from './openai-compatible.js'

/** https://console.groq.com/docs/reasoning: Qwen's models have a switch, gpt-oss three levels, others nothing at all. */
const efforts: Adjust = (body, target) => {
  if (/qwen/.test(target.model)) return ofQwen(body, target)
  return /gpt-oss/.test(target.model) ? ofGptOss(body, target) : AS_IT_IS
}

const ofQwen = effortWords({
  ...{ minimal: 'default', low: 'default', medium: 'default', high: 'default', xhigh: 'default', max: 'default' },
})
const ofGptOss = effortWords({ none: 'low', minimal: 'low', xhigh: 'high', max: 'high' })

/** Groq. What it answers with 400: https://console.groq.com/docs/openai */
export const groq = openaiCompatible({
  kind: 'groq',
  defaultBaseUrl: 'https://api.groq.com/openai/v1',
  adjust: inTurn(
    without('logprobs', 'logit_bias', 'top_logprobs', 'n'),
    // The names of tools in their results are accepted.
    withoutInMessages(['system', 'developer', 'user', 'assistant'], ['name']),
    // https://github.com/janhq/jan/issues/8136
    withoutThoughts({ but: 'reasoning' }),
    efforts,
    // https://console.groq.com/docs/structured-outputs: these know `json_object` only.
    forModels(/llama-?3|gemma|mixtral|qwen|deepseek-r1/, schemaInPrompt),
    // https://github.com/iamsrikanthnani/pluely/pull/219
    forModels(/llama/, without('reasoning_effort')),
  ),
})
