import { createHash, createHmac } from 'node:crypto'
import type { FakeCall } from './fake-service.js'

export interface SigningKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly region: string
  readonly service: string
}

/** Whether a call is signed with these keys: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
export function isSigned({ method, path, headers, body }: FakeCall, keys: SigningKeys): boolean {
  const [, id, date, signed = '', signature] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/[^,]+, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? '',
    ) ?? []
  if (id !== keys.accessKeyId || date === undefined) return false
  const names = signed.split(';')
  if (!['host', 'x-amz-date'].every((name) => names.includes(name))) return false
  const [pathname = ''] = path.split('?')
  const canonical = [
    method,
    pathname.split('/').map(encodeURIComponent).join('/'),
    '',
    ...names.map((name) => `${name}:${String(headers[name] ?? '').trim()}`),
    '',
    signed,
    createHash('sha256').update(body).digest('hex'),
  ].join('\n')
  const scope = `${date}/${keys.region}/${keys.service}/aws4_request`
  const toSign = [
    'AWS4-HMAC-SHA256',
    headers['x-amz-date'],
    scope,
    createHash('sha256').update(canonical).digest('hex'),
  ]
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
  const key = [date, keys.region, keys.service, 'aws4_request'].reduce<string | Buffer>(
    (key, part) => hmac(key, part),
    `AWS4${keys.secretAccessKey}`,
  )
  return hmac(key, toSign.join('\n')).toString('hex') === signature
}
