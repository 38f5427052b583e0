import { effortWords, forModels, inTurn, systemForDeveloper, without, withoutInMessages } from './adjustments.js'
import { openaiCompatible } from './openai-compatible.js'

/** Models that reason; what they refuse: https://docs.x.ai/docs/guides/reasoning */
const REASONING = /^grok-(3-mini|4|code)(?!.*non-reasoning)/

/** Models that refuse the member: the same page, and https://github.com/NousResearch/hermes-agent/pull/23435 */
const WITHOUT_EFFORT = /^grok-(2|3(?!-mini)|4(?![.\d])|4[.-]1|4\.20(?!-multi-agent)|code)/

/** xAI's Grok. */
export const xai = openaiCompatible({
  kind: 'xai',
  defaultBaseUrl: 'https://api.x.ai/v1',
  adjust: inTurn(
    // https://docs.x.ai/docs/api-reference#chat-completions: unsupported.
    without('logit_bias'),
    forModels(REASONING, without('presence_penalty', 'frequency_penalty', 'stop')),
    forModels(WITHOUT_EFFORT, without('reasoning_effort')),
    // https://github.com/YishenTu/claudian/pull/1003; at the multi-agent model the words count agents.
    forModels(/^(?!.*multi-agent)/, effortWords({ minimal: 'low', xhigh: 'high', max: 'high' })),
    // https://github.com/openclaw/openclaw/pull/24333
    systemForDeveloper,
    // https://github.com/BerriAI/litellm/issues/9720; on the results of tools it is accepted.
    withoutInMessages(['system', 'assistant'], ['name']),
  ),
})
