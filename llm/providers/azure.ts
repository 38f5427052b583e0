import type { Provider, WireTarget } from '../../core/provider.js'
import { then } from '../../core/transform.js'
import { openaiChat } from '../dialects/openai-chat.js'
import { type Adjust, inTurn, oldMaxTokens, without, withoutStreamOptions, withoutThoughts } from './adjustments.js'
import { azurePath, surfaceOf } from './azure-path.js'

/**
 * Azure OpenAI and Microsoft Foundry. The base URL is the resource's (`https://NAME.openai.azure.com`), the model a
 * deployment's name. With a dated API version the deployment goes into the path
 * (https://learn.microsoft.com/azure/ai-foundry/openai/reference); without one, or where the base URL ends in `/openai/v1`,
 * it is the v1 surface (https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle). A base URL that ends in
 * `/models` is Foundry's model inference (https://learn.microsoft.com/rest/api/aifoundry/modelinference). Signed with the
 * `api-key` header, or with a bearer token of Entra's.
 */
export const azure: Provider = {
  kind: 'azure',
  dialect: openaiChat,
  options: { allowed: ['apiVersion'], required: [] },
  adjust: (body, target) => (isOld(target) ? older(body, target) : newer(body, target)),
  build: (body, target) => ({
    method: 'POST',
    path: azurePath(target, 'chat/completions'),
    headers: { 'content-type': 'application/json' },
    body,
  }),
  sign(wire, { apiKey, token }) {
    if (apiKey !== undefined) return { ...wire, headers: { ...wire.headers, 'api-key': apiKey } }
    if (token === undefined) return wire
    return then(token(), (bearer) => ({ ...wire, headers: { ...wire.headers, authorization: `Bearer ${bearer}` } }))
  },
}

const newer = withoutThoughts()

/** What 2024-09-01-preview brought: https://github.com/Azure/azure-rest-api-specs/pull/30909 */
const older: Adjust = inTurn(newer, withoutStreamOptions, oldMaxTokens, without('parallel_tool_calls'))

function isOld(target: WireTarget): boolean {
  return surfaceOf(target) === 'deployments' && (target.options.apiVersion ?? '') < '2024-09-01'
}
