import {
  effortWords,
  inTurn,
  oldMaxTokens,
  renamed,
  systemForDeveloper,
  without,
  withoutInMessages,
  withoutStreamOptions,
} from './adjustments.js'
import { openaiCompatible } from './openai-compatible.js'
import { nineCharacterIds } from './tool-call-ids.js'

/** Members of OpenAI's that are not in https://docs.mistral.ai/api/endpoint/chat; any of them is answered with 422. */
const UNKNOWN = [
  ...['store', 'user', 'safety_identifier', 'service_tier', 'verbosity', 'modalities', 'audio', 'web_search_options'],
  ...['logit_bias', 'logprobs', 'top_logprobs', 'top_k', 'prompt_cache_retention', 'thinking', 'reasoning'],
  ...['functions', 'function_call'],
]

/** The same for messages: https://github.com/charmbracelet/crush/issues/1590, https://github.com/BerriAI/litellm/pull/6701 */
const UNKNOWN_OF_ASSISTANT = [
  ...['name', 'refusal', 'audio', 'annotations', 'function_call', 'images'],
  ...['reasoning_content', 'reasoning', 'reasoning_details', 'thinking_blocks'],
]

/** Mistral's API refuses what it does not know. Its streams end with usage without being asked. */
export const mistral = openaiCompatible({
  kind: 'mistral',
  defaultBaseUrl: 'https://api.mistral.ai/v1',
  adjust: inTurn(
    // https://github.com/TabbyML/tabby/pull/4082
    withoutStreamOptions,
    oldMaxTokens,
    renamed('seed', 'random_seed'),
    without(...UNKNOWN),
    // Only `none` and `high`: https://docs.mistral.ai/capabilities/reasoning
    effortWords({ minimal: 'none', low: 'high', medium: 'high', xhigh: 'high', max: 'high' }),
    systemForDeveloper,
    withoutInMessages(['system', 'user'], ['name']),
    withoutInMessages(['assistant'], UNKNOWN_OF_ASSISTANT),
    // https://github.com/mistralai/mistral-common/blob/main/docs/usage/tools.md
    nineCharacterIds,
  ),
})
