/** Where providers put their own id of a request, in the order of precedence. */
const HEADERS = ['request-id', 'x-request-id', 'x-amzn-requestid', 'apim-request-id', 'mistral-correlation-id']

/** The id by which the provider knows the request, as its support asks for it; at most 128 printable characters. */
export function upstreamIdOf(header: (name: string) => string | undefined): string | undefined {
  for (const name of HEADERS) {
    const value = header(name)
    if (value !== undefined && value !== '') return value.replace(/[^\x21-\x7e]/g, '?').slice(0, 128)
  }
  return undefined
}
