import { inTurn, systemForDeveloper, without, withoutThoughts } from './adjustments.js'
import { openaiCompatible } from './openai-compatible.js'

/** Cerebras. What it answers with 400, and its roles: https://inference-docs.cerebras.ai/resources/openai */
export const cerebras = openaiCompatible({
  kind: 'cerebras',
  defaultBaseUrl: 'https://api.cerebras.ai/v1',
  adjust: inTurn(
    without('frequency_penalty', 'logit_bias', 'presence_penalty', 'parallel_tool_calls', 'service_tier'),
    systemForDeveloper,
    withoutThoughts({ but: 'reasoning' }),
  ),
})
