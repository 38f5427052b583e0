import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

/** A store that speaks as much of S3 as a sink needs, strictly: signatures, checksums and paths are checked as AWS does. */
export interface FakeS3 {
  readonly port: number
  readonly objects: ReadonlyMap<string, Buffer>
  /** `METHOD key status` of each request. */
  readonly requests: readonly string[]
  /** The next requests are answered with this error. */
  fail(times: number, status: number, code: string): void
  remove(key: string): void
  clear(): void
  stop(): Promise<void>
}

export interface FakeS3Options {
  readonly bucket: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** As AWS: a request is too old or too new when its time differs by more. */
const SKEW = 15 * 60_000

/** Starts the store with one bucket, which is the first part of each path. */
export async function startFakeS3(options: FakeS3Options): Promise<FakeS3> {
  const objects = new Map<string, Buffer>()
  const requests: string[] = []
  let failures: { times: number; readonly status: number; readonly code: string } = { times: 0, status: 500, code: '' }

  const answerTo = (request: IncomingMessage, body: Buffer): readonly [number, string | Buffer] => {
    if (failures.times > 0) {
      failures = { ...failures, times: failures.times - 1 }
      return [failures.status, failures.code]
    }
    const fault = signatureFault(request, body, options) ?? checksumFault(request, body)
    if (fault !== undefined) return fault
    const [, bucket, ...path] = decodeURIComponent(request.url ?? '').split('/')
    if (bucket !== options.bucket) return [404, 'NoSuchBucket']
    const key = path.join('/')
    if (request.method === 'PUT') {
      objects.set(key, body)
      return [200, '']
    }
    return [objects.has(key) ? 200 : 404, objects.get(key) ?? 'NoSuchKey']
  }
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const [status, content] = answerTo(request, Buffer.concat(chunks))
    requests.push(`${request.method} ${decodeURIComponent(request.url ?? '')} ${status}`)
    const xml = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${content}</Code><Message>hush</Message></Error>`
    response.writeHead(status).end(status === 200 ? content : xml)
  }
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy())
  })
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
  return {
    port,
    objects,
    requests,
    fail: (times, status, code) => {
      failures = { times, status, code }
    },
    remove: (key) => void objects.delete(key),
    clear: () => objects.clear(),
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

type Fault = readonly [number, string]

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, written apart from the library that signs. */
function signatureFault(request: IncomingMessage, body: Buffer, options: FakeS3Options): Fault | undefined {
  const header = (name: string) => String(request.headers[name] ?? '')
  const pattern =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/
  const [, id, day = '', region = '', signed = '', signature = ''] = pattern.exec(header('authorization')) ?? []
  if (id === undefined) return [400, 'AuthorizationHeaderMalformed']
  if (id !== options.accessKeyId) return [403, 'InvalidAccessKeyId']
  if (region !== options.region) return [400, 'AuthorizationHeaderMalformed']
  if (header('x-amz-security-token') !== (options.sessionToken ?? '')) return [400, 'InvalidToken']
  const date = header('x-amz-date')
  const time = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  if (!date.startsWith(day) || !(Math.abs(options.now() - time) <= SKEW)) return [403, 'RequestTimeTooSkewed']
  const names = signed.split(';')
  // Whatever begins with x-amz- must be signed, and so must the host.
  const must = Object.keys(request.headers).filter((name) => name === 'host' || name.startsWith('x-amz-'))
  if (must.some((name) => !names.includes(name))) return [403, 'AccessDenied']
  const sum = createHash('sha256').update(body).digest('hex')
  if (header('x-amz-content-sha256') !== sum) return [400, 'XAmzContentSHA256Mismatch']

  const [path = '', query = ''] = (request.url ?? '').split('?')
  const headers = names.map((name) => `${name}:${header(name).trim().replace(/ +/g, ' ')}\n`).join('')
  const canonical = [request.method, path, query, headers, signed, sum].join('\n')
  const scope = `${day}/${region}/s3/aws4_request`
  const toSign = ['AWS4-HMAC-SHA256', date, scope, createHash('sha256').update(canonical).digest('hex')].join('\n')
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
  const key = [day, region, 's3', 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${options.secretAccessKey}`)
  const same = timingSafeEqual(hmac(key, toSign), Buffer.from(signature, 'hex'))
  return same ? undefined : [403, 'SignatureDoesNotMatch']
}

function checksumFault(request: IncomingMessage, body: Buffer): Fault | undefined {
  if (request.method !== 'PUT') return undefined
  const given = request.headers['x-amz-checksum-sha256']
  if (given === undefined) return [400, 'MissingChecksum']
  return given === createHash('sha256').update(body).digest('base64') ? undefined : [400, 'BadDigest']
}
