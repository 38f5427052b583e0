import { type Adjust, AS_IT_IS, inTurn, oldMaxTokens, systemForDeveloper } from './adjustments.js'
import { openaiCompatible } from './openai-compatible.js'

/** `logprobs` is how many tokens to report at each place, in place of OpenAI's switch and number. */
const countedLogprobs: Adjust = ({ logprobs, top_logprobs: top }) => {
  if (typeof logprobs !== 'boolean') return AS_IT_IS
  const wanted = typeof top === 'number' && top > 0 ? top : 1
  return { members: { logprobs: logprobs ? wanted : undefined, top_logprobs: undefined }, dropped: [] }
}

/** Together AI; its members: https://docs.together.ai/reference/chat-completions */
export const together = openaiCompatible({
  kind: 'together',
  defaultBaseUrl: 'https://api.together.ai/v1',
  adjust: inTurn(oldMaxTokens, countedLogprobs, systemForDeveloper),
})
