import type { X509Certificate } from 'node:crypto'
import type { CertificateName } from './settings.js'

/** What is read of a certificate: `X509Certificate` of Node has it. */
export type Certificate = Pick<X509Certificate, 'subject' | 'subjectAltName'>

/** Whether a certificate that has been verified has a name. */
export function hasName({ subject, subjectAltName }: Certificate, name: CertificateName): boolean {
  switch (name.kind) {
    case 'subject':
      return isSameSet(subject.split('\n'), name.attributes)
    case 'dns':
      return alternativesOf(subjectAltName).some(([kind, value]) => kind === 'DNS' && isSameHost(value, name.name))
    case 'uri':
      return alternativesOf(subjectAltName).some(([kind, value]) => kind === 'URI' && value === name.name)
  }
}

/** The attributes of a subject such as `CN=ops, O=Acme`; a comma within a value is written `\,` (RFC 4514). */
export function attributesIn(subject: string): readonly string[] {
  return subject.split(/(?<!\\), */).filter((attribute) => attribute !== '')
}

/** What Node shows of a certificate's alternative names: `DNS:a.test, URI:"odd, with a comma"`, quoted as JSON where it must be. */
const ALTERNATIVE = /([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^,"]*)(?:, |$)/y

/** None where the text is not wholly understood: a part of it could be made to look like another name. */
function alternativesOf(text: string | undefined): readonly (readonly [kind: string, value: string])[] {
  const found: (readonly [string, string])[] = []
  const all = text ?? ''
  for (let at = 0; at < all.length; at = ALTERNATIVE.lastIndex) {
    ALTERNATIVE.lastIndex = at
    const match = ALTERNATIVE.exec(all)
    if (match === null) return []
    const [, kind = '', value = ''] = match
    found.push([kind, value.startsWith('"') ? unquoted(value) : value])
  }
  return found
}

function unquoted(text: string): string {
  try {
    return String(JSON.parse(text))
  } catch {
    return ''
  }
}

function isSameSet(found: readonly string[], wanted: readonly string[]): boolean {
  return JSON.stringify(found.toSorted()) === JSON.stringify(wanted.toSorted())
}

function isSameHost(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}
