import type { Provider, WireTarget } from '../../core/provider.js'
import { then } from '../../core/transform.js'
import { openaiChat } from '../dialects/openai-chat.js'
import { type Adjust, AS_IT_IS, inTurn, oldMaxTokens, without, withoutStreamOptions } from './adjustments.js'
import { pathSegment } from './path-segment.js'

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
  adjust: (body, target) => (isOld(target) ? older(body, target) : AS_IT_IS),
  build: (body, target) => ({
    method: 'POST',
    path: pathOf(target),
    headers: { 'content-type': 'application/json' },
    body,
  }),
  sign(wire, { apiKey, token }) {
    if (apiKey !== undefined) return { ...wire, headers: { ...wire.headers, 'api-key': apiKey } }
    if (token === undefined) return wire
    return then(token(), (bearer) => ({ ...wire, headers: { ...wire.headers, authorization: `Bearer ${bearer}` } }))
  },
}

type Surface = 'deployments' | 'v1' | 'models'

function surfaceOf({ basePath, options: { apiVersion } }: WireTarget): Surface {
  if (/\/models\/*$/.test(basePath)) return 'models'
  if (/\/openai\/v1\/*$/.test(basePath)) return 'v1'
  // `2024-10-21`, `2025-01-01-preview`; the v1 surface has `v1` and `preview`.
  return apiVersion !== undefined && /^\d{4}-/.test(apiVersion) ? 'deployments' : 'v1'
}

function pathOf(target: WireTarget): string {
  const { model, options } = target
  const query = options.apiVersion === undefined ? '' : `?api-version=${encodeURIComponent(options.apiVersion)}`
  const base = target.basePath.replace(/\/+$/, '')
  const root = base.replace(/\/openai(\/v1)?$/, '')
  switch (surfaceOf(target)) {
    case 'deployments':
      return `${root}/openai/deployments/${pathSegment(model)}/chat/completions${query}`
    case 'v1':
      return `${root}/openai/v1/chat/completions${query}`
    case 'models':
      return `${base}/chat/completions${query}`
  }
}

/** What 2024-09-01-preview brought: https://github.com/Azure/azure-rest-api-specs/pull/30909 */
const older: Adjust = inTurn(withoutStreamOptions, oldMaxTokens, without('parallel_tool_calls'))

function isOld(target: WireTarget): boolean {
  return surfaceOf(target) === 'deployments' && (target.options.apiVersion ?? '') < '2024-09-01'
}
