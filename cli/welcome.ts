/** What the greeting of `tollgate start` tells. */
export interface Welcome {
  /** What is called: the demo providers, the vendors, or the user's file. */
  readonly serving: string
  /** Base URL of the client-facing listener. */
  readonly apiUrl: string
  readonly adminUrl: string
  /** The body of `GET /v1/models`. */
  readonly models: string
}

/** The lines that `tollgate start` prints once everything answers. */
export function welcome({ serving, apiUrl, adminUrl, models }: Welcome): string {
  const names = [...models.matchAll(/"id"\s*:\s*("(?:[^"\\]|\\.)*")/g)].map(([, name]) =>
    String(JSON.parse(name ?? '""')),
  )
  const model = names.find((name) => name === 'smart') ?? names[0] ?? 'MODEL'
  const body = { model, stream: true, messages: [{ role: 'user', content: 'Say hello' }] }
  return `
Tollgate is running with ${serving}.

  API      ${apiUrl}/v1   (OpenAI format)
  Models   ${names.join(', ')}
  Metrics  ${adminUrl}/metrics

Try it:

  curl -N ${apiUrl}/v1/chat/completions -H 'content-type: application/json' -d '${JSON.stringify(body).replaceAll("'", "'\\''")}'

Ctrl-C stops everything.
`
}
