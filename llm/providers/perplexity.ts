import { isObject } from '../../core/json.js'
import { type Adjust, AS_IT_IS, effortWords, inTurn, oldMaxTokens, systemForDeveloper } from './adjustments.js'
import { openaiCompatible } from './openai-compatible.js'

/** A format is a schema or a regular expression here. */
const withoutJsonMode: Adjust = ({ response_format: format }) =>
  isObject(format) && format.type === 'json_object'
    ? { members: { response_format: undefined }, dropped: ['response_format'] }
    : AS_IT_IS

/**
 * Perplexity's Sonar. Its members: https://docs.perplexity.ai/api-reference/chat-completions-post and, typed,
 * https://github.com/perplexityai/perplexity-py/blob/main/src/perplexity/types/chat/completion_create_params.py
 */
export const perplexity = openaiCompatible({
  kind: 'perplexity',
  defaultBaseUrl: 'https://api.perplexity.ai',
  adjust: inTurn(
    oldMaxTokens,
    systemForDeveloper,
    effortWords({ none: 'minimal', xhigh: 'high', max: 'high' }),
    withoutJsonMode,
  ),
})
