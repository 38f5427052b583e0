import type { Provider } from '../../core/provider.js'
import { gemini as dialect } from '../dialects/gemini.js'
import { generateContent, modelSegment } from './google-path.js'
import { withoutMembers } from './without-members.js'

/** Vertex AI alone has these. */
const UNKNOWN = ['labels', 'toolConfig.functionCallingConfig.streamFunctionCallArguments']

/**
 * Google's Gemini API with an API key. The base URL ends in the API's version. A model's name may begin with its kind
 * (`models/`, `tunedModels/`).
 */
export const gemini: Provider = {
  kind: 'gemini',
  dialect,
  defaultBaseUrl: 'https://generativelanguage.googleapis.com/v1beta',
  adjust: (body) => withoutMembers(body, UNKNOWN),
  build: (body, { model, basePath, stream }) => ({
    method: 'POST',
    path: `${basePath.replace(/\/+$/, '')}/${resource(model)}${generateContent(stream)}`,
    headers: { 'content-type': 'application/json' },
    body,
  }),
  sign: (wire, { apiKey }) =>
    apiKey === undefined ? wire : { ...wire, headers: { ...wire.headers, 'x-goog-api-key': apiKey } },
}

function resource(model: string): string {
  const [, kind, name] = /^(models|tunedModels)\/(.*)$/s.exec(model) ?? []
  return `${kind ?? 'models'}/${modelSegment(name ?? model)}`
}
