import { inTurn, oldMaxTokens, withoutStreamOptions } from './adjustments.js'
import { openaiCompatible } from './openai-compatible.js'

/** Fireworks AI; its streams always end with usage: https://docs.fireworks.ai/tools-sdks/openai-compatibility */
export const fireworks = openaiCompatible({
  kind: 'fireworks',
  defaultBaseUrl: 'https://api.fireworks.ai/inference/v1',
  // https://docs.fireworks.ai/api-reference/post-chatcompletions, https://github.com/FlowiseAI/Flowise/issues/2866
  adjust: inTurn(withoutStreamOptions, oldMaxTokens),
})
