import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import type { FakeCall, FakeReply } from './fake-service.js'

export const AZURE_KEY = '0123456789abcdef'

const CATEGORIES = ['Hate', 'SelfHarm', 'Sexual', 'Violence']
const VERSIONS = ['2023-10-01', '2024-09-01']
/** The resource's lists, and the term on each. */
const BLOCKLISTS: Readonly<Record<string, string>> = { Rivals: 'Initech', code_names: 'Blue Heron' }

/** https://learn.microsoft.com/rest/api/contentsafety/text-operations: `hate5` in a text is hate of severity 5. */
export function azureContentSafety(call: FakeCall): FakeReply {
  const url = new URL(call.path, 'http://fake')
  if (call.headers['ocp-apim-subscription-key'] !== AZURE_KEY && call.headers.authorization !== 'Bearer entra-token') {
    return refused(401, '401')
  }
  if (!VERSIONS.includes(url.searchParams.get('api-version') ?? '')) return refused(404, '404')
  const body: JsonValue = JSON.parse(call.body)
  if (call.method !== 'POST' || !isObject(body)) return refused(400, 'InvalidRequestBody')
  if (url.pathname === '/contentsafety/text:analyze') return analyze(body)
  if (url.pathname === '/contentsafety/text:shieldPrompt' && VERSIONS.indexOf('2024-09-01') >= 0) return shield(body)
  return refused(404, '404')
}

const length = (text: JsonValue | undefined) => (typeof text === 'string' ? [...text].length : Number.NaN)

function analyze(body: JsonObject): FakeReply {
  const { text, categories = CATEGORIES, blocklistNames = [], haltOnBlocklistHit, outputType, ...others } = body
  const known = outputType === undefined || outputType === 'FourSeverityLevels' || outputType === 'EightSeverityLevels'
  const right =
    known &&
    Object.keys(others).length === 0 &&
    length(text) >= 1 &&
    length(text) <= 10_000 &&
    Array.isArray(categories) &&
    categories.every((category) => typeof category === 'string' && CATEGORIES.includes(category)) &&
    Array.isArray(blocklistNames) &&
    (haltOnBlocklistHit === undefined || typeof haltOnBlocklistHit === 'boolean')
  if (!right) return refused(400, 'InvalidRequestBody')
  const lists = blocklistNames.map(String)
  if (lists.some((list) => BLOCKLISTS[list] === undefined)) return refused(404, 'ResourceNotFound')
  const severityOf = (category: string) => {
    const level = Number(new RegExp(`${category}(\\d)`, 'i').exec(String(text))?.[1] ?? 0)
    return outputType === 'EightSeverityLevels' ? level : level - (level % 2)
  }
  const matches = lists.filter((list) => String(text).includes(BLOCKLISTS[list] ?? ''))
  return {
    status: 200,
    body: {
      blocklistsMatch: matches.map((list) => {
        return { blocklistName: list, blocklistItemId: 'id-1', blocklistItemText: BLOCKLISTS[list] }
      }),
      categoriesAnalysis: categories.map((category: JsonValue) => {
        return { category, severity: severityOf(String(category)) }
      }),
    },
  }
}

function shield({ userPrompt, documents = [], ...others }: JsonObject): FakeReply {
  const right =
    Object.keys(others).length === 0 &&
    (userPrompt === undefined || (length(userPrompt) >= 1 && length(userPrompt) <= 10_000)) &&
    Array.isArray(documents) &&
    documents.length <= 5 &&
    documents.reduce((sum: number, document: JsonValue) => sum + length(document), 0) <= 10_000 &&
    (userPrompt !== undefined || documents.length > 0)
  if (!right) return refused(400, 'InvalidRequestBody')
  const analysis = (text: JsonValue | undefined) => {
    return { attackDetected: String(text).includes('ignore all previous instructions') }
  }
  return {
    status: 200,
    body: {
      ...(userPrompt !== undefined && { userPromptAnalysis: analysis(userPrompt) }),
      documentsAnalysis: documents.map(analysis),
    },
  }
}

function refused(status: number, code: string): FakeReply {
  return { status, body: { error: { code, message: 'A message that may repeat what was sent.' } } }
}
