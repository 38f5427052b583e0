import type { SecretRule } from '../rule.js'

/** Found by readers of their own, which are asked only where the rule is on. */
export const GENERIC: readonly SecretRule[] = [
  { name: 'private_key' },
  {
    name: 'json_web_token',
    shapes: [
      'eyJ{slug:15-4000}.ey{escaped:15-4000}.{escaped:10-2000}{pad:0-2}',
      'eyJ{slug:15-4000}.ey{escaped:15-4000}.',
    ],
    entropy: 3,
  },
  {
    name: 'json_web_token_base64',
    shapes: ['ZXlK{base64:60-8000}{pad:0-2}', 'ZXlK{slug:60-8000}{pad:0-2}'],
    entropy: 3,
    check: wrapsToken,
  },
  { name: 'authorization_header' },
  { name: 'curl_credentials' },
  { name: 'url_password' },
  { name: 'kubernetes_secret' },
  { name: 'assigned_password' },
  { name: 'assigned_secret' },
]

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** Whether what is encoded is two parts with a dot between, each an object in base64 again. */
function wrapsToken(value: string): boolean {
  let decoded = ''
  let bits = 0
  let size = 0
  for (const character of value.replace(/-/g, '+').replace(/_/g, '/').replace(/=+$/, '')) {
    bits = ((bits << 6) | DIGITS.indexOf(character)) & 0xffff
    size += 6
    if (size < 8) continue
    size -= 8
    decoded += String.fromCharCode((bits >> size) & 0xff)
  }
  return /^ey[\w-]+\.ey[\w-]/.test(decoded)
}
