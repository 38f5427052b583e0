import type { Ready } from './wait-ready.js'

/** What the greeting of `tollgate start` tells. */
export interface Welcome {
  /** What is called: the demo providers, the vendors, or the user's file. */
  readonly serving: string
  /** Base URL of the client-facing listener. */
  readonly apiUrl: string
  readonly adminUrl: string
  /** What `GET /v1/models` answers. */
  readonly ready: Ready
}

/** The lines that `tollgate start` prints once everything answers. */
export function welcome({ serving, apiUrl, adminUrl, ready }: Welcome): string {
  const names = ready.kind === 'open' ? modelsIn(ready.body) : []
  const model = names.find((name) => name === 'smart') ?? names[0] ?? 'MODEL'
  const body = { model, stream: true, messages: [{ role: 'user', content: 'Say hello' }] }
  return `
Tollgate is running with ${serving}.

  API      ${apiUrl}/v1   (OpenAI format)
  Models   ${ready.kind === 'open' ? names.join(', ') : 'shown to those who have a key'}
  Metrics  ${adminUrl}/metrics

Try it:
${ready.kind === 'open' ? '' : `\n  ${ISSUE}\n`}
  curl -N ${apiUrl}/v1/chat/completions ${ready.kind === 'open' ? '' : `-H "authorization: Bearer $KEY" `}-H 'content-type: application/json' -d '${JSON.stringify(body).replaceAll("'", "'\\''")}'

Ctrl-C stops everything.
`
}

const ISSUE = 'KEY=$(npx tollgate keys issue --name first)'

/** The ids in the body of `GET /v1/models`. */
function modelsIn(body: string): readonly string[] {
  return [...body.matchAll(/"id"\s*:\s*("(?:[^"\\]|\\.)*")/g)].map(([, name]) => String(JSON.parse(name ?? '""')))
}
