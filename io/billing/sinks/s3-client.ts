import { createHash } from 'node:crypto'
import { Sha256 } from '@aws-crypto/sha256-js'
import { HttpRequest } from '@smithy/protocol-http'
import { SignatureV4 } from '@smithy/signature-v4'
import { Agent } from 'undici'
import type { Clock } from '../../../core/clock.js'
import type { AwsCredentials } from '../../../core/provider.js'
import type { S3SinkSettings } from './settings.js'
import { SinkError } from './sink-error.js'

/** Objects of one bucket (https://docs.aws.amazon.com/AmazonS3/latest/API/). */
export interface ObjectStore {
  /** The object's bytes; undefined when there is none. */
  get(key: string, signal: AbortSignal): Promise<Uint8Array | undefined>
  /** Puts an object there as a whole, in place of the one before. */
  put(key: string, body: Uint8Array, contentType: string, signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

export interface S3Options extends Pick<S3SinkSettings, 'bucket' | 'region' | 'endpoint'> {
  readonly credentials: () => AwsCredentials | Promise<AwsCredentials>
  readonly clock: Pick<Clock, 'now'>
}

const MOST_ANSWER = 64 * 1024

/**
 * A client of a store that speaks S3. AWS's own is called by the bucket's host name, any other with the bucket in the path. Bodies
 * are signed, and carry their SHA-256 for the store to check. Rejects with `SinkError`.
 */
export function createS3Client({ bucket, region, endpoint, credentials, clock }: S3Options): ObjectStore {
  // The names of AWS's hosts have the bucket as a label, which cannot hold a dot and fit the certificate.
  const virtual = endpoint === undefined && !bucket.includes('.')
  const base = new URL(endpoint ?? `https://${virtual ? `${bucket}.` : ''}s3.${region}.${domain(region)}`)
  const path = `${base.pathname.replace(/\/+$/, '')}${virtual ? '' : `/${bucket}`}`
  const agent = new Agent({ connect: { timeout: CONNECT }, headersTimeout: 0, bodyTimeout: 0 })

  const send = async (
    method: 'GET' | 'PUT',
    key: string,
    content: { readonly body: Uint8Array; readonly headers: Record<string, string> } | undefined,
    signal: AbortSignal,
  ) => {
    // S3 takes the path as it is sent: escaped once, and not normalised.
    const signer = new SignatureV4({
      ...{ credentials: await credentials(), region, service: 's3', sha256: Sha256, uriEscapePath: false },
    })
    const request = new HttpRequest({
      ...{
        method,
        protocol: base.protocol,
        hostname: base.hostname,
        path: `${path}/${key.split('/').map(escaped).join('/')}`,
      },
      headers: {
        host: base.host,
        ...content?.headers,
        'x-amz-content-sha256': digest(content?.body ?? new Uint8Array(), 'hex'),
      },
    })
    const { headers } = await signer.sign(request, { signingDate: new Date(clock.now()) })
    const answer = await agent.request({
      ...{ origin: base.origin, path: request.path, method, headers, signal },
      ...(content && { body: content.body }),
    })
    return answer
  }
  const asked = async <T>(run: () => Promise<T>): Promise<T> => {
    try {
      return await run()
    } catch (error) {
      if (error instanceof SinkError) throw error
      const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
      throw new SinkError(`S3 does not answer: ${typeof code === 'string' ? code : 'no reason given'}`)
    }
  }

  return {
    get: (key, signal) =>
      asked(async () => {
        const { statusCode, body } = await send('GET', key, undefined, signal)
        const bytes = await limited(body)
        if (statusCode === 200) return bytes
        if (statusCode === 404 && codeIn(bytes) === 'NoSuchKey') return undefined
        throw refusal(statusCode, bytes)
      }),
    put: (key, body, contentType, signal) =>
      asked(async () => {
        const headers = { 'content-type': contentType, 'x-amz-checksum-sha256': digest(body, 'base64') }
        const { statusCode, body: answer } = await send('PUT', key, { body, headers }, signal)
        const bytes = await limited(answer)
        if (statusCode !== 200) throw refusal(statusCode, bytes)
      }),
    close: () => agent.destroy(),
  }
}

/** Milliseconds that connecting may take. */
const CONNECT = 10_000

function domain(region: string): string {
  return region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
}

const escaped = (segment: string) =>
  encodeURIComponent(segment).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

function digest(body: Uint8Array, encoding: 'hex' | 'base64'): string {
  return createHash('sha256').update(body).digest(encoding)
}

async function limited(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body) {
    length += chunk.length
    if (length > MOST_ANSWER) throw new SinkError('S3 answered with too much')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
function codeIn(answer: Uint8Array): string | undefined {
  return /<Code>([A-Za-z0-9]{1,60})<\/Code>/.exec(Buffer.from(answer).toString('utf8'))?.[1]
}

function refusal(status: number, answer: Uint8Array): SinkError {
  return new SinkError(`S3 refused with ${status} ${codeIn(answer) ?? ''}`.trim())
}
