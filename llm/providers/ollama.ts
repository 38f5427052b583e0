import { effortWords, inTurn, oldMaxTokens, systemForDeveloper, without } from './adjustments.js'
import { openaiCompatible } from './openai-compatible.js'

/** Ollama's server for OpenAI's clients; what it has no effect for: https://docs.ollama.com/api/openai-compatibility */
export const ollama = openaiCompatible({
  kind: 'ollama',
  defaultBaseUrl: 'http://127.0.0.1:11434/v1',
  adjust: inTurn(
    oldMaxTokens,
    without('logit_bias', 'tool_choice', 'user', 'n'),
    // https://github.com/ollama/ollama/blob/main/openai/openai.go: any other word is refused.
    effortWords({ minimal: 'low', xhigh: 'high', max: 'high' }),
    // https://github.com/ollama/ollama-python/issues/453
    systemForDeveloper,
  ),
})
