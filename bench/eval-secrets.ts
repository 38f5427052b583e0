import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Detector } from '../policies/pii/detect/detector.js'
import type { Figure } from './eval-pii.js'
import { repeatable, SECRET_CASES, sample } from './eval-secrets-cases.js'

/** A text that holds a secret of the rule's kind, or none of that kind. */
interface Vector {
  readonly rule: string
  readonly text: string
  readonly secret: boolean
  readonly values: readonly string[]
}

/** What published vectors call our rules where we call them otherwise. */
const RULES: Readonly<Record<string, string>> = {
  'anthropic-admin-api-key': 'anthropic_admin_key',
  'cisco-meraki-api-key': 'cisco_meraki_api_key',
  'curl-auth-header': 'authorization_header',
  'curl-auth-user': 'curl_credentials',
  'generic-api-key': 'assigned_secret',
  'jwt-base64': 'json_web_token_base64',
  'hashicorp-tf-password': 'assigned_password',
  'huggingface-access-token': 'huggingface_token',
  'huggingface-organization-api-token': 'huggingface_organization_token',
  'kubernetes-secret-yaml': 'kubernetes_secret',
  'mailchimp-api-key': 'mailchimp_api_key',
  'nuget-config-password': 'assigned_password',
  'slack-bot-token': 'slack_bot_token',
  'stripe-access-token': 'stripe_key',
  'telegram-bot-api-token': 'telegram_bot_token',
  'vault-service-token': 'vault_legacy_token',
}

/** Secrets by themselves: how many of the vectors are found, how often a rule finds what is none of its kind, false alarms elsewhere. */
export function secretFigures(detector: Detector, directory: string | undefined): readonly Figure[] {
  if (directory === undefined) return vectorFigures(detector, 'own secrets', ownVectors())
  const file = [directory, join(directory, '..')].map((path) => join(path, 'secrets', 'vectors.jsonl')).find(existsSync)
  return [
    ...(file === undefined ? [] : vectorFigures(detector, 'secrets', readLines(file) as readonly Vector[])),
    ...alarmFigures(detector, join(directory, 'negatives')),
  ]
}

function vectorFigures(detector: Detector, name: string, vectors: readonly Vector[]): readonly Figure[] {
  const positive = vectors.filter(({ secret }) => secret)
  const negative = vectors.filter(({ secret }) => !secret)
  const found = positive.filter((vector) => isFound(detector, vector)).length
  const wrong = negative.filter((vector) => isWronglyFound(detector, vector)).length
  return [
    { what: `${name}: recall over ${positive.length}`, value: found / positive.length, target: 1, better: 'more' },
    { what: `${name}: wrong of ${negative.length}`, value: wrong, target: 0, better: 'less' },
  ]
}

function isFound(detector: Detector, { text, values }: Vector): boolean {
  const findings = detector.find(text)
  return values.every((value) => {
    const at = text.indexOf(value)
    return findings.some(({ start, end }) => start < at + value.length && end > at)
  })
}

/** A text with nothing of one kind may hold something of another. */
function isWronglyFound(detector: Detector, { rule, text }: Vector): boolean {
  const own = RULES[rule] ?? rule.replaceAll('-', '_')
  return detector.find(text).some(({ entity }) => rule === '' || entity === own)
}

function ownVectors(): readonly Vector[] {
  const random = repeatable(1)
  return SECRET_CASES.map((template) => {
    const text = sample(template, random)
    const values = [...text.matchAll(/«([^»]*)»/g)].map(([, value]) => value ?? '')
    return { rule: '', text: text.replace(/[«»]/g, ''), secret: values.length > 0, values }
  })
}

function alarmFigures(detector: Detector, directory: string): readonly Figure[] {
  if (!existsSync(directory)) return []
  const names = readdirSync(directory).filter((name) => name.endsWith('.jsonl'))
  return names.map((name) => {
    const texts = readLines(join(directory, name)).map((row) => (row as { readonly text: string }).text)
    const size = texts.reduce((sum, text) => sum + text.length, 0)
    const alarms = texts.reduce((sum, text) => sum + detector.find(text).length, 0)
    return { what: `secrets in ${name} per 100 KB`, value: (alarms * 100_000) / size, target: 2, better: 'less' }
  })
}

function readLines(file: string): readonly unknown[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line): unknown => JSON.parse(line))
}
