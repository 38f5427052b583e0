import { isObject, type JsonObject, type JsonValue } from '../../core/json.js'
import {
  type Adjust,
  AS_IT_IS,
  forModels,
  inTurn,
  oldMaxTokens,
  schemaInPrompt,
  systemForDeveloper,
  without,
} from './adjustments.js'
import { openaiCompatible } from './openai-compatible.js'

/** Members of OpenAI's that are not in https://api-docs.deepseek.com/api/create-chat-completion */
const UNKNOWN = ['n', 'seed', 'logit_bias', 'parallel_tool_calls', 'service_tier', 'store', 'metadata', 'prediction']

/** A word of OpenAI's for what is a switch here: https://api-docs.deepseek.com/guides/thinking_mode */
const thinkingOff: Adjust = ({ reasoning_effort: effort, thinking }) =>
  effort === 'none'
    ? { members: { reasoning_effort: undefined, thinking: thinking ?? { type: 'disabled' } }, dropped: [] }
    : AS_IT_IS

/**
 * A model that thinks refuses a history with tool calls in which an assistant's message has no `reasoning_content`
 * (https://api-docs.deepseek.com/guides/thinking_mode#tool-calls); turns that came from elsewhere have none.
 */
const reasoningInHistory: Adjust = ({ messages, thinking }) => {
  if (!Array.isArray(messages) || (isObject(thinking) && thinking.type === 'disabled')) return AS_IT_IS
  const history = messages as readonly JsonValue[]
  if (!history.some(callsTools)) return AS_IT_IS
  if (!history.some(lacksReasoning)) return AS_IT_IS
  const filled = history.map((message) => (lacksReasoning(message) ? { ...message, reasoning_content: '' } : message))
  return { members: { messages: filled }, dropped: [] }
}

function callsTools(message: JsonValue): boolean {
  return isObject(message) && Array.isArray(message.tool_calls) && message.tool_calls.length > 0
}

function lacksReasoning(message: JsonValue): message is JsonObject {
  return isObject(message) && message.role === 'assistant' && typeof message.reasoning_content !== 'string'
}

/** DeepSeek. */
export const deepseek = openaiCompatible({
  kind: 'deepseek',
  defaultBaseUrl: 'https://api.deepseek.com',
  adjust: inTurn(
    oldMaxTokens,
    without(...UNKNOWN),
    // https://github.com/earendil-works/pi/issues/1048
    systemForDeveloper,
    // https://api-docs.deepseek.com/guides/json_mode: `text` and `json_object` are known.
    schemaInPrompt,
    thinkingOff,
    // https://api-docs.deepseek.com/guides/thinking_mode: these are errors, other sampling members have no effect.
    forModels(/^deepseek-reasoner/, without('logprobs', 'top_logprobs')),
    // `deepseek-chat` is the name of the mode without thinking.
    forModels(/^(?!deepseek-chat)/, reasoningInHistory),
  ),
})
