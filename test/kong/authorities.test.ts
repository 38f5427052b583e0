import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rootCertificates } from 'node:tls'
import { readAuthorities } from '../../kong/authorities.js'

const NOW = Date.UTC(2025, 0, 1)
const [FIRST = '', SECOND = ''] = rootCertificates

test('a file of several is taken apart, whatever stands between them', () => {
  const read = readAuthorities(`# one\n${FIRST}\n\n# two\n${SECOND}\n`, NOW)
  assert.equal(read.kind, 'valid')
  assert.deepEqual(
    read.kind === 'valid' && read.authorities.map(({ cert }) => cert.trim()),
    [FIRST, SECOND].map((cert) => cert.trim()),
  )
})

test('the id of a certificate is a UUID, its own, and always the same', () => {
  const ids = [FIRST, SECOND, FIRST].map((cert) => {
    const read = readAuthorities(cert, NOW)
    return read.kind === 'valid' ? read.authorities[0]?.id : read.reason
  })
  assert.match(ids[0] ?? '', /^[\da-f]{8}-[\da-f]{4}-5[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/)
  assert.equal(ids[0], ids[2])
  assert.notEqual(ids[0], ids[1])
})

test('what would make Kong refuse its whole configuration is refused before', () => {
  const reason = (pem: string, now = NOW) => {
    const read = readAuthorities(pem, now)
    return read.kind === 'refused' ? read.reason : ''
  }
  assert.match(reason('nothing'), /no certificate/)
  assert.match(reason('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'), /cannot be read/)
  assert.match(reason(FIRST, Date.UTC(2200, 0, 1)), /has expired/)
  assert.match(reason(LEAF), /not one of an authority/)
})

// For "leaf", self-signed, without the basic constraint CA; only its form matters.
const LEAF = `-----BEGIN CERTIFICATE-----
MIIBcjCCARigAwIBAgIUdU096gpGYZ2wICwxFc863Ixn7ZwwCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwEbGVhZjAgFw0yNjExMjEwODA1NTJaGA8yMTI2MTAyODA4MDU1
MlowDzENMAsGA1UEAwwEbGVhZjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABHB6
5zEug2oJtQMfyQAUVeEQ3kqdSsERj3CnCOpEymW+24+c5K5Ofj7TOmV6pbdGVVPM
cAKzDh7Sp0gTY0esPG+jUDBOMB0GA1UdDgQWBBQMHt7oew4vbBQyNIQufGj+I8wP
+DAfBgNVHSMEGDAWgBQMHt7oew4vbBQyNIQufGj+I8wP+DAMBgNVHRMBAf8EAjAA
MAoGCCqGSM49BAMCA0gAMEUCICPoF/7G9wdnzujEvGPBtB4psmVcQt+7TWbhU17G
IMJcAiEAyJWsKGbS2+1QWUKSWZLr0jd8MlwQEu0sVA4L9lHsd18=
-----END CERTIFICATE-----`
