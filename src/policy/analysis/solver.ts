/**
 * Proves what rules can never do: that a filter matches no request, or only requests that another matches.
 *
 * Everything here errs on one side. A proof is one; where it fails, nothing is said.
 * @module
 */
import type { ListModel, PolicyModel } from '../../bundle/model.ts'
import type { LogicalNode, ValueNode } from '../../lang/ast.ts'
import { isAddress, isArray, type Value } from '../../lang/value.ts'
import { walkNodes } from '../../lang/walk-nodes.ts'
import { createHostSet } from '../../net/host-set.ts'
import { createTrials, findCandidates, type Trials, tryCandidates } from './candidates.ts'
import { type Claim, type Conflict, type Goal, keyOf } from './claim.ts'
import { groupClaims, type Subject } from './constraint.ts'
import type { FindList } from './evaluate-claim.ts'
import { createDomains, type FindDomain } from './field-domains.ts'
import { type IntervalSet, isMember } from './interval-set.ts'
import { checkNumbers, type NetworkLists, positionOf } from './number-facts.ts'
import { checkQuantified } from './quantified.ts'
import { type Budget, findConflict } from './search.ts'
import { checkText } from './text-facts.ts'

export interface Solver {
  /** Why no request can meet all goals; `undefined` when one might. */
  conflictOf(goals: readonly Goal[]): Conflict | undefined
  /** Every request that `narrow` matches is one that `wide` matches. */
  implies(narrow: LogicalNode, wide: LogicalNode): boolean
  /** There was not enough time to try all proofs. */
  readonly exhausted: boolean
}

interface Knowledge {
  readonly domainOf: FindDomain
  readonly lists: ReadonlyMap<string, ListModel>
  readonly networks: NetworkLists
  readonly trials: Trials
  readonly total: Budget
}

/** Steps of the search for one proof; ordinary filters take a few. */
const MAX_STEPS = 400
/** Steps for all proofs about a policy: some seconds. Policies of 1,000 ordinary rules take a tenth. */
const MAX_TOTAL = 500_000

function listTest(
  model: ListModel | undefined,
  networks: IntervalSet | undefined,
): ((value: Value) => boolean) | undefined {
  if (!model) return undefined
  if (model.kind === 'ip') {
    return networks && ((value) => isAddress(value) && isMember(networks, positionOf(value)))
  }
  if (model.kind === 'hostname') {
    const names = createHostSet(model.values)
    return (value) => typeof value === 'string' && names.has(value.toLowerCase())
  }
  const values: ReadonlySet<Value> = new Set<Value>(model.values)
  return (value) => !isArray(value) && values.has(value)
}

/** An atom that must hold and must not. */
function findOpposites(claims: readonly Claim[]): Conflict | undefined {
  const seen = new Map<string, boolean>()
  for (const { atom, holds } of claims) {
    const key = keyOf(atom)
    if (seen.get(key) === !holds) {
      return {
        message: `${key} is required and excluded`,
        fix: 'Remove one of the two conditions.',
        span: atom.span,
      }
    }
    seen.set(key, holds)
  }
  return undefined
}

/** Parts of claims that are always missing, as subjects without constraints of their own. */
function findMissing(claims: readonly Claim[], domainOf: FindDomain): readonly Subject[] {
  const found = new Map<string, Subject>()
  for (const { atom } of claims) {
    walkNodes(atom, (node) => {
      if (node.kind !== 'index' || node.each || !domainOf(node).missing) return
      found.set(keyOf(node), { key: keyOf(node), node, constraints: [] })
    })
  }
  return [...found.values()]
}

function checkSubject(
  subject: Subject,
  claims: readonly Claim[],
  knowledge: Knowledge,
): Conflict | undefined {
  const { domainOf, lists, networks, trials } = knowledge
  const domain = domainOf(subject.node)
  const { type }: ValueNode = subject.node
  const numbers = type === 'Int' || type === 'Ip' ? checkNumbers(subject, type, domain, networks) : undefined
  if (numbers?.conflict) return numbers.conflict
  const text = type === 'Bytes' ? checkText(subject, domain) : undefined
  if (text) return text
  const candidates = findCandidates(subject, type, domain, numbers?.set, lists)
  return candidates && tryCandidates(subject, candidates, domain, claims, trials)
}

function contradict(claims: readonly Claim[], knowledge: Knowledge): Conflict | undefined {
  const opposites = findOpposites(claims)
  if (opposites) return opposites
  for (const subject of [...groupClaims(claims), ...findMissing(claims, knowledge.domainOf)]) {
    const conflict = checkSubject(subject, claims, knowledge)
    if (conflict) return conflict
  }
  // Quantifiers do not nest: what is inside is about elements.
  return checkQuantified(claims, (goals) => solve(goals, knowledge))
}

function solve(goals: readonly Goal[], knowledge: Knowledge): Conflict | undefined {
  const { total } = knowledge
  const given = Math.min(MAX_STEPS, total.steps)
  const budget = { steps: given }
  const conflict = findConflict(goals, (claims) => contradict(claims, knowledge), budget)
  total.steps -= given - budget.steps
  return conflict
}

/**
 * For the expressions of one policy.
 * @param networks What is on its lists of addresses; nothing is known of a list that is left out.
 */
export function createSolver(
  model: Pick<PolicyModel, 'lists' | 'settings' | 'hygiene'>,
  networks: NetworkLists = new Map(),
): Solver {
  const lists = new Map(model.lists.map((list) => [list.name, list]))
  const tests = new Map(model.lists.map((list) => [list.name, listTest(list, networks.get(list.name))]))
  const findList: FindList = (name) => tests.get(name)
  const knowledge: Knowledge = {
    domainOf: createDomains(model),
    lists,
    networks,
    trials: createTrials(findList),
    total: { steps: MAX_TOTAL },
  }
  return {
    get exhausted() {
      return knowledge.total.steps <= 0
    },
    conflictOf: (goals) => solve(goals, knowledge),
    implies: (narrow, wide) =>
      solve(
        [
          { node: narrow, holds: true },
          { node: wide, holds: false },
        ],
        knowledge,
      ) !== undefined,
  }
}
