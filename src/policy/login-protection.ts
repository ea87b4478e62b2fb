/**
 * Login protection: three limits that count failed logins, of an address, of an account, and of both together.
 * @module
 */
import type { Characteristic, LimitModel } from '../bundle/model.ts'
import type { ComparisonNode, LogicalNode, ValueNode } from '../lang/ast.ts'
import { type LimitContext, readCounting, readsBody, readValueOf } from './limits-expressions.ts'
import { DEFAULT_BAN, type LoginProtectionInput, type TierInput } from './login-schema.ts'
import { reportAt } from './rule-context.ts'
import { toScope } from './scope-fields.ts'

const STATUS = 429
/** A person who logs in rather waits for counters that have to wake up first, or are far away, than is turned away. */
const TIMEOUT_MS = 1000
const LONGEST_ID = 55

/** What the names of the limits end in. */
export const LOGIN_LIMITS: readonly string[] = ['address', 'account', 'pair']

type Counting = NonNullable<LimitModel['counting']>

interface Tier {
  readonly name: string
  readonly input: TierInput
  readonly characteristics: readonly Characteristic[]
  readonly counting: Counting
  /** What it is about; left out: every attempt. */
  readonly filter?: LogicalNode
}

const IS_TRUNCATED: ComparisonNode = {
  kind: 'comparison',
  left: { kind: 'field', name: 'http.request.body.truncated', type: 'Bool' },
  operation: { kind: 'is-true' },
}

/**
 * `len(account) gt 0 or http.request.body.truncated`. Attempts without an account must not share one counter, or all
 * would wait for each other. But no login needs 64 KiB: what hides the account behind so much shares one.
 */
function isCountable(account: ValueNode): LogicalNode {
  return { kind: 'combine', op: 'or', items: [hasAccount(account), IS_TRUNCATED] }
}

function hasAccount(account: ValueNode): ComparisonNode {
  const text: ValueNode =
    account.type === 'Bytes' ? account : { kind: 'call', name: 'to_string', args: [account], type: 'Bytes' }
  return {
    kind: 'comparison',
    left: { kind: 'call', name: 'len', args: [text], type: 'Int' },
    operation: { kind: 'order', order: 'gt', literal: { kind: 'int', value: 0 } },
  }
}

function andAlso({ filter, readsResponse }: Counting, more: LogicalNode): Counting {
  return { filter: { kind: 'combine', op: 'and', items: [more, filter] }, readsResponse }
}

function compileTier(login: LoginProtectionInput, tier: Tier): LimitModel {
  const { name, input, characteristics, counting, filter } = tier
  const { escalate, ban = DEFAULT_BAN } = login
  const isAddress = name === 'address'
  return {
    id: `${login.id}-${name}`,
    description: login.description,
    mode: login.mode,
    scope: toScope(login),
    ...(filter ? { filter } : {}),
    counting,
    requests_to_origin: false,
    characteristics,
    readsBody: readsBody(characteristics, counting),
    period: input.period,
    requests_per_period: input.failures,
    mitigation_timeout: input.mitigation_timeout,
    ...(isAddress ? { escalate } : {}),
    ...(isAddress && ban && input.action !== 'log' ? { ban } : {}),
    action: input.action,
    on_error: login.on_error,
    timeout_ms: TIMEOUT_MS,
    status: STATUS,
    counting_scope: name === 'account' ? 'global' : 'colo',
    accuracy: 'strict',
    announce: false,
  }
}

function checkLogin(context: LimitContext, login: LoginProtectionInput): void {
  const { escalate, per_address: address, id } = login
  if (id.length > LONGEST_ID) {
    const message = `The id is too long: the limits are ${LOGIN_LIMITS.map((name) => `<id>-${name}`).join(', ')}`
    reportAt(context, ['id'], message, `Write at most ${LONGEST_ID} characters.`)
  }
  if (escalate.max < address.mitigation_timeout) {
    const message = `The longest refusal (${escalate.max} s) is shorter than the first (${address.mitigation_timeout} s)`
    reportAt(context, ['escalate'], message, `Write max: ${address.mitigation_timeout}s or more.`, 'key')
  }
}

/** The limits of one entry; none after a problem was reported. */
export function expandLoginProtection(
  context: LimitContext,
  login: LoginProtectionInput,
): readonly LimitModel[] {
  checkLogin(context, login)
  const of = (name: string): LimitContext => ({ ...context, id: `${login.id}-${name}` })
  const failure = readCounting(of('address'), 'failure', login.failure)
  const account = readValueOf(of('account'), ['account'], login.account)
  if (account && account.node.type !== 'Bytes' && account.node.type !== 'Int') {
    const fix = 'Give the name as text or number, as in http.request.body.form["email"][0].'
    reportAt(context, ['account'], 'This is no name of an account', fix)
  }
  if (!failure || !account) return []
  const address: Characteristic = { kind: 'ip.src' }
  // Nor are they refused by it: else whoever hides accounts could shut out all of whom none can be read.
  const filter = isCountable(account.node)
  const named = { counting: andAlso(failure, filter), filter }
  const { per_address, per_account, per_pair } = login
  const tiers: readonly Tier[] = [
    { name: 'address', input: per_address, characteristics: [address], counting: failure },
    { name: 'account', input: per_account, characteristics: [account], ...named },
    { name: 'pair', input: per_pair, characteristics: [address, account], ...named },
  ]
  return tiers.map((tier) => compileTier(login, tier))
}
