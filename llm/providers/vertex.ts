import { GatewayError } from '../../core/errors.js'
import { isObject, type JsonObject, type JsonValue } from '../../core/json.js'
import type { Adjustment, Provider, ProviderOptions, WireTarget } from '../../core/provider.js'
import { anthropicMessages } from '../dialects/anthropic-messages.js'
import { gemini } from '../dialects/gemini.js'
import { generateContent, modelSegment } from './google-path.js'
import { signWithGoogleToken } from './google-token.js'
import { pathSegment } from './path-segment.js'
import { spellings, withoutMembers } from './without-members.js'

/** What both providers of this kind share: which of them serves a model is `vertexFor`'s to say. */
const VERTEX = {
  kind: 'vertex',
  options: { allowed: ['project', 'location', 'apiVersion'], required: ['project', 'location'] },
  baseUrlFor: vertexBaseUrl,
  sign: signWithGoogleToken,
} as const

/** What Anthropic's models on Vertex AI want in the body, where their own API has a header. */
const ANTHROPIC_VERSION = 'vertex-2023-10-16'

/** The provider that serves this model on Vertex AI: they speak their makers' formats. */
export function vertexFor(model: string): Provider {
  return /^(anthropic\/)?claude/i.test(model) ? vertexAnthropic : vertexGemini
}

/** `https://LOCATION-aiplatform.googleapis.com`. Throws `internal_error` for what is no location. */
function vertexBaseUrl({ location = '' }: ProviderOptions): string {
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(location)) {
    throw new GatewayError('internal_error', 'the location of Vertex AI is not a location')
  }
  if (location === 'global') return 'https://aiplatform.googleapis.com'
  if (location === 'us' || location === 'eu') return `https://aiplatform.${location}.rep.googleapis.com`
  return `https://${location}-aiplatform.googleapis.com`
}

/** Gemini models on Vertex AI, with a bearer token of a Google account. */
export const vertexGemini: Provider = {
  ...VERTEX,
  dialect: gemini,
  adjust: adjustGemini,
  build: (body, target) => ({
    method: 'POST',
    path: `${modelPath(target, 'google')}${generateContent(target.stream)}`,
    headers: { 'content-type': 'application/json' },
    body,
  }),
}

/** Anthropic models on Vertex AI: the Messages API with the model in the path. */
export const vertexAnthropic: Provider = {
  ...VERTEX,
  dialect: anthropicMessages,
  adjust: () => ({ members: { model: undefined, anthropic_version: ANTHROPIC_VERSION }, dropped: [] }),
  build: (body, target) => ({
    method: 'POST',
    path: `${modelPath(target, 'anthropic')}:${target.stream ? 'streamRawPredict' : 'rawPredict'}`,
    headers: { 'content-type': 'application/json' },
    body,
  }),
}

function modelPath({ model, basePath, options }: WireTarget, publisher: 'google' | 'anthropic'): string {
  const { project, location, apiVersion = 'v1' } = options
  if (project === undefined || location === undefined) {
    throw new GatewayError('internal_error', 'the project and location of Vertex AI are not configured')
  }
  const name = model.replace(/^(models|google|anthropic)\//, '')
  const place = `projects/${pathSegment(project)}/locations/${pathSegment(location)}`
  const base = basePath.replace(/\/+$/, '')
  const versioned = /\/v1(beta1)?$/.test(base) ? base : `${base}/${pathSegment(apiVersion)}`
  return `${versioned}/${place}/publishers/${publisher}/models/${modelSegment(name)}`
}

/** Members that only the Gemini API has. */
const UNKNOWN = ['store', 'toolConfig.includeServerSideToolInvocations', 'generationConfig.enableEnhancedCivicAnswers']

/** Tools that only the Gemini API has. */
const UNKNOWN_TOOLS = [...spellings('fileSearch'), ...spellings('mcpServers')]

/** The model stands in the path; every content has a role here, and there are two roles. */
function adjustGemini(body: JsonObject): Adjustment {
  const { members, dropped } = withoutMembers(body, UNKNOWN)
  const { tools, lost } = knownTools(body['tools'])
  const contents = withRoles(body['contents'])
  return {
    members: {
      ...(body['model'] === undefined ? {} : { model: undefined }),
      ...members,
      ...(lost.length === 0 ? {} : { tools }),
      ...(contents === body['contents'] ? {} : { contents }),
    },
    dropped: [...dropped, ...lost],
  }
}

function knownTools(tools: JsonValue | undefined): { readonly tools?: JsonValue; readonly lost: readonly string[] } {
  if (!Array.isArray(tools)) return { lost: [] }
  const isUnknown = (tool: JsonValue) => isObject(tool) && UNKNOWN_TOOLS.some((name) => tool[name] !== undefined)
  const lost = tools.flatMap((tool: JsonValue, i) => (isUnknown(tool) ? [`tools[${i}]`] : []))
  const known = tools.filter((tool: JsonValue) => !isUnknown(tool))
  return { ...(known.length === 0 ? {} : { tools: known }), lost }
}

/** The same value where every content has a role that is known here. */
function withRoles(contents: JsonValue | undefined): JsonValue | undefined {
  if (isObject(contents)) return hasRole(contents) ? contents : { ...contents, role: 'user' }
  if (!Array.isArray(contents) || contents.every((content: JsonValue) => !isObject(content) || hasRole(content))) {
    return contents
  }
  return contents.map((content: JsonValue) => withRoles(content) ?? null)
}

const hasRole = (content: JsonObject) => content['role'] === 'user' || content['role'] === 'model'
