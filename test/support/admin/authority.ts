import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

/** A certificate and its private key. PEM. */
export interface Certified {
  readonly cert: string
  readonly key: string
}

/** What a certificate says. */
export interface Subject {
  /** The common name, and the organization. */
  readonly cn: string
  readonly o?: string
  readonly dns?: readonly string[]
  readonly uri?: readonly string[]
  readonly ip?: readonly (readonly [number, number, number, number])[]
}

/** Issues X.509 v3 certificates (RFC 5280) for servers and clients of tests. */
export interface Authority {
  readonly cert: string
  issue(subject: Subject): Certified
}

export function createAuthority(cn: string): Authority {
  const { privateKey, publicKey } = pair()
  const name = nameOf({ cn })
  const cert = certificate({ issuer: name, subject: name, publicKey, extensions: [BASIC_CA], signer: privateKey })
  return {
    cert,
    issue(subject) {
      const own = pair()
      const alternatives = alternativesOf(subject)
      const extensions = alternatives.length === 0 ? [] : [extension('551d11', sequence(...alternatives))]
      return {
        cert: certificate({
          issuer: name,
          subject: nameOf(subject),
          publicKey: own.publicKey,
          extensions,
          signer: privateKey,
        }),
        key: String(own.privateKey.export({ type: 'pkcs8', format: 'pem' })),
      }
    },
  }
}

interface Parts {
  readonly issuer: Buffer
  readonly subject: Buffer
  readonly publicKey: KeyObject
  readonly extensions: readonly Buffer[]
  readonly signer: KeyObject
}

const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })

let serials = 0

function certificate({ issuer, subject, publicKey, extensions, signer }: Parts): string {
  const validity = sequence(element(0x17, Buffer.from('200101000000Z')), element(0x17, Buffer.from('491231235959Z')))
  const version = element(0xa0, element(0x02, Buffer.from([2])))
  serials += 1
  const serial = element(0x02, Buffer.from([1, serials >> 8, serials & 255]))
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const more = extensions.length === 0 ? [] : [element(0xa3, sequence(...extensions))]
  const body = sequence(version, serial, ECDSA_SHA256, issuer, validity, subject, spki, ...more)
  const signature = element(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', body, signer)]))
  const base64 = sequence(body, ECDSA_SHA256, signature).toString('base64')
  return `-----BEGIN CERTIFICATE-----\n${(base64.match(/.{1,64}/g) ?? []).join('\n')}\n-----END CERTIFICATE-----\n`
}

function nameOf({ cn, o }: Subject): Buffer {
  const attribute = (oid: string, value: string) =>
    element(0x31, sequence(oidOf(oid), element(0x0c, Buffer.from(value))))
  return sequence(...(o === undefined ? [] : [attribute('55040a', o)]), attribute('550403', cn))
}

function alternativesOf({ dns = [], uri = [], ip = [] }: Subject): readonly Buffer[] {
  return [
    ...dns.map((name) => element(0x82, Buffer.from(name))),
    ...uri.map((name) => element(0x86, Buffer.from(name))),
    ...ip.map((address) => element(0x87, Buffer.from(address))),
  ]
}

function extension(oid: string, value: Buffer): Buffer {
  return sequence(oidOf(oid), element(0x04, value))
}

function oidOf(hex: string): Buffer {
  return element(0x06, Buffer.from(hex, 'hex'))
}

function sequence(...members: readonly Buffer[]): Buffer {
  return element(0x30, Buffer.concat(members))
}

/** Tag, length, content; at most 65,535 bytes. */
function element(tag: number, content: Buffer): Buffer {
  const { length } = content
  const head = length < 128 ? [tag, length] : [tag, 0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from(head), content])
}

const ECDSA_SHA256 = sequence(oidOf('2a8648ce3d040302'))
const BASIC_CA = extension('551d13', sequence(element(0x01, Buffer.from([0xff]))))
