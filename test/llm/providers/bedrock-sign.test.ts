import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { test } from 'node:test'
import { GatewayError } from '../../../core/errors.js'
import type { AwsCredentials, WireRequest } from '../../../core/provider.js'
import { bedrock } from '../../../llm/providers/bedrock.js'

const KEYS: AwsCredentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const NOW = Date.UTC(2015, 7, 30, 12, 36, 0)
const AUTHORITY = 'bedrock-runtime.eu-west-1.amazonaws.com'
const DESTINATION = { authority: AUTHORITY, options: { region: 'eu-west-1' } }

const hash = (text: string | Uint8Array) => createHash('sha256').update(text).digest('hex')
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
const wireFor = (model: string, body = '{"messages":[]}') =>
  bedrock.build(new TextEncoder().encode(body), { model, basePath: '', stream: false, options: {} })

/** Signature Version 4 as AWS describes it, apart from the library that is used. */
function authorization(wire: WireRequest, keys: AwsCredentials, region: string, authority: string): string {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    host: authority,
    'x-amz-content-sha256': hash(wire.body),
    'x-amz-date': '20150830T123600Z',
    ...(keys.sessionToken === undefined ? {} : { 'x-amz-security-token': keys.sessionToken }),
  }
  const names = Object.keys(headers).sort()
  // The path is escaped once more for every service but S3.
  const path = wire.path.split('/').map(encodeURIComponent).join('/')
  const canonical = [
    ...['POST', path, '', ...names.map((name) => `${name}:${headers[name]}`), ''],
    ...[names.join(';'), hash(wire.body)],
  ].join('\n')
  const scope = `20150830/${region}/bedrock/aws4_request`
  const key = ['20150830', region, 'bedrock', 'aws4_request'].reduce<Buffer | string>(
    (signing, part) => hmac(signing, part),
    `AWS4${keys.secretAccessKey}`,
  )
  const signature = hmac(key as Buffer, `AWS4-HMAC-SHA256\n20150830T123600Z\n${scope}\n${hash(canonical)}`).toString(
    'hex',
  )
  return `AWS4-HMAC-SHA256 Credential=${keys.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`
}

test('signs the final body, the host and the escaped path', async () => {
  for (const model of [
    'amazon.titan-text-lite-v1',
    'us.amazon.nova-pro-v1:0',
    'arn:aws:bedrock:eu-west-1:1:inference-profile/eu.meta.llama3-2-1b-instruct-v1:0',
    "a b!'()*😀",
  ]) {
    for (const keys of [KEYS, { ...KEYS, sessionToken: 'temporary+token/==' }]) {
      const wire = wireFor(model)
      const signed = await bedrock.sign(wire, { aws: () => keys }, NOW, DESTINATION)
      assert.equal(signed.headers['authorization'], authorization(wire, keys, 'eu-west-1', AUTHORITY), model)
      assert.equal(signed.headers['x-amz-date'], '20150830T123600Z')
      assert.equal(signed.headers['x-amz-security-token'], keys.sessionToken)
      assert.equal(signed.headers['host'], undefined, 'the sender sets the host')
      assert.deepEqual([signed.path, signed.method, signed.body], [wire.path, wire.method, wire.body])
      assert.equal(wire.headers['authorization'], undefined)
    }
  }
})

test('the signing key is that of AWS’s example', () => {
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
  const key = ['20150830', 'us-east-1', 'iam', 'aws4_request'].reduce<Buffer | string>(
    (signing, part) => hmac(signing, part),
    `AWS4${KEYS.secretAccessKey}`,
  )
  assert.equal((key as Buffer).toString('hex'), 'c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9')
})

test('another body, host, time or region is another signature', async () => {
  const sign = async (wire: WireRequest, now: number, destination: typeof DESTINATION) =>
    (await bedrock.sign(wire, { aws: async () => KEYS }, now, destination)).headers['authorization']
  const wire = wireFor('m')
  const signatures = await Promise.all([
    sign(wire, NOW, DESTINATION),
    sign(wireFor('m', '{}'), NOW, DESTINATION),
    sign(wire, NOW + 1000, DESTINATION),
    sign(wire, NOW, { ...DESTINATION, authority: 'vpce-1.example:8443' }),
    sign(wire, NOW, { ...DESTINATION, options: { region: 'us-east-1' } }),
  ])
  assert.equal(new Set(signatures).size, signatures.length)
})

test('the region is the configured one, else the host’s', async () => {
  const scopeOf = async (authority: string, region?: string) => {
    const signed = await bedrock.sign(wireFor('m'), { aws: () => KEYS }, NOW, { authority, options: { region } })
    return /Credential=[^/]+\/\d+\/([^/]+)\//.exec(signed.headers['authorization'] ?? '')?.[1]
  }
  assert.equal(await scopeOf(AUTHORITY), 'eu-west-1')
  assert.equal(await scopeOf('vpce-0a.bedrock-runtime.us-east-2.vpce.amazonaws.com'), 'us-east-2')
  assert.equal(await scopeOf('bedrock-runtime-fips.us-west-2.amazonaws.com:443'), 'us-west-2')
  assert.equal(await scopeOf(AUTHORITY, 'ap-south-1'), 'ap-south-1')
  await assert.rejects(scopeOf('localhost:8080'), GatewayError)
})

test('an API key or a token goes as a bearer, and nothing where nothing is configured', async () => {
  const wire = wireFor('m')
  for (const credentials of [{ apiKey: 'k' }, { token: () => 'k' }, { token: async () => 'k' }]) {
    const signed = await bedrock.sign(wire, credentials, NOW, DESTINATION)
    assert.equal(signed.headers['authorization'], 'Bearer k')
  }
  assert.deepEqual(await bedrock.sign(wire, {}, NOW, DESTINATION), wire)
})
